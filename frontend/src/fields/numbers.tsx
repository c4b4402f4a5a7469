/** number, money, boolean. */
import { Box, Checkbox, FormControl, FormControlLabel, FormHelperText, InputAdornment } from '@mui/material';
import { Check, Minus } from 'lucide-react';
import { useEffect, useId, useState } from 'react';
import { useFormat } from '@/components/format';
import { useText } from '@/i18n';
import type { Field } from '@/metadata/types';
import { InputFrame, useInputTexts } from './InputFrame';
import type { FieldInputProps, FieldKind, FieldValueProps } from './types';

const FIGURES = { fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' } as const;

/** Money as the API sends it; a bare number is taken too. */
interface Money {
  amount: string;
  currency: string;
}

export function readMoney(value: unknown, field: Field): Money | null {
  if (value === null || value === undefined || value === '') return null;
  const currency = field.currency ?? 'CNY';
  if (typeof value !== 'object') return { amount: String(value), currency };
  const { amount, currency: own } = value as Partial<Money>;
  return amount === null || amount === undefined ? null : { amount: String(amount), currency: own ?? currency };
}

function NumberValue({ field, value }: FieldValueProps) {
  const format = useFormat();
  return <span style={FIGURES}>{format.number(value as number | null, field.scale)}</span>;
}

function MoneyValue({ field, value }: FieldValueProps) {
  const format = useFormat();
  const money = readMoney(value, field);
  return money ? <span style={FIGURES}>{format.money(money.amount, money.currency, field.scale)}</span> : null;
}

/** What was typed, as a number where it is one; text that is none goes to the server, which says why not. */
export function readTyped(typed: string): number | string | null {
  const bare = typed
    .replace(/[\s,，]/g, '')
    .replace(/[０-９．－]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) - 0xfee0));
  if (!bare) return null;
  return /^-?(\d+\.?\d*|\.\d+)$/.test(bare) ? Number(bare) : typed;
}

/** Text typed so far, kept while it means the same as the value (so that "1." can be typed on the way to "1.5"). */
function useTyped(value: string, means: (typed: string) => string): [string, (typed: string) => void] {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped((before) => (means(before) === value ? before : value)), [value, means]);
  return [typed, setTyped];
}

const meaning = (typed: string) => String(readTyped(typed) ?? '');

function NumberInput(props: FieldInputProps) {
  const [typed, setTyped] = useTyped(String(props.value ?? ''), meaning);
  const change = (text: string) => {
    setTyped(text);
    props.onChange(readTyped(text));
  };
  return (
    <InputFrame
      input={props}
      value={typed}
      onChange={(event) => change(event.target.value)}
      slotProps={{ htmlInput: { inputMode: 'decimal', style: { fontVariantNumeric: 'tabular-nums' } } }}
    />
  );
}

const amountMeaning = (typed: string) => (readTyped(typed) === null ? '' : typed.replace(/[\s,，]/g, ''));

function MoneyInput(props: FieldInputProps) {
  const money = readMoney(props.value, props.field);
  const currency = money?.currency ?? props.field.currency ?? 'CNY';
  const [typed, setTyped] = useTyped(money?.amount ?? '', amountMeaning);
  const change = (text: string) => {
    setTyped(text);
    const amount = amountMeaning(text);
    props.onChange(amount ? { amount, currency } : null);
  };
  return (
    <InputFrame
      input={props}
      value={typed}
      onChange={(event) => change(event.target.value)}
      slotProps={{
        htmlInput: { inputMode: 'decimal', style: { fontVariantNumeric: 'tabular-nums' } },
        input: { endAdornment: <InputAdornment position="end">{currency}</InputAdornment> },
      }}
    />
  );
}

function BooleanValue({ value }: FieldValueProps) {
  const t = useText();
  if (value === null || value === undefined) return null;
  const Icon = value ? Check : Minus;
  return (
    <Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: 0.75 }}>
      <Icon size={15} aria-hidden />
      {value ? t({ zh: '是', en: 'Yes' }) : t({ zh: '否', en: 'No' })}
    </Box>
  );
}

function BooleanInput(props: FieldInputProps) {
  const id = useId();
  const { label, help, required } = useInputTexts(props);
  const box = (
    <Checkbox
      size="small"
      checked={props.value === true}
      onChange={(event) => props.onChange(event.target.checked)}
      onBlur={props.onBlur}
      slotProps={{
        input: {
          name: props.field.key,
          'aria-label': props.compact ? label : undefined,
          'aria-describedby': help ? id : undefined,
        },
      }}
    />
  );
  return (
    <FormControl error={!!props.error} disabled={props.disabled} required={required}>
      {props.compact ? box : <FormControlLabel control={box} label={label} />}
      {help && <FormHelperText id={id}>{help}</FormHelperText>}
    </FormControl>
  );
}

export const numberKinds: FieldKind[] = [
  {
    type: 'number',
    label: { zh: '数字', en: 'Number' },
    Value: NumberValue,
    Cell: NumberValue,
    Input: NumberInput,
    sortable: true,
    align: 'right',
  },
  {
    type: 'money',
    label: { zh: '金额', en: 'Money' },
    Value: MoneyValue,
    Cell: MoneyValue,
    Input: MoneyInput,
    sortable: true,
    align: 'right',
  },
  {
    type: 'boolean',
    label: { zh: '是否', en: 'Yes or no' },
    Value: BooleanValue,
    Cell: BooleanValue,
    Input: BooleanInput,
    sortable: true,
  },
];
