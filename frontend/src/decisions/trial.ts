/** Values of a trial between the form, where they are text, and the server's JSON; and how answers are written. */
import type { Formatter } from '@/components';
import { itemType, kindOfType } from '@/expressions/tree';
import type { Text, TextReader } from '@/i18n';
import type { Column, Option } from './tableDocument';

export type Entered = Record<string, string>;

/** Microseconds, as the language counts time. */
const UNITS: [RegExp, number][] = [
  [/^(d|days?|天|日)$/i, 86_400e6],
  [/^(h|hours?|小时)$/i, 3_600e6],
  [/^(min|minutes?|分钟|分)$/i, 60e6],
  [/^(s|seconds?|秒)$/i, 1e6],
];

function durationOf(text: string): number | string {
  const found = /^(\d+(?:\.\d+)?)\s*(\D+)$/.exec(text);
  const unit = found && UNITS.find(([name]) => name.test(found[2]?.trim() ?? ''));
  return found && unit ? Math.round(Number(found[1]) * unit[1]) : text;
}

const READERS: Record<string, (text: string, type: string) => unknown> = {
  boolean: (text) => text === 'true',
  duration: durationOf,
  datetime: (text) => new Date(text).toISOString(),
  list: (text, type) =>
    text
      .split(/[,，、]/)
      .map((each) => readValue(itemType(type) ?? 'text', each.trim()))
      .filter((each) => each !== null),
};

/** What was typed as the server reads it; nothing typed is empty. */
export function readValue(type: string, text: string): unknown {
  const said = text.trim();
  if (said === '') return null;
  return (READERS[kindOfType(type)] ?? ((each) => each))(said, type);
}

export function valuesOf(columns: readonly Column[], entered: Entered): Record<string, unknown> {
  return Object.fromEntries(columns.map(({ key, type }) => [key, readValue(type, entered[key] ?? '')]));
}

function typed(type: string, value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map((each) => typed(itemType(type) ?? 'text', each)).join(', ');
  if (typeof value === 'object' && 'amount' in value) return String(value.amount);
  const kind = kindOfType(type);
  if (kind === 'duration') return `${Number(value) / 60e6} min`;
  if (kind === 'datetime') {
    const date = new Date(String(value));
    return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  }
  return kind === 'time' ? String(value).slice(0, 5) : String(value);
}

/** An example of the server as somebody would have typed it. */
export const enteredOf = (columns: readonly Column[], example: Record<string, unknown>): Entered =>
  Object.fromEntries(columns.map(({ key, type }) => [key, typed(type, example[key])]));

interface Reading {
  t: TextReader;
  format: Formatter;
}

const YES: Text = { zh: '是', en: 'yes' };
const NO: Text = { zh: '否', en: 'no' };

/** A value as the reader writes it. */
export function writtenValue(value: unknown, column: { type: string; options?: Option[] }, reading: Reading): string {
  const { t, format } = reading;
  if (value === null || value === undefined) return t({ zh: '空', en: 'empty' });
  if (typeof value === 'boolean') return t(value ? YES : NO);
  if (Array.isArray(value)) {
    const item = { ...column, type: itemType(column.type) ?? 'text' };
    return value.map((each) => writtenValue(each, item, reading)).join(t({ zh: '、', en: ', ' }));
  }
  if (typeof value === 'object' && 'amount' in value && 'currency' in value) {
    return format.money(String(value.amount), String(value.currency));
  }
  const option = column.options?.find(({ key }) => key === value);
  if (option) return t(option.label);
  const kind = kindOfType(column.type);
  if (kind === 'duration') return format.duration(Number(value) / 1e6);
  if (kind === 'datetime') return format.dateTime(String(value));
  return typeof value === 'number' ? format.number(value) : String(value);
}
