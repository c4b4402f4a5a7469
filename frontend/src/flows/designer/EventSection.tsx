/** What an event waits for or does: its kinds, and the members of each. */
import { Box, Button, IconButton, Stack } from '@mui/material';
import { Plus, Trash2 } from 'lucide-react';
import { useText } from '@/i18n';
import { type EventMember, eventKind, eventPlace, isThrowing, kindsAt } from '../eventKinds';
import { isActivity } from '../nodeTypes';
import type { EventDefinition, EventKind, FlowNode, Timer } from '../types';
import { aboutOf, useDesign } from './design';
import { ChoiceInput, DurationInput, ExpressionInput, MapInput, NumberInput, SwitchInput, TextInput } from './inputs';
import { useNames } from './names';

interface EventPartProps {
  node: FlowNode;
  event: EventDefinition;
  onChange: (change: Partial<EventDefinition>) => void;
}

export function EventSection({ node }: { node: FlowNode }) {
  const t = useText();
  const { flow, setNode } = useDesign();
  const events = node.events ?? [];
  const place = eventPlace(node, flow);
  const allowed = place ? kindsAt(place) : [];
  const put = (next: EventDefinition[], run?: string) =>
    setNode({ zh: '改事件', en: 'Change the event' }, node, { events: next }, run && `${node.id}:${run}`);
  const options = allowed.map(({ kind, label }) => ({ value: kind, label: t(label) }));
  const mayBeNone = place === 'start' || place === 'end' || place === 'throw';
  const plain =
    place === 'end' ? t({ zh: '普通结束', en: 'Plain end' }) : t({ zh: '普通（无事件）', en: 'Plain (no event)' });
  return (
    <Stack spacing={1.5}>
      {events.length === 0 && options.length > 0 && (
        <ChoiceInput
          label={t({ zh: '事件', en: 'Event' })}
          value=""
          {...(mayBeNone ? { none: plain } : {})}
          options={options}
          onChange={(kind) => kind && put([fresh(kind as EventKind)])}
        />
      )}
      {events.map((event, index) => (
        <Stack key={index} spacing={1.25} role="group" aria-label={t(eventKind(event.kind)?.label)}>
          {options.length > 0 && (
            <Box sx={{ display: 'flex', gap: 0.5, alignItems: 'start' }}>
              <ChoiceInput
                label={t({ zh: '事件', en: 'Event' })}
                value={event.kind}
                options={options}
                {...(mayBeNone ? { none: plain } : {})}
                help={t(eventKind(event.kind)?.help)}
                onChange={(kind) =>
                  put(kind ? events.with(index, fresh(kind as EventKind)) : events.filter((_, at) => at !== index))
                }
              />
              {events.length > 1 && (
                <IconButton
                  aria-label={t({ zh: '去掉这个事件', en: 'Remove this event' })}
                  onClick={() => put(events.filter((_, at) => at !== index))}
                >
                  <Trash2 size={15} />
                </IconButton>
              )}
            </Box>
          )}
          <Members
            node={node}
            event={event}
            onChange={(change) => put(events.with(index, shorter({ ...event, ...change })), `event${index}`)}
          />
        </Stack>
      ))}
      {events.length > 0 && options.length > 1 && place !== 'start' && (
        <Button
          startIcon={<Plus size={14} />}
          onClick={() => put([...events, fresh('message')])}
          sx={{ alignSelf: 'start' }}
        >
          {t({ zh: '再加一个事件', en: 'Another event' })}
        </Button>
      )}
      {events.length > 1 && !isThrowing(node) && (
        <SwitchInput
          label={t({ zh: '全部发生才继续', en: 'Only when all of them have happened' })}
          value={!!node.parallel_multiple}
          onChange={(value) =>
            setNode({ zh: '改事件', en: 'Change the event' }, node, {
              parallel_multiple: value || undefined,
            } as Partial<FlowNode>)
          }
        />
      )}
    </Stack>
  );
}

/** Members that say nothing are left out. */
function shorter(event: EventDefinition): EventDefinition {
  const kept = Object.entries(event).filter(([, value]) => value !== null && value !== '' && value !== false);
  return Object.fromEntries(kept) as unknown as EventDefinition;
}

const fresh = (kind: EventKind): EventDefinition =>
  kind === 'timer' ? { kind, timer: { duration: 'PT1H' } } : { kind };

