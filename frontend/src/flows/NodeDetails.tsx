/** What there is to know about one node: shown on hover, on focus and in the list of steps. */
import { Box, Stack, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { Time, useFormat } from '@/components';
import { useText } from '@/i18n';
import { durationSeconds, MODES, useActorName, useAssigned } from './describe';
import { useHistoryText, withoutEchoes } from './historyText';
import { nodeKind } from './nodeTypes';
import type { NodeState } from './progress';
import { STATE_LABELS } from './stateColours';
import type { Flow, FlowNode, HistoryItem } from './types';

export interface NodeDetailsProps {
  flow: Flow;
  node: FlowNode;
  state?: NodeState;
  since?: string | null;
  history?: HistoryItem[];
}

export function NodeDetails({ flow, node, state, since, history = [] }: NodeDetailsProps) {
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
      {since && (
        <Line label={t({ zh: '开始等待', en: 'Waiting since' })}>
          <Time value={since} />
        </Line>
      )}
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

function Settings({ node }: { node: FlowNode }) {
  const t = useText();
  const format = useFormat();
  const due = durationSeconds(node.due);
  const timer = durationSeconds(node.timer?.duration);
  const outcomes = (node.outcomes ?? []).map(({ label }) => t(label)).join(' / ');
  return (
    <>
      {due !== null && <Line label={t({ zh: '时限', en: 'Due within' })}>{format.duration(due)}</Line>}
      {timer !== null && (
        <Line label={t({ zh: '到点', en: 'After' })}>
          {format.duration(timer)}
          {node.interrupting === false ? t({ zh: '（不中断）', en: ' (does not interrupt)' }) : ''}
        </Line>
      )}
      {node.action && <Line label={t({ zh: '动作', en: 'Action' })}>{node.action}</Line>}
      {outcomes && <Line label={t({ zh: '结果', en: 'Outcomes' })}>{outcomes}</Line>}
    </>
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
