/** Inputs of a row's values: a literal as its field enters it, a day counted from today, another field, or several. */
import { Box, IconButton, MenuItem, Stack, TextField, Tooltip } from '@mui/material';
import { Columns2, Plus, TextCursorInput, X } from 'lucide-react';
import { type ReactNode, useEffect, useId, useMemo, useState } from 'react';
import { FieldInput } from '@/fields';
import { type Text, useText } from '@/i18n';
import { type Field, useMetadata } from '@/metadata';
import { itemType, kindOfType } from '../tree';
import { SubjectBox } from './SubjectBox';
import { counterparts, type Subject, subjectFor } from './subjects';
import { firstValue, type Relative, type RelativeUnit, type Value, type ValueKind, valueKinds } from './values';

const VALUE: Text = { zh: '值', en: 'Value' };

interface InputProps<V extends Value = Value> {
  subject: Subject;
  subjects: readonly Subject[];
  value: V | null;
  label: string;
  onChange: (value: Value | null) => void;
}

const scalarType = ({ node }: Subject): string => itemType(node.type) ?? node.type;

/** The field as one value of it is entered. */
function enteredField({ field }: Subject, kind: ValueKind): Field {
  const types: Partial<Record<Field['type'], Field['type']>> = {
    ...{ multi_choice: 'choice', stage: 'choice', tags: 'text', auto_number: 'text', long_text: 'text' },
    ...(kind === 'day' ? { datetime: 'date' } : {}),
  };
  return { ...field, type: types[field.type] ?? field.type, required: false, transitions: {}, help: null };
}

const FULL_WIDTH = /[０-９．－]/g;
const asDecimal = (typed: string): string | null => {
  const bare = typed
    .replace(/[\s,，]/g, '')
    .replace(FULL_WIDTH, (letter) => String.fromCharCode(letter.charCodeAt(0) - 0xfee0));
  return /^-?(\d+(\.\d+)?|\.\d+)$/.test(bare) ? bare.replace(/^(-?)\./, '$10.') : null;
};

/** A number kept as it was typed: no digit of it is lost. */
function DecimalInput({ value, label, unit, onChange }: DecimalInputProps) {
  const id = useId();
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped((before) => ((asDecimal(before) ?? '') === value ? before : value)), [value]);
  const change = (text: string) => {
    setTyped(text);
    onChange(asDecimal(text));
  };
  return (
    <TextField
      id={id}
      fullWidth
      value={typed}
      error={typed.trim() !== '' && asDecimal(typed) === null}
      onChange={(event) => change(event.target.value)}
      slotProps={{
        htmlInput: { inputMode: 'decimal', 'aria-label': label, style: { fontVariantNumeric: 'tabular-nums' } },
        input: {
          endAdornment: unit && (
            <Box sx={{ color: 'text.secondary', fontSize: 13, pl: 0.5, whiteSpace: 'nowrap' }}>{unit}</Box>
          ),
        },
      }}
    />
  );
}

interface DecimalInputProps {
  value: string;
  label: string;
  unit?: string | undefined;
  onChange: (value: string | null) => void;
}

const filled = (value: unknown): boolean => value !== null && value !== undefined && value !== '';

function LiteralInput({ subject, value, label, kind, onChange }: InputProps & { kind: 'constant' | 'day' }) {
  const type = value && 'type' in value ? value.type : kind === 'day' ? 'date' : scalarType(subject);
  const given = value && 'value' in value ? value.value : null;
  const set = (next: unknown) => onChange(filled(next) ? { kind, type, value: next } : null);
  const sort = kindOfType(type);
  if (sort === 'number' || sort === 'money') {
    const unit = sort === 'money' ? type.slice('money:'.length) : undefined;
    return <DecimalInput value={String(given ?? '')} label={label} unit={unit} onChange={set} />;
  }
  return <FieldInput compact field={enteredField(subject, kind)} label={label} help="" value={given} onChange={set} />;
}

const UNITS: [RelativeUnit, Text][] = [
  ['minutes', { zh: '分钟', en: 'minutes' }],
  ['hours', { zh: '小时', en: 'hours' }],
  ['days', { zh: '天', en: 'days' }],
  ['weeks', { zh: '周', en: 'weeks' }],
  ['months', { zh: '个月', en: 'months' }],
  ['years', { zh: '年', en: 'years' }],
];
const FINE = new Set<RelativeUnit>(['minutes', 'hours']);
const ANCHORS: [Relative['anchor'], Text][] = [
  ['today', { zh: '今天', en: 'today' }],
  ['now', { zh: '此刻', en: 'now' }],
];
const SIDES: ['-' | '+' | '0', Text][] = [
  ['-', { zh: '之前', en: 'before' }],
  ['+', { zh: '之后', en: 'after' }],
  ['0', { zh: '就是', en: 'exactly' }],
];