function Members({ node, event, onChange }: EventPartProps) {
  const all = eventKind(event.kind)?.members(isThrowing(node)) ?? [];
  const members = all.filter((member) => member !== 'handler' || node.type === 'boundary_event');
  return members.map((member) => {
    const Part = PARTS[member];
    return <Part key={member} node={node} event={event} onChange={onChange} />;
  });
}

function TimerPart({ node, event, onChange }: EventPartProps) {
  const t = useText();
  const { flow } = useDesign();
  const timer = event.timer ?? {};
  const mode = timer.cycle != null ? 'cycle' : timer.date != null ? 'date' : 'duration';
  const set = (next: Timer) => onChange({ timer: next });
  const written = mode === 'duration' && !!timer.duration && !/^P[T\d]/.test(timer.duration);
  const modes = [
    { value: 'duration', label: t({ zh: '过一段时间', en: 'After a while' }) },
    { value: 'date', label: t({ zh: '到某个时刻', en: 'At a moment' }) },
    { value: 'cycle', label: t({ zh: '每隔一段时间', en: 'Again and again' }) },
    { value: 'expression', label: t({ zh: '过一段算出来的时间', en: 'After a while that is worked out' }) },
  ];
  const begin: Record<string, Timer> = {
    duration: { duration: 'PT1H' },
    date: { date: 'today() + 1 days' },
    cycle: { cycle: 'R/PT1H' },
    expression: { duration: '2 hours' },
  };
  const said = { about: aboutOf(flow, node), entity: flow.entity };
  return (
    <Stack spacing={1.25}>
      <ChoiceInput
        label={t({ zh: '什么时候', en: 'When' })}
        value={written ? 'expression' : mode}
        options={modes}
        onChange={(next) => set(begin[next] ?? {})}
      />
      {mode === 'duration' && !written && (
        <DurationInput
          label={t({ zh: '等多久', en: 'How long' })}
          value={timer.duration ?? ''}
          onChange={(duration) => set({ duration })}
          help={t({ zh: '从到这一步时算起', en: 'Counted from when this step is reached' })}
        />
      )}
      {written && (
        <ExpressionInput
          label={t({ zh: '多久', en: 'How long' })}
          value={timer.duration ?? ''}
          onChange={(duration) => set({ duration })}
          expects="duration"
          {...said}
        />
      )}
      {mode === 'date' && (
        <ExpressionInput
          label={t({ zh: '时刻', en: 'Moment' })}
          value={timer.date ?? ''}
          onChange={(date) => set({ date })}
          help={t({ zh: '日期或时间，比如记录上的一个日期字段', en: 'A day or a time, such as a date of the record' })}
          {...said}
        />
      )}
      {mode === 'cycle' && <CyclePart value={timer.cycle ?? ''} onChange={(cycle) => set({ cycle })} />}
    </Stack>
  );
}

/** `R3/PT10M`: three times, every ten minutes. */
function CyclePart({ value, onChange }: { value: string; onChange: (cycle: string) => void }) {
  const t = useText();
  const [, times = '', period = 'PT1H'] = /^R(\d*)\/(.*)$/.exec(value) ?? [];
  return (
    <Stack spacing={1.25}>
      <DurationInput
        label={t({ zh: '每隔', en: 'Every' })}
        value={period}
        onChange={(next) => onChange(`R${times}/${next}`)}
      />
      <NumberInput
        label={t({ zh: '最多几次', en: 'How often at most' })}
        value={times ? Number(times) : null}
        onChange={(next) => onChange(`R${next ?? ''}/${period}`)}
        help={t({ zh: '空着就一直重复', en: 'Empty: without end' })}
      />
    </Stack>
  );
}

function NamePart({ event, onChange }: EventPartProps) {
  const t = useText();
  return (
    <TextInput
      mono
      label={t({ zh: '名称', en: 'Name' })}
      value={event.name ?? ''}
      onChange={(name) => onChange({ name })}
      help={t({ zh: '发出的和等待的用同一个名称', en: 'The same where it is sent and where it is waited for' })}
    />
  );
}

function CodePart({ node, event, onChange }: EventPartProps) {
  const t = useText();
  const all = t({ zh: '空着就接住所有的', en: 'Empty: catches every code' });
  return (
    <TextInput
      mono
      label={t({ zh: '代码', en: 'Code' })}
      value={event.code ?? ''}
      onChange={(code) => onChange({ code })}
      help={isThrowing(node) ? undefined : all}
    />
  );
}

