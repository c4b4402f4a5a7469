/** A list of people: by role, department, name, position over others, a field of the record, or an expression. */
import { Box, Button, IconButton, Stack, Typography } from '@mui/material';
import { ArrowUp, Plus, Trash2 } from 'lucide-react';
import { type Text, useText } from '@/i18n';
import type { Candidate, FlowNode } from '../../types';
import { aboutOf, useDesign } from '../design';
import { type Choice, ChoiceInput, ExpressionInput, NumberInput } from '../inputs';
import { useNames } from '../names';

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
  /** Votes may count for more than one. */
  weighted?: boolean;
  /** The order says who comes first. */
  ordered?: boolean;
  add?: string;
}

export function Candidates({ node, title, value, onChange, weighted, ordered, add }: CandidatesProps) {
  const t = useText();
  const swap = (index: number) =>
    onChange(
      value.map((each, at) => (at === index ? value[index - 1] : at === index - 1 ? value[index] : each) ?? each),
    );
  return (
    <Box role="group" aria-label={title}>
      <Typography variant="body2" sx={{ mb: 0.75, color: 'text.secondary' }}>
        {title}
      </Typography>
      <Stack spacing={1.75}>
        {value.map((candidate, index) => (
          <Box
            key={index}
            sx={{
              ...{ display: 'grid', gridTemplateColumns: 'minmax(0, 1fr) auto', gap: 0.5, alignItems: 'start' },
              ...{ borderLeft: 2, borderColor: 'divider', pl: 1 },
            }}
          >
            <CandidateRow
              node={node}
              candidate={candidate}
              weighted={!!weighted}
              onChange={(next) => onChange(value.map((each, at) => (at === index ? next : each)))}
            />
            <Stack>
              <IconButton
                size="small"
                aria-label={t({ zh: '去掉第 {n} 个', en: 'Remove number {n}' }, { n: index + 1 })}
                onClick={() => onChange(value.filter((_, at) => at !== index))}
              >
                <Trash2 size={14} />
              </IconButton>
              {ordered && index > 0 && (
                <IconButton
                  size="small"
                  aria-label={t({ zh: '把第 {n} 个往前移', en: 'Move number {n} up' }, { n: index + 1 })}
                  onClick={() => swap(index)}
                >
                  <ArrowUp size={14} />
                </IconButton>
              )}
            </Stack>
          </Box>
        ))}
        <Button
          startIcon={<Plus size={14} />}
          sx={{ alignSelf: 'start' }}
          onClick={() => onChange([...value, { initiator: true }])}
        >
          {add ?? t({ zh: '加人', en: 'Add people' })}
        </Button>
      </Stack>
    </Box>
  );
}

interface CandidateRowProps {
  node: FlowNode;
  candidate: Candidate;
  weighted: boolean;
  onChange: (candidate: Candidate) => void;
}

function CandidateRow({ node, candidate, weighted, onChange }: CandidateRowProps) {
  const t = useText();
  const names = useNames();
  const { flow } = useDesign();
  const way = wayOf(candidate);
  const weight = candidate.weight && candidate.weight !== 1 ? { weight: candidate.weight } : {};
  const options: Partial<Record<Way, Choice[]>> = {
    role: names.roles,
    department: names.departments,
    user: names.users(candidate.user),
    superior_of: names.steps(({ id, assignment, type }) => id !== node.id && (!!assignment || type === 'start_event')),
    record_field: names.fields,
  };
  const choices = options[way];
  const begin = (next: Way): Candidate => ({
    ...(next === 'initiator' ? { initiator: true } : { [next]: options[next]?.[0]?.value ?? '' }),
    ...weight,
  });
  return (
    <Stack spacing={1.25}>
      <Box sx={{ display: 'grid', gridTemplateColumns: weighted ? '1fr 84px' : '1fr', gap: 1 }}>
        <ChoiceInput
          label={t({ zh: '谁', en: 'Who' })}
          value={way}
          options={Object.entries(WAYS).map(([value, label]) => ({ value, label: t(label) }))}
          onChange={(next) => onChange(begin(next as Way))}
        />
        {weighted && (
          <NumberInput
            label={t({ zh: '每人几票', en: 'Votes each' })}
            value={candidate.weight ?? 1}
            onChange={(next) => onChange({ ...candidate, weight: next ?? 1 })}
          />
        )}
      </Box>
      {choices && (
        <Box sx={{ display: 'grid', gridTemplateColumns: way === 'role' ? '1fr 1fr' : '1fr', gap: 1 }}>
          <ChoiceInput
            label={t(WAYS[way])}
            value={String(candidate[way] ?? '')}
            options={choices}
            onChange={(value) => onChange({ ...candidate, [way]: value })}
          />
          {way === 'role' && (
            <ChoiceInput
              label={t({ zh: '只限部门', en: 'Only of' })}
              value={candidate.department ?? ''}
              none={t({ zh: '不限', en: 'Any department' })}
              options={names.departments}
              onChange={(department) =>
                onChange({ role: candidate.role ?? '', ...(department && { department }), ...weight })
              }
            />
          )}
        </Box>
      )}
      {way === 'expression' && (
        <ExpressionInput
          label={t(WAYS.expression)}
          value={candidate.expression ?? ''}
          onChange={(expression) => onChange({ expression, ...weight })}
          about={aboutOf(flow, node)}
          entity={flow.entity}
        />
      )}
    </Stack>
  );
}
