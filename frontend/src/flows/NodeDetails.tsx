/** What there is to know about one node: shown on hover, on focus and in the list of steps. */
import { Box, Stack, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { Time, useFormat } from '@/components';
import { useText } from '@/i18n';
import { durationSeconds, LOOPS, MODES, useActorName, useAssigned } from './describe';
import { eventKind, eventSign } from './eventKinds';
import { isStep, useHistoryText, withoutEchoes } from './historyText';
import { nodeKind, outcomesOf } from './nodeTypes';
import type { NodeState } from './progress';
import { STATE_LABELS } from './stateColours';
import type { EventDefinition, Flow, FlowNode, HistoryItem, Token } from './types';
import { useWaitingText } from './waitingText';

export interface NodeDetailsProps {
  flow: Flow;
  node: FlowNode;
  state?: NodeState;
  tokens?: Token[];
  history?: HistoryItem[];
}

export function NodeDetails({ flow, node, state, tokens = [], history = [] }: NodeDetailsProps) {
  const t = useText();
  const assigned = useAssigned(flow)(node);
  return (
    <Stack spacing={0.5} sx={{ fontSize: 13, lineHeight: 1.5, maxWidth: 320, py: 0.5 }}>
      <Typography component="div" sx={{ fontWeight: 650, fontSize: 13.5 }}>
        {t(node.title) || t(nodeKind(node.type).label)}
      </Typography>
      <div>
        {t(nodeKind(node.type).label)}
        {state && state !== 'ahead' ? ` · ${t(STATE_LABELS[state])}` : ''}
      </div>
      {tokens.slice(0, SHOWN).map((token, index) => (
        <Waits key={token.id ?? index} token={token} flow={flow} />
      ))}
      {assigned && (
        <Line label={t({ zh: '由谁', en: 'Who' })}>
          {assigned}
          {node.assignment?.mode ? `（${t(MODES[node.assignment.mode])}）` : ''}
        </Line>
      )}
      <Settings node={node} />
      <Happened history={history} flow={flow} />
    </Stack>
  );
}

const NO_TASKS: never[] = [];

function Waits({ token, flow }: { token: Token; flow: Flow }) {
  const t = useText();
  const say = useWaitingText({ definition: flow, tasks: NO_TASKS });
  return (
    <div>
      {say(token) || t({ zh: '等待', en: 'Waits' })}
      {token.since && (
        <>
          {' · '}
          {t({ zh: '自', en: 'since' })} <Time value={token.since} />
        </>
      )}
    </div>
  );
}

function Settings({ node }: { node: FlowNode }) {
  const t = useText();
  const format = useFormat();
  const due = durationSeconds(node.due);
  const outcomes = outcomesOf(node)
    .map(({ label }) => t(label))
    .join(' / ');
  return (
    <>
      {due !== null && <Line label={t({ zh: '时限', en: 'Due within' })}>{format.duration(due)}</Line>}
      {(node.events ?? []).map((event, index) => (
        <Event key={index} event={event} node={node} />
      ))}
      {node.call?.flow && <Line label={t({ zh: '调用', en: 'Calls' })}>{node.call.flow}</Line>}
      {node.decision && <Line label={t({ zh: '决策表', en: 'Decision table' })}>{node.decision}</Line>}
      {!!node.rules?.length && <Line label={t({ zh: '规则', en: 'Rules' })}>{node.rules.join(', ')}</Line>}
      {node.condition && <Line label={t({ zh: '条件', en: 'Condition' })}>{node.condition}</Line>}
      {node.loop && <Line label={t({ zh: '重复', en: 'Repeats' })}>{t(LOOPS[node.loop.kind])}</Line>}
      {node.action && <Line label={t({ zh: '动作', en: 'Action' })}>{node.action}</Line>}
      {outcomes && <Line label={t({ zh: '结果', en: 'Outcomes' })}>{outcomes}</Line>}
    </>
  );
}

/** "Timer: 30 minutes (does not interrupt)". */
function Event({ event, node }: { event: EventDefinition; node: FlowNode }) {
  const t = useText();
  const format = useFormat();
  const info = eventKind(event.kind);
  if (!info || !eventSign(node)) return null;
  const { duration, date, cycle } = event.timer ?? {};
  const seconds = durationSeconds(duration);
  const after = seconds === null ? duration : format.duration(seconds);
  const said = after ?? date ?? cycle ?? event.name ?? event.code ?? event.condition ?? '';
  const aside = node.interrupting === false ? t({ zh: '（不中断）', en: ' (does not interrupt)' }) : '';
  return (
    <Line label={t(info.label)}>
      {said}
      {aside}
    </Line>
  );
}

const SHOWN = 4;

function Happened({ history, flow }: { history: HistoryItem[]; flow: Flow }) {
  const actor = useActorName();
  const say = useHistoryText(flow);
  const format = useFormat();
  if (history.length === 0) return null;
  return (
    <Box component="ul" sx={{ m: 0, p: 0, pt: 0.5, listStyle: 'none' }}>
      {withoutEchoes(history)
        .filter((item) => !isStep(item))
        .slice(-SHOWN)
        .map((item, index) => (
          <li key={index}>
            {format.dateTime(item.at)} {item.actor ? `${actor(item.actor)} · ` : ''}
            {say(item)}
          </li>
        ))}
    </Box>
  );
}

function Line({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <Box component="span" sx={{ opacity: 0.75, mr: 0.75 }}>
        {label}
      </Box>
      {children}
    </div>
  );
}