interface PickProps<K extends string> {
  label: string;
  value: K;
  options: readonly (readonly [K, Text])[];
  onChange: (value: K) => void;
  width?: number;
}

/** A small select among fixed words. */
export function Pick<K extends string>({ label, value, options, onChange, width }: PickProps<K>) {
  const t = useText();
  const id = useId();
  return (
    <TextField
      select
      id={id}
      value={value}
      onChange={(event) => onChange(event.target.value as K)}
      sx={{ flex: 'none', minWidth: width ?? 84 }}
      slotProps={{ htmlInput: { 'aria-label': label }, select: { SelectDisplayProps: { 'aria-label': label } } }}
    >
      {options.map(([key, text]) => (
        <MenuItem key={key} value={key}>
          {t(text)}
        </MenuItem>
      ))}
    </TextField>
  );
}

/** `7 days before today`. */
function RelativeInput({ subject, value, onChange }: InputProps<Relative>) {
  const t = useText();
  const now = value ?? (firstValue('relative') as Relative);
  const side = now.amount === 0 ? '0' : now.amount < 0 ? '-' : '+';
  const size = Math.abs(now.amount);
  const withTime = scalarType(subject) === 'datetime';
  const anchors = withTime ? ANCHORS : ANCHORS.slice(0, 1);
  const units = withTime && now.anchor === 'now' ? UNITS : UNITS.filter(([unit]) => !FINE.has(unit));
  const change = (part: Partial<Relative>) => onChange({ ...now, ...part });
  const turn = (next: '-' | '+' | '0') => change({ amount: next === '0' ? 0 : (next === '-' ? -1 : 1) * (size || 7) });
  const anchor = (next: Relative['anchor']) => {
    change({ anchor: next, unit: next === 'today' && FINE.has(now.unit) ? 'days' : now.unit });
  };
  return (
    <Stack direction="row" sx={{ gap: 0.5, flexWrap: 'wrap', flex: 1 }}>
      {side !== '0' && (
        <>
          <TextField
            type="number"
            value={size}
            onChange={(event) => {
              const typed = Math.trunc(Number(event.target.value));
              if (typed > 0) change({ amount: side === '-' ? -typed : typed });
            }}
            sx={{ width: 68, flex: 'none' }}
            slotProps={{ htmlInput: { min: 1, step: 1, 'aria-label': t({ zh: '多少', en: 'How many' }) } }}
          />
          <Pick
            label={t({ zh: '单位', en: 'Unit' })}
            value={now.unit}
            options={units}
            onChange={(unit) => change({ unit })}
          />
        </>
      )}
      <Pick label={t({ zh: '之前或之后', en: 'Before or after' })} value={side} options={SIDES} onChange={turn} />
      <Pick
        label={t({ zh: '从何时算起', en: 'Counted from' })}
        value={now.anchor}
        options={anchors}
        onChange={anchor}
      />
    </Stack>
  );
}

function OtherFieldInput({ subject, subjects, value, label, onChange }: InputProps) {
  const t = useText();
  const options = useMemo(() => counterparts(subjects, scalarType(subject), subject.node), [subjects, subject]);
  const node = value?.kind === 'field' ? value.node : null;
  const metadata = useMetadata();
  const chosen = useMemo(() => node && subjectFor(options, node, metadata), [options, node, metadata]);
  return (
    <SubjectBox
      label={label}
      options={options}
      value={chosen}
      onChoose={(option) => onChange({ kind: 'field', node: option.node })}
      hint={t({ zh: '选择字段', en: 'Choose a field' })}
    />
  );
}

const INPUTS: Record<ValueKind, (props: InputProps) => ReactNode> = {
  constant: (props) => <LiteralInput {...props} kind="constant" />,
  day: (props) => <LiteralInput {...props} kind="day" />,
  relative: (props) => <RelativeInput {...props} value={props.value as Relative | null} />,
  field: (props) => <OtherFieldInput {...props} />,
};

const KIND_LABELS: Record<ValueKind, Text> = {
  constant: { zh: '某个值', en: 'a value' },
  day: { zh: '某一天', en: 'a day' },
  relative: { zh: '相对日期', en: 'a relative date' },
  field: { zh: '另一字段', en: 'another field' },
};

const MOMENT: Text = { zh: '某个时间', en: 'a moment' };

