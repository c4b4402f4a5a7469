/** A row: which field, what is said of it, and the values. */
import { Box, Stack } from '@mui/material';
import { useMemo } from 'react';
import { useText } from '@/i18n';
import { itemType } from '../tree';
import { useBoard } from './board';
import { replaceItem } from './edits';
import { ManyInput, Pick, ValueInput } from './inputs';
import type { Row } from './items';
import { type Operator, operatorOf, operatorsFor } from './operators';
import { SubjectBox } from './SubjectBox';
import { type Subject, useSubject } from './subjects';
import { firstValue, type Value, valueKinds } from './values';

/** The values an operator starts with: those it can keep, else what there is to begin with. */
export function valuesFor(operator: Operator, before: readonly (Value | null)[], type: string): (Value | null)[] {
  const kept = before.filter((value) => value !== null);
  const first = firstValue(valueKinds(type)[0] ?? 'constant');
  const count = { none: 0, one: 1, two: 2, many: kept.length }[operator.takes];
  return Array.from({ length: count }, (_, index) => kept[index] ?? first);
}

export function RowView({ row, label }: { row: Row; label: string }) {
  const t = useText();
  const { root, subjects, edit, readOnly } = useBoard();
  const subject = useSubject(subjects, row.field);
  const operator = operatorOf(row.operator);
  const scalar = itemType(row.field.type) ?? row.field.type;
  const change = (part: Partial<Row>, what: Parameters<typeof edit>[0], run?: string) => {
    const { listType, ...rest } = row;
    const kept = part.values && operator.takes === 'many' && listType ? { listType } : {};
    edit(what, replaceItem(root, { ...rest, ...kept, ...part }), run ? { run } : {});
  };
  const chooseField = (next: Subject) => {
    const suits = operator.suits(next.node.type) && !operator.hidden;
    const then = suits ? operator : (operatorsFor(next.node.type)[0] ?? operator);
    const type = itemType(next.node.type) ?? next.node.type;
    const sameKind = next.node.type === row.field.type && next.field.type !== 'choice' && !next.field.options?.length;
    const values = valuesFor(then, sameKind ? row.values : [], type);
    change({ field: next.node, operator: then.key, values }, { zh: '选择字段', en: 'Choose a field' });
  };
  const chooseOperator = (key: string) => {
    const then = operatorOf(key);
    const values = valuesFor(then, row.values, scalar);
    change({ operator: key, values }, { zh: '选择关系', en: 'Choose a relation' });
  };
  const setValues = (values: readonly (Value | null)[]) =>
    change({ values }, { zh: '改值', en: 'Change a value' }, `value-${row.id}`);
  return (
    <Stack
      role="group"
      aria-label={label}
      inert={readOnly}
      sx={{
        display: 'grid',
        gap: 0.75,
        alignItems: 'start',
        gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'minmax(150px, 1fr) 150px minmax(200px, 1.6fr)' },
      }}
    >
      <SubjectPicker subject={subject} subjects={subjects} onChoose={chooseField} />
      <Pick
        key={row.field.type}
        label={t({ zh: '关系', en: 'Relation' })}
        value={row.operator}
        options={operatorsFor(row.field.type, row.operator).map((each) => [each.key, each.label] as const)}
        onChange={chooseOperator}
      />
      <Values operator={operator} subject={subject} values={row.values} onChange={setValues} />
    </Stack>
  );
}

interface ValuesProps {
  operator: Operator;
  subject: Subject;
  values: readonly (Value | null)[];
  onChange: (values: readonly (Value | null)[]) => void;
}

function Values({ operator, subject, values, onChange }: ValuesProps) {
  const t = useText();
  const { subjects } = useBoard();
  const given = { subject, subjects };
  const path = (subject.node.path ?? []).join('.');
  if (operator.takes === 'none') return <Box />;
  if (operator.takes === 'many') return <ManyInput key={path} {...given} values={values} onChange={onChange} />;
  if (operator.takes === 'one') {
    const label = t({ zh: '值', en: 'Value' });
    return (
      <ValueInput
        key={path}
        {...given}
        label={label}
        value={values[0] ?? null}
        onChange={(value) => onChange([value])}
      />
    );
  }
  const put = (index: number) => (value: Value | null) => {
    onChange([0, 1].map((at) => (at === index ? value : (values[at] ?? null))));
  };
  return (
    <Stack key={path} spacing={0.5}>
      <ValueInput {...given} label={t({ zh: '从', en: 'From' })} value={values[0] ?? null} onChange={put(0)} />
      <ValueInput {...given} label={t({ zh: '到', en: 'To' })} value={values[1] ?? null} onChange={put(1)} />
    </Stack>
  );
}

interface SubjectPickerProps {
  subject: Subject;
  subjects: readonly Subject[];
  onChoose: (subject: Subject) => void;
}

function SubjectPicker({ subject, subjects, onChoose }: SubjectPickerProps) {
  const t = useText();
  const options = useMemo(() => (subjects.includes(subject) ? subjects : [subject, ...subjects]), [subjects, subject]);
  return (
    <SubjectBox first label={t({ zh: '字段', en: 'Field' })} options={options} value={subject} onChoose={onChoose} />
  );
}
