/** Why a task is here once more, before anything else: who sent it back and what they said, or what came of sending it back. */
import { Alert, Box } from '@mui/material';
import { CornerDownRight, CornerUpLeft } from 'lucide-react';
import { useText } from '@/i18n';
import { useMe } from '@/providers/me';
import { Changes } from '@/records/History';
import type { HistoryItem } from '@/records/types';
import type { Decision, TaskDetail } from './types';

/** A task is opened with the decision that sent back to it; clocks and transactions are not exact. */
const TOGETHER_MS = 60_000;

const moment = ({ at }: { at: string }) => Date.parse(at);

/** The decision that this task was opened by. */
function opening({ opened_at, decisions }: TaskDetail): Decision | undefined {
  const away = (decision: Decision) => Math.abs(moment(decision) - Date.parse(opened_at));
  const [nearest] = decisions.toReversed().sort((one, other) => away(one) - away(other));
  return nearest && away(nearest) < TOGETHER_MS ? nearest : undefined;
}

export function SentBack({ task }: { task: TaskDetail }) {
  const opened = task.round > 1 ? opening(task) : undefined;
  if (!opened) return null;
  if (opened.outcome_kind === 'send_back') return <Sent decision={opened} />;
  const sent = askedFor(task);
  return sent ? <Answered task={task} sent={sent} answer={opened} /> : null;
}

function Sent({ decision }: { decision: Decision }) {
  const t = useText();
  const params = { name: decision.user?.name ?? '', step: t(decision.title) };
  return (
    <Alert severity="warning" variant="outlined" icon={<CornerUpLeft size={18} />}>
      {t({ zh: '{name} 在“{step}”退回', en: 'Sent back by {name} at “{step}”' }, params)}
      <Words words={decision.comment} strong />
    </Alert>
  );
}

/** The round before ended by sending it back to come straight back: this is the answer. */
function askedFor({ node_id, round, outcomes, decisions }: TaskDetail): Decision | undefined {
  const straight = outcomes.filter((one) => one.straight).map(({ key }) => key);
  return decisions.findLast(
    (one) => one.node_id === node_id && one.round === round - 1 && straight.includes(one.outcome ?? ''),
  );
}

const YOU = { zh: '你', en: 'You' };
const ANSWER = {
  zh: '{name}退回到“{step}”，{people} 已重新处理',
  en: '{name} sent it back to “{step}”; {people} did it again',
};
const WHY = { zh: '退回原因：{words}', en: 'Why: {words}' };
const SAYS = { zh: '{name}：{words}', en: '{name}: {words}' };

interface AnsweredProps {
  task: TaskDetail;
  sent: Decision;
  answer: Decision;
}

/** By whom it was sent back and why, who did it again, what they say, and what has changed since. */
function Answered({ task, sent, answer }: AnsweredProps) {
  const t = useText();
  const me = useMe();
  const mine = sent.user?.id === me?.id;
  const system = t({ zh: '系统', en: 'Weft' });
  const name = (decision: Decision) => decision.user?.name ?? system;
  const again = task.decisions.filter(
    (one) => one.node_id === answer.node_id && one.round === answer.round && moment(one) > moment(sent),
  );
  const people = [...new Set(again.map(name))].join(t({ zh: '、', en: ', ' }));
  const params = { name: mine ? t(YOU) : name(sent), step: t(answer.title), people };
  return (
    <Alert severity="info" variant="outlined" icon={<CornerDownRight size={18} />}>
      {t(ANSWER, params)}
      <Words words={sent.comment && t(WHY, { words: sent.comment })} />
      {again.map((decision, index) => (
        <Words
          key={index}
          strong
          words={decision.comment && t(SAYS, { name: name(decision), words: decision.comment })}
        />
      ))}
      <Changed task={task} sent={sent} />
    </Alert>
  );
}

function Words({ words, strong = false }: { words: string | null | undefined; strong?: boolean }) {
  if (!words) return null;
  return (
    <Box sx={{ mt: 0.25, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', fontWeight: strong ? 550 : undefined }}>
      {words}
    </Box>
  );
}

type FieldChanges = NonNullable<HistoryItem['changes']>;

/** What each field was when it was sent back and what it was when the answer came; not what its sender wrote with sending it. */
function changedSince({ history, opened_at }: TaskDetail, sent: Decision): FieldChanges {
  const until = Date.parse(opened_at) + TOGETHER_MS;
  const withSending = (line: HistoryItem) =>
    line.actor?.id === sent.user?.id && Math.abs(moment(line) - moment(sent)) < TOGETHER_MS;
  const since = (history ?? []).filter(
    (line) =>
      line.type.endsWith('.updated') && moment(line) > moment(sent) && moment(line) < until && !withSending(line),
  );
  const found: FieldChanges = {};
  for (const { changes } of since.toReversed()) {
    for (const [key, [before, after]] of Object.entries(changes ?? {}))
      found[key] = [found[key] ? found[key][0] : before, after];
  }
  return found;
}

function Changed({ task, sent }: Pick<AnsweredProps, 'task' | 'sent'>) {
  const changes = changedSince(task, sent);
  if (Object.keys(changes).length === 0) return null;
  return <Changes entity={{ fields: Object.values(task.fields ?? {}) }} changes={changes} />;
}
