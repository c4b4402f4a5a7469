/** Where an instance is now: every token, what it waits for and since when; operators can help it on. */
import { Box, Button } from '@mui/material';
import { Link } from 'react-router-dom';
import { Panel, StatusChip, Time } from '@/components';
import { useText } from '@/i18n';
import { useMay } from '@/providers/me';
import { OVERDUE_ACTIONS } from './describe';
import { eventSign } from './eventKinds';
import { nodeKind } from './nodeTypes';
import { useOrder } from './orders';
import { STATE_TONES } from './stateColours';
import type { Instance, Token } from './types';
import { listenerToken, useWaitingText } from './waitingText';

export function WaitingList({ instance }: { instance: Instance }) {
  const t = useText();
  const listeners = instance.listeners ?? [];
  if (instance.tokens.length + listeners.length === 0) return null;
  return (
    <Panel flush title={t({ zh: '现在在等什么', en: 'What it waits for' })}>
      <Box
        component="ul"
        aria-label={t({ zh: '现在在等什么', en: 'What it waits for' })}
        sx={{ listStyle: 'none', m: 0, p: 0, borderTop: 1, borderColor: 'divider' }}
      >
        {instance.tokens.map((token, index) => (
          <Line key={token.id ?? index} token={token} instance={instance} />
        ))}
        {listeners.map((listener, index) => (
          <Line
            key={`${listener.node}-${listener.scope}-${index}`}
            token={listenerToken(listener)}
            instance={instance}
            aside={t({ zh: '整个流程一直在听', en: 'The whole run listens for it' })}
          />
        ))}
      </Box>
    </Panel>
  );
}

interface LineProps {
  token: Token;
  instance: Instance;
  /** Instead of since when. */
  aside?: string;
}

function Line({ token, instance, aside }: LineProps) {
  const t = useText();
  const say = useWaitingText(instance);
  const node = instance.definition.nodes.find(({ id }) => id === token.node_id);
  const kind = nodeKind(node?.type ?? 'task');
  const Icon = (node && eventSign(node)) ?? kind.icon;
  const stuck = (instance.incident?.all ?? []).some(
    ({ node_id, code }) => node_id === token.node_id && code === token.waiting_for,
  );
  const task = instance.tasks.find(({ id, status }) => id === token.detail?.task && status === 'open');
  const called = token.detail?.instance;
  return (
    <Box
      component="li"
      data-token={token.node_id}
      sx={{
        ...{ display: 'grid', gridTemplateColumns: '20px minmax(0, 1fr) auto', gap: 1, alignItems: 'start' },
        ...{ px: 2, py: 1.25, borderBottom: 1, borderColor: 'divider', '&:last-child': { borderBottom: 0 } },
      }}
    >
      <Box aria-hidden sx={{ pt: '3px', color: 'text.secondary' }}>
        <Icon size={16} />
      </Box>
      <Box sx={{ minWidth: 0 }}>
        <Box sx={{ fontWeight: 600 }}>{(node && t(node.title)) || t(kind.label)}</Box>
        <Box sx={{ overflowWrap: 'anywhere', color: stuck ? 'error.main' : undefined }}>{say(token)}</Box>
        <Box sx={{ display: 'flex', gap: 1.5, fontSize: 12.5, color: 'text.secondary', flexWrap: 'wrap' }}>
          {aside && <span>{aside}</span>}
          {token.since && (
            <span>
              {t({ zh: '自', en: 'Since' })} <Time value={token.since} />
            </span>
          )}
          {task && <Link to={`/tasks/${task.id}`}>{t({ zh: '打开任务', en: 'Open the task' })}</Link>}
          {called && (
            <Link to={`/instances/${called.id}`}>{t({ zh: '打开被调用的流程', en: 'Open the called flow' })}</Link>
          )}
        </Box>
        <Helping token={token} instance={instance} />
      </Box>
      {stuck && <StatusChip label={t({ zh: '异常', en: 'Incident' })} color={STATE_TONES.incident} />}
    </Box>
  );
}

const TRIGGERED = new Set(['timer', 'message', 'signal', 'condition']);

interface Help {
  key: string;
  label: string;
  path: string;
  body: Record<string, unknown>;
}

/** What operators may do for a token: let the event happen that it waits for; start a step of an ad-hoc sub-process, or finish it. */
function Helping({ token, instance }: { token: Token; instance: Instance }) {
  const t = useText();
  const operates = useMay()('operate');
  const order = useOrder(instance.id);
  if (!operates || instance.suspended) return null;
  const { detail } = token;
  const node = instance.definition.nodes.find(({ id }) => id === token.node_id);
  const title = (id: string) => t(instance.definition.nodes.find((node) => node.id === id)?.title) || id;
  const clock = (detail?.events ?? []).find(({ rule }) => rule !== undefined);
  const late = node?.assignment?.overdue?.[clock?.rule ?? -1]?.action;
  const fire = (node_id: string): Help => ({
    key: node_id,
    label:
      node_id === token.node_id
        ? late
          ? t({ zh: '当作逾期：{what}', en: 'As if late: {what}' }, { what: t(OVERDUE_ACTIONS[late]) })
          : t({ zh: '现在就触发', en: 'Trigger it now' })
        : t({ zh: '触发“{step}”', en: 'Trigger “{step}”' }, { step: title(node_id) }),
    path: 'trigger',
    body: { node_id, scope: token.scope ?? null, payload: {} },
  });
  const reason = typeof token.waiting_for === 'string' ? token.waiting_for : '';
  const events = (detail?.events ?? []).flatMap(({ node }) => (node ? [node] : []));
  const inside = detail?.scope;
  const helps: Help[] = [
    ...(TRIGGERED.has(reason) ? [fire(token.node_id)] : [...new Set(events)].map(fire)),
    ...(detail?.choices ?? []).map((node_id) => ({
      key: node_id,
      label: t({ zh: '开始“{step}”', en: 'Start “{step}”' }, { step: title(node_id) }),
      path: 'activate',
      body: { node_id, scope: inside },
    })),
    ...(detail?.choices
      ? [{ key: 'finish', label: t({ zh: '结束这一块', en: 'Finish it' }), path: 'finish', body: { scope: inside } }]
      : []),
  ];
  if (helps.length === 0) return null;
  return (
    <Box sx={{ display: 'flex', gap: 0.75, flexWrap: 'wrap', mt: 0.5 }}>
      {helps.map(({ key, label, path, body }) => (
        <Button
          key={key}
          size="small"
          variant="outlined"
          disabled={order.isPending}
          onClick={() => order.send(path, body)}
        >
          {label}
        </Button>
      ))}
    </Box>
  );
}
