/** Who gets a task, what they see, how they may decide, and by when. */
import { Box, Button, IconButton, MenuItem, Stack, TextField, Typography } from '@mui/material';
import { Plus, Trash2 } from 'lucide-react';
import { relabelled } from '@/build/labels';
import { type Text, useLocale, useText } from '@/i18n';
import { MODES } from '../describe';
import type { Assignment, Candidate, FlowNode, Outcome } from '../types';
import { aboutOf, useDesign } from './design';
import { freeId, nodeOf } from './flowDocument';
import { type Choice, ChoiceInput, DurationInput, ExpressionInput, NumberInput, SwitchInput } from './inputs';
import { useNames } from './names';

type Way = 'initiator' | 'role' | 'department' | 'user' | 'superior_of' | 'record_field' | 'expression';

const WAYS: Record<Way, Text> = {
  initiator: { zh: '发起人', en: 'The initiator' },
  role: { zh: '角色', en: 'A role' },
  department: { zh: '部门', en: 'A department' },
  user: { zh: '指定的人', en: 'A person' },
  superior_of: { zh: '某一步处理人的上级', en: 'Superior of who did a step' },
  record_field: { zh: '记录上的人员字段', en: 'A person on the record' },
  expression: { zh: '表达式', en: 'An expression' },
};

const wayOf = (candidate: Candidate): Way =>
  (Object.keys(WAYS) as Way[]).find(
    (way) => candidate[way] !== undefined && candidate[way] !== null && candidate[way] !== false,
  ) ?? 'role';

interface CandidatesProps {
  node: FlowNode;
  title: string;
  value: Candidate[];
  onChange: (value: Candidate[]) => void;
}

function Candidates({ node, title, value, onChange }: CandidatesProps) {
  const t = useText();
  return (
    <Box role="group" aria-label={title}>
      <Typography variant="subtitle2" sx={{ mb: 0.75 }}>
        {title}
      </Typography>
      <Stack spacing={1.25}>
        {value.map((candidate, index) => (
          <Box key={index} sx={{ display: 'grid', gridTemplateColumns: '1fr auto', gap: 0.5, alignItems: 'start' }}>
            <CandidateRow
              node={node}
              candidate={candidate}
              onChange={(next) => onChange(value.map((each, at) => (at === index ? next : each)))}
            />
            <IconButton
              size="small"
              aria-label={t({ zh: '去掉第 {n} 个', en: 'Remove number {n}' }, { n: index + 1 })}
              onClick={() => onChange(value.filter((_, at) => at !== index))}
            >
              <Trash2 size={14} />
            </IconButton>
          </Box>
        ))}
        <Button
          startIcon={<Plus size={14} />}
          sx={{ alignSelf: 'start' }}
          onClick={() => onChange([...value, { initiator: true }])}
        >
          {t({ zh: '加人', en: 'Add people' })}
        </Button>
      </Stack>
    </Box>
  );
}

function CandidateRow({
  node,
  candidate,
  onChange,
}: {
  node: FlowNode;
  candidate: Candidate;
  onChange: (candidate: Candidate) => void;
}) {
  const t = useText();
  const names = useNames();
  const { flow } = useDesign();
  const way = wayOf(candidate);
  const options: Partial<Record<Way, Choice[]>> = {
    role: names.roles,
    department: names.departments,
    user: names.users,
    superior_of: names.steps(({ id, assignment, type }) => id !== node.id && (!!assignment || type === 'start_event')),
    record_field: names.fields,
  };
  const choices = options[way];
  const begin = (next: Way): Candidate =>
    next === 'initiator' ? { initiator: true } : { [next]: options[next]?.[0]?.value ?? '' };
  return (
    <Stack spacing={1}>
      <ChoiceInput
        label={t({ zh: '谁', en: 'Who' })}
        value={way}
        options={Object.entries(WAYS).map(([value, label]) => ({ value, label: t(label) }))}
        onChange={(next) => onChange(begin(next as Way))}
      />
      {choices && (
        <ChoiceInput
          label={t(WAYS[way])}
          value={String(candidate[way] ?? '')}
          options={choices}
          onChange={(value) => onChange({ ...candidate, [way]: value })}
        />
      )}
      {way === 'expression' && (
        <ExpressionInput
          label={t(WAYS.expression)}
          value={candidate.expression ?? ''}
          onChange={(expression) => onChange({ expression })}
          about={aboutOf(flow, node)}
          entity={flow.entity}
        />
      )}
    </Stack>
  );
}

export function AssignmentSection({ node }: { node: FlowNode }) {
  const t = useText();
  const { setNode } = useDesign();
  const assignment: Assignment = node.assignment ?? { candidates: [] };
  const put = (change: Partial<Assignment>) => {
    const next = { ...assignment, ...change };
    const said = next.candidates.length || next.cc?.length ? next : null;
    setNode({ zh: '改处理人', en: 'Change who gets it' }, node, { assignment: said });
  };
  const copies = node.type === 'cc';
  return (
    <Stack spacing={1.5}>
      <Candidates
        node={node}
        title={copies ? t({ zh: '抄送给谁', en: 'Who is told' }) : t({ zh: '谁处理', en: 'Who gets it' })}
        value={assignment.candidates}
        onChange={(candidates) => put({ candidates })}
      />
      {!copies && (
        <ChoiceInput
          label={t({ zh: '多人时', en: 'When there are several' })}
          value={assignment.mode ?? 'any'}
          options={Object.entries(MODES).map(([value, label]) => ({ value, label: t(label) }))}
          onChange={(mode) => put({ mode: mode as 'any' })}
        />
      )}
      {!copies && (
        <Candidates
          node={node}
          title={t({ zh: '抄送', en: 'Copies' })}
          value={assignment.cc ?? []}
          onChange={(cc) => put({ cc })}
        />
      )}
    </Stack>
  );
}

