/** date, datetime: the browser's own pickers, which every phone and screen reader knows. */
import { useFormat } from '@/components/format';
import { Time } from '@/components/Time';
import { InputFrame } from './InputFrame';
import type { FieldInputProps, FieldKind, FieldValueProps } from './types';

function DateValue({ value }: FieldValueProps) {
  const format = useFormat();
  return <span style={{ whiteSpace: 'nowrap' }}>{format.date(value as string | null)}</span>;
}

function DateTimeValue({ value }: FieldValueProps) {
  return <Time value={value as string | null} relative={false} />;
}

function DateTimeCell({ value }: FieldValueProps) {
  return <Time value={value as string | null} />;
}

function DateInput(props: FieldInputProps) {
  return (
    <InputFrame
      input={props}
      type="date"
      value={(props.value as string | null) ?? ''}
      onChange={(event) => props.onChange(event.target.value || null)}
      slotProps={{ inputLabel: { shrink: true } }}
    />
  );
}

/** ISO with a zone -> what `datetime-local` wants: the reader's wall clock. */
export function toLocal(value: unknown): string {
  if (typeof value !== 'string' || !value) return '';
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) return '';
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** The reader's wall clock -> ISO in UTC. */
export const fromLocal = (local: string): string | null => (local ? new Date(local).toISOString() : null);

function DateTimeInput(props: FieldInputProps) {
  return (
    <InputFrame
      input={props}
      type="datetime-local"
      value={toLocal(props.value)}
      onChange={(event) => props.onChange(fromLocal(event.target.value))}
      slotProps={{ inputLabel: { shrink: true } }}
    />
  );
}

const base = { sortable: true };

export const timeKinds: FieldKind[] = [
  { ...base, type: 'date', label: { zh: '日期', en: 'Date' }, Value: DateValue, Cell: DateValue, Input: DateInput },
  {
    ...base,
    type: 'datetime',
    label: { zh: '日期时间', en: 'Date and time' },
    Value: DateTimeValue,
    Cell: DateTimeCell,
    Input: DateTimeInput,
  },
];