/** One value, and what kind of value it is where there is a choice. */
export function ValueInput(props: InputProps) {
  const t = useText();
  const { subject, subjects, value, onChange, label } = props;
  const type = scalarType(subject);
  const possible = valueKinds(type).filter(
    (kind) => kind !== 'field' || value?.kind === 'field' || counterparts(subjects, type, subject.node).length > 0,
  );
  const [chosen, setChosen] = useState<ValueKind>(value?.kind ?? possible[0] ?? 'constant');
  const kind = value?.kind ?? chosen;
  const turn = (next: ValueKind) => {
    setChosen(next);
    onChange(firstValue(next));
  };
  const options = possible.map((each): [ValueKind, Text] => [
    each,
    each === 'constant' && type === 'datetime' ? MOMENT : KIND_LABELS[each],
  ]);
  return (
    <Stack
      direction="row"
      sx={{ gap: 0.5, flex: 1, minWidth: 0, alignItems: 'flex-start', flexWrap: { xs: 'wrap', md: 'nowrap' } }}
    >
      {possible.length > 2 && <Pick label={t(COMPARED)} value={kind} options={options} onChange={turn} width={116} />}
      <Box sx={{ flex: { xs: kind === 'relative' ? '1 1 100%' : 1, md: 1 }, minWidth: 120 }}>
        {INPUTS[kind]({ ...props, label: label || t(VALUE) })}
      </Box>
      {possible.length === 2 && <TurnButton kind={kind} onTurn={turn} />}
    </Stack>
  );
}

const COMPARED: Text = { zh: '和什么比', en: 'Compared with' };
const TO_FIELD: Text = { zh: '改和另一字段比', en: 'Compare with another field' };
const TO_VALUE: Text = { zh: '改和某个值比', en: 'Compare with a value' };

/** Between a value and another field, where there is nothing else. */
function TurnButton({ kind, onTurn }: { kind: ValueKind; onTurn: (kind: ValueKind) => void }) {
  const t = useText();
  const isField = kind === 'field';
  const name = t(isField ? TO_VALUE : TO_FIELD);
  return (
    <Tooltip title={name}>
      <IconButton aria-label={name} onClick={() => onTurn(isField ? 'constant' : 'field')} sx={{ mt: '4px' }}>
        {isField ? <TextCursorInput size={15} /> : <Columns2 size={15} />}
      </IconButton>
    </Tooltip>
  );
}

interface ManyProps {
  subject: Subject;
  subjects: readonly Subject[];
  values: readonly (Value | null)[];
  onChange: (values: readonly (Value | null)[]) => void;
}

const ONE_BOX = new Set(['choice', 'text']);

/** Several values: in one box where the field has such an input, else one under the other. */
export function ManyInput({ subject, subjects, values, onChange }: ManyProps) {
  const t = useText();
  const type = scalarType(subject);
  const literals = values.flatMap((value) => (value?.kind === 'constant' ? [value] : []));
  if (ONE_BOX.has(type) && literals.length === values.filter(Boolean).length) {
    const many: Field['type'] = type === 'choice' && subject.field.options?.length ? 'multi_choice' : 'tags';
    const set = (next: unknown) => {
      const keys = Array.isArray(next) ? next.map(String) : [];
      onChange(
        keys.map((key) => literals.find(({ value }) => value === key) ?? { kind: 'constant', type, value: key }),
      );
    };
    return (
      <FieldInput
        compact
        field={{ ...subject.field, type: many, required: false, help: null }}
        label={t(VALUE)}
        help=""
        value={literals.map(({ value }) => value)}
        onChange={set}
      />
    );
  }
  const shown = values.length > 0 ? values : [null];
  const put = (index: number, value: Value | null) => onChange(shown.map((each, at) => (at === index ? value : each)));
  return (
    <Stack spacing={0.5} sx={{ flex: 1, minWidth: 0 }}>
      {shown.map((value, index) => (
        <Stack key={index} direction="row" sx={{ gap: 0.5, alignItems: 'center' }}>
          <ValueInput
            subject={subject}
            subjects={subjects}
            value={value}
            label={t({ zh: '第 {n} 个值', en: 'Value {n}' }, { n: index + 1 })}
            onChange={(next) => put(index, next)}
          />
          <IconButton
            aria-label={t({ zh: '去掉第 {n} 个值', en: 'Take value {n} out' }, { n: index + 1 })}
            disabled={shown.length === 1}
            onClick={() => onChange(shown.filter((_, at) => at !== index))}
          >
            <X size={14} />
          </IconButton>
        </Stack>
      ))}
      <Box>
        <IconButton
          aria-label={t({ zh: '再加一个值', en: 'Another value' })}
          onClick={() => onChange([...shown, null])}
        >
          <Plus size={15} />
        </IconButton>
      </Box>
    </Stack>
  );
}