export function FormSection({ node }: { node: FlowNode }) {
  const t = useText();
  const { setNode } = useDesign();
  const { forms } = useNames();
  return (
    <ChoiceInput
      label={t({ zh: '表单', en: 'Form' })}
      value={node.form ?? ''}
      none={t({ zh: '不用表单', en: 'None' })}
      options={forms}
      onChange={(form) => setNode({ zh: '改表单', en: 'Change the form' }, node, { form })}
    />
  );
}

const KINDS: Record<Outcome['kind'], Text> = {
  complete: { zh: '继续', en: 'Goes on' },
  refuse: { zh: '驳回（会签中算反对）', en: 'Refuses (counts against)' },
  send_back: { zh: '退回', en: 'Sends back' },
};

export function OutcomesSection({ node }: { node: FlowNode }) {
  const t = useText();
  const { setNode } = useDesign();
  const outcomes = node.outcomes ?? [];
  const put = (next: Outcome[], run?: string) =>
    setNode({ zh: '改结果', en: 'Change the outcomes' }, node, { outcomes: next }, run && `${node.id}:${run}`);
  const add = () => {
    const key = freeId(
      outcomes.map((each) => each.key),
      outcomes.length ? 'outcome' : 'done',
    );
    put([...outcomes, { key, label: { zh: '完成', en: 'Done' }, kind: 'complete' }]);
  };
  return (
    <Box role="group" aria-label={t({ zh: '结果按钮', en: 'Outcomes' })}>
      <Typography variant="subtitle2" sx={{ mb: 0.75 }}>
        {t({ zh: '结果按钮', en: 'Outcomes' })}
      </Typography>
      <Stack spacing={1.5}>
        {outcomes.map((outcome, index) => (
          <OutcomeRow
            key={index}
            node={node}
            outcome={outcome}
            onChange={(change) => put(outcomes.with(index, { ...outcome, ...change }), `outcome${index}`)}
            onRemove={() => put(outcomes.filter((_, at) => at !== index))}
          />
        ))}
        <Button startIcon={<Plus size={14} />} sx={{ alignSelf: 'start' }} onClick={add}>
          {t({ zh: '加一个结果', en: 'Add an outcome' })}
        </Button>
      </Stack>
    </Box>
  );
}

interface OutcomeRowProps {
  node: FlowNode;
  outcome: Outcome;
  onChange: (change: Partial<Outcome>) => void;
  onRemove: () => void;
}

function OutcomeRow({ node, outcome, onChange, onRemove }: OutcomeRowProps) {
  const t = useText();
  const locale = useLocale();
  const { steps } = useNames();
  const { flow } = useDesign();
  const name = t(outcome.label) || outcome.key;
  return (
    <Stack spacing={0.75} sx={{ borderLeft: 2, borderColor: 'divider', pl: 1 }}>
      <Box sx={{ display: 'flex', gap: 0.5 }}>
        <TextField
          label={t({ zh: '按钮文字', en: 'Button' })}
          value={outcome.label[locale]}
          onChange={(event) => onChange({ label: relabelled(outcome.label, locale, event.target.value) })}
          sx={{ flex: 1 }}
        />
        <TextField
          label={t({ zh: '键', en: 'Key' })}
          value={outcome.key}
          onChange={(event) => onChange({ key: event.target.value.trim() })}
          sx={{ width: 96 }}
        />
        <IconButton
          size="small"
          aria-label={t({ zh: '去掉 {name}', en: 'Remove {name}' }, { name })}
          onClick={onRemove}
        >
          <Trash2 size={14} />
        </IconButton>
      </Box>
      <TextField
        select
        label={t({ zh: '之后', en: 'Then' })}
        value={outcome.kind ?? 'complete'}
        onChange={(event) => onChange({ kind: event.target.value as 'complete', target: null })}
      >
        {Object.entries(KINDS).map(([value, label]) => (
          <MenuItem key={value} value={value}>
            {t(label)}
          </MenuItem>
        ))}
      </TextField>
      {outcome.kind === 'send_back' && (
        <ChoiceInput
          label={t({ zh: '退回到', en: 'Back to' })}
          value={outcome.target ?? ''}
          options={steps((each) => each.id !== node.id && (!!each.assignment || !!nodeOf(flow, each.id)?.outcomes))}
          onChange={(target) => onChange({ target })}
        />
      )}
      <SwitchInput
        label={t({ zh: '必须写意见', en: 'An opinion must be given' })}
        value={!!outcome.comment}
        onChange={(comment) => onChange({ comment })}
      />
    </Stack>
  );
}

export function DueSection({ node }: { node: FlowNode }) {
  const t = useText();
  const { setNode } = useDesign();
  return (
    <Stack spacing={1.5}>
      <DurationInput
        label={t({ zh: '时限', en: 'Due within' })}
        value={node.due ?? ''}
        onChange={(due) => setNode({ zh: '改时限', en: 'Change the due time' }, node, { due }, `${node.id}:due`)}
        help={t({ zh: '空着就不限时', en: 'Empty: no limit' })}
      />
      <NumberInput
        label={t({ zh: '优先级', en: 'Priority' })}
        value={node.priority || null}
        onChange={(priority) =>
          setNode(
            { zh: '改优先级', en: 'Change the priority' },
            node,
            { priority: priority ?? undefined } as Partial<FlowNode>,
            `${node.id}:priority`,
          )
        }
        help={t({ zh: '数字大的排在前面', en: 'Higher numbers come first' })}
      />
    </Stack>
  );
}