function ConditionPart({ node, event, onChange }: EventPartProps) {
  const t = useText();
  const { flow } = useDesign();
  return (
    <ExpressionInput
      label={t({ zh: '条件', en: 'Condition' })}
      value={event.condition ?? ''}
      onChange={(condition) => onChange({ condition })}
      about={aboutOf(flow, node)}
      entity={flow.entity}
      expects="boolean"
    />
  );
}

function CorrelationPart({ node, event, onChange }: EventPartProps) {
  const t = useText();
  const { flow } = useDesign();
  return (
    <ExpressionInput
      label={t({ zh: '对应编号', en: 'Key' })}
      value={event.correlation ?? ''}
      onChange={(correlation) => onChange({ correlation })}
      about={aboutOf(flow, node)}
      entity={flow.entity}
      help={t({ zh: '编号相同的一方才收到', en: 'Reaches the one that waits with an equal key' })}
    />
  );
}

function ArgumentsPart({ node, event, onChange }: EventPartProps) {
  const t = useText();
  const { flow } = useDesign();
  return (
    <MapInput
      title={t({ zh: '带上的内容', en: 'What is sent' })}
      value={event.arguments ?? {}}
      onChange={(value) => onChange({ arguments: value })}
      name={t({ zh: '名称', en: 'Name' })}
      names={[]}
      said={t({ zh: '名称和它的值', en: 'Names and their values' })}
      about={aboutOf(flow, node)}
      entity={flow.entity}
    />
  );
}

function OutputsPart({ event, onChange }: EventPartProps) {
  const t = useText();
  const { variables } = useNames();
  const members = event.kind === 'error' || event.kind === 'escalation' ? ['code', 'message'] : [];
  return (
    <MapInput
      title={t({ zh: '收到后放进变量', en: 'What arrives, into variables' })}
      value={event.outputs ?? {}}
      onChange={(outputs) => onChange({ outputs })}
      name={t({ zh: '变量', en: 'Variable' })}
      names={variables}
      values={members.map((value) => ({ value, label: value }))}
      said={t({ zh: '变量，和内容里的哪一项', en: 'A variable, and which member of what arrived' })}
    />
  );
}

function HandlerPart({ event, onChange }: EventPartProps) {
  const t = useText();
  const { flow } = useDesign();
  const { stepName } = useNames();
  const handlers = flow.nodes.filter((node) => node.for_compensation);
  return (
    <ChoiceInput
      label={t({ zh: '用哪一步撤回', en: 'Undone by' })}
      value={event.handler ?? ''}
      none={t({ zh: '未选', en: 'None' })}
      options={handlers.map((node) => ({ value: node.id, label: stepName(node) }))}
      onChange={(handler) => onChange({ handler })}
      help={t({
        zh: '先把那一步标为“用于撤回”',
        en: 'Mark a step as “undoes another” first; it is then offered here',
      })}
    />
  );
}

function ActivityPart({ event, onChange }: EventPartProps) {
  const t = useText();
  const { flow } = useDesign();
  const { stepName } = useNames();
  return (
    <Stack spacing={1}>
      <ChoiceInput
        label={t({ zh: '撤回哪一步', en: 'What is undone' })}
        value={event.activity ?? ''}
        none={t({ zh: '这一层做完的全部', en: 'Everything done on this level' })}
        options={flow.nodes.filter(isActivity).map((node) => ({ value: node.id, label: stepName(node) }))}
        onChange={(activity) => onChange({ activity })}
      />
      <SwitchInput
        label={t({ zh: '同时撤回', en: 'All at once' })}
        value={!!event.parallel}
        onChange={(parallel) => onChange({ parallel })}
        help={t({ zh: '否则按完成的相反顺序', en: 'Else in the reverse order of completion' })}
      />
    </Stack>
  );
}

const PARTS: Record<EventMember, (props: EventPartProps) => React.ReactNode> = {
  timer: TimerPart,
  name: NamePart,
  code: CodePart,
  condition: ConditionPart,
  correlation: CorrelationPart,
  arguments: ArgumentsPart,
  outputs: OutputsPart,
  handler: HandlerPart,
  activity: ActivityPart,
};
