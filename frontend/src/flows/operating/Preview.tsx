/** What would come of a change of a run, before it is made: how it would stand, and what somebody would notice. */
import { Alert, Box, Typography } from '@mui/material';
import { errorText } from '@/components';
import { type Text, useText } from '@/i18n';
import { incidentText } from '../historyText';
import { INSTANCE_STATUS } from '../labels';
import { nodeKind } from '../nodeTypes';
import type { Flow, Incident, InstanceStatus, Token } from '../types';
import { useWaitingText } from '../waitingText';

export interface Foreseen {
  status: InstanceStatus;
  tokens: Token[];
  incident: (Incident & { all?: Incident[] }) | null;
  effects: { effect: string }[];
}

const EFFECTS: Record<string, Text> = {
  open_task: { zh: '发出任务', en: 'tasks opened' },
  close_task: { zh: '收回任务', en: 'tasks withdrawn' },
  run_action: { zh: '执行动作', en: 'actions carried out' },
  call_service: { zh: '调用外部系统', en: 'other systems called' },
  start_child: { zh: '启动被调用的流程', en: 'flows started' },
  cancel_call: { zh: '取消调用', en: 'calls cancelled' },
  publish: { zh: '发出消息或信号', en: 'messages or signals sent' },
  copy: { zh: '抄送', en: 'copies' },
  end: { zh: '流程结束', en: 'the flow ends' },
};

function counted(effects: Foreseen['effects']): [string, number][] {
  const counts = new Map<string, number>();
  for (const { effect } of effects) counts.set(effect, (counts.get(effect) ?? 0) + 1);
  return [...counts];
}

interface PreviewProps {
  /** As the run would then have it. */
  flow: Flow;
  query: { isPending: boolean; error: unknown; data: Foreseen | undefined; isIdle: boolean };
}

export function Preview({ flow, query }: PreviewProps) {
  const t = useText();
  const say = useWaitingText({ definition: flow, tasks: [] });
  if (query.isIdle) return null;
  if (query.isPending)
    return <Typography color="text.secondary">{t({ zh: '试算中…', en: 'Trying it out…' })}</Typography>;
  if (query.error || !query.data)
    return (
      <Alert severity="error" variant="outlined">
        {errorText(query.error, t).message}
      </Alert>
    );
  const { status, tokens, incident, effects } = query.data;
  const name = (id: string) => {
    const node = flow.nodes.find((one) => one.id === id);
    return (node && (t(node.title) || t(nodeKind(node.type).label))) || id;
  };
  return (
    <Box role="status" sx={{ display: 'grid', gap: 1 }} data-preview={status}>
      <Typography variant="subtitle2">
        {t({ zh: '改了之后：{status}', en: 'Afterwards: {status}' }, { status: t(INSTANCE_STATUS[status].label) })}
      </Typography>
      {tokens.length > 0 && (
        <Box component="ul" sx={{ m: 0, pl: 2.5 }}>
          {tokens.map((token, index) => (
            <li key={token.id ?? index}>
              <strong>{name(token.node_id)}</strong> · {say(token)}
            </li>
          ))}
        </Box>
      )}
      {effects.length > 0 && (
        <Typography variant="body2" sx={{ color: 'text.secondary' }}>
          {counted(effects)
            .map(([effect, count]) => `${t(EFFECTS[effect] ?? effect)} ${count}`)
            .join(t({ zh: '，', en: ', ' }))}
        </Typography>
      )}
      {incident && (
        <Alert severity="warning" variant="outlined">
          {t(incidentText(incident))}
        </Alert>
      )}
    </Box>
  );
}
