/**
 * Values at run time. Inside, number and money are Decimal, a date is its day count and a date-time or duration its
 * microseconds (from 1970 in UTC), choice and reference are text. Empty is null; so are the empty text and the empty list.
 * `read` takes what records and forms hold; `write` gives JSON back. What does not fit its type is empty: nothing throws.
 */
import { Decimal } from './decimal';

export type Value = boolean | string | number | Decimal | Value[] | null;
export type Json = boolean | string | number | Json[] | { [key: string]: Json } | null;

export const DAY = 86_400_000_000;

export interface Moment {
  /** Microseconds of `now()`, null when evaluation has no clock. */
  readonly now: number | null;
  /** The offset from UTC in which days are counted, in microseconds. */
  readonly offset: number;
}

interface Kind {
  read(raw: unknown, detail: string): Value;
  write(value: Value): Json;
  display(value: Value, detail: string, moment: Moment): string;
}

const asIs = (value: Value): Json => value as Json;
const plainly = (value: Value): string => String(value);

function readText(raw: unknown): Value {
  if (typeof raw === 'number') return String(raw);
  return typeof raw === 'string' && raw !== '' ? raw : null;
}

function readNumber(raw: unknown): Value {
  return typeof raw === 'string' || typeof raw === 'number' ? Decimal.parse(raw) : null;
}

function readMoney(raw: unknown, currency: string): Value {
  if (raw === null || typeof raw !== 'object') return readNumber(raw);
  const { amount, currency: given } = raw as { amount?: unknown; currency?: unknown };
  return given !== undefined && given !== currency ? null : readNumber(amount);
}

const DATE = /^(\d{4})-(\d{2})-(\d{2})(?!\d)/;
const TIME = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6})\d*)?)?(Z|[+-]\d{2}:?\d{2})?$/;

function readDate(raw: unknown): Value {
  const found = typeof raw === 'string' ? DATE.exec(raw) : null;
  if (!found) return null;
  const [year, month, day] = [Number(found[1]), Number(found[2]), Number(found[3])];
  const midnight = new Date(Date.UTC(2000, 0, 1));
  midnight.setUTCFullYear(year, month - 1, day);
  const exists = midnight.getUTCMonth() === month - 1 && midnight.getUTCDate() === day;
  return exists ? Math.round((midnight.getTime() * 1000) / DAY) : null;
}

export function offsetOf(zone: string | undefined): number {
  if (!zone || zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000_000;
}

function readDateTime(raw: unknown): Value {
  if (raw instanceof Date) return Number.isNaN(raw.getTime()) ? null : raw.getTime() * 1000;
  const found = typeof raw === 'string' ? TIME.exec(raw) : null;
  if (!found) return typeof raw === 'string' && DATE.test(raw) ? scaled(readDate(raw)) : null;
  const day = scaled(readDate(found[1]));
  if (day === null) return null;
  const seconds = Number(found[2]) * 3600 + Number(found[3]) * 60 + Number(found[4] ?? 0);
  const micros = Number((found[5] ?? '').padEnd(6, '0'));
  return day + seconds * 1_000_000 + micros - offsetOf(found[6]);
}

function scaled(day: Value): number | null {
  return typeof day === 'number' ? day * DAY : null;
}

export const writeDate = (day: number): string => new Date((day * DAY) / 1000).toISOString().slice(0, 10);

function writeDateTime(value: Value): Json {
  const micros = value as number;
  const base = new Date(Math.floor(micros / 1_000_000) * 1000).toISOString().slice(0, 19);
  const rest = ((micros % 1_000_000) + 1_000_000) % 1_000_000;
  return rest === 0 ? `${base}Z` : `${base}.${String(rest).padStart(6, '0')}Z`;
}

function readReference(raw: unknown): Value {
  const id = raw !== null && typeof raw === 'object' ? (raw as { id?: unknown }).id : raw;
  return typeof id === 'string' && id !== '' ? id.toLowerCase() : null;
}

function readList(raw: unknown, item: string): Value {
  if (!Array.isArray(raw)) return null;
  const values = raw.map((each) => (item ? read(item, each) : (each as Value))).filter((each) => each !== null);
  return values.length > 0 ? values : null;
}

const NUMBER: Kind = {
  read: readNumber,
  write: (value) => (value as Decimal).toPlainString(),
  display: (value) => (value as Decimal).toPlainString(),
};
const TEXT: Kind = { read: readText, write: asIs, display: plainly };
const NOTHING: Kind = { read: () => null, write: () => null, display: () => '' };

/** One entry per kind of the language's types (engine/language/types.py). */
const KINDS: Readonly<Record<string, Kind>> = {
  boolean: { read: (raw) => (typeof raw === 'boolean' ? raw : null), write: asIs, display: plainly },
  text: TEXT,
  choice: TEXT,
  number: NUMBER,
  money: {
    ...NUMBER,
    read: readMoney,
    display: (value, currency) => `${String(value)} ${currency}`,
  },
  date: { read: readDate, write: (v) => writeDate(v as number), display: (v) => writeDate(v as number) },
  datetime: {
    read: readDateTime,
    write: writeDateTime,
    display: (value, _, moment) =>
      String(writeDateTime((value as number) + moment.offset))
        .slice(0, 16)
        .replace('T', ' '),
  },
  duration: { read: (raw) => (typeof raw === 'number' ? raw : null), write: asIs, display: plainly },
  reference: { read: readReference, write: asIs, display: plainly },
  list: {
    read: readList,
    write: (value) => (value as Value[]).map((each) => (each instanceof Decimal ? each.toPlainString() : asIs(each))),
    display: (value, item, moment) => (value as Value[]).map((each) => display(item, each, moment)).join(', '),
  },
  record: {
    read: (raw) => (raw !== null && typeof raw === 'object' ? JSON.stringify(raw) : null),
    write: asIs,
    display: plainly,
  },
  empty: NOTHING,
  unknown: NOTHING,
};

function split(type: string): [Kind, string] {
  const colon = type.indexOf(':');
  const name = colon < 0 ? type : type.slice(0, colon);
  return [KINDS[name] ?? NOTHING, colon < 0 ? '' : type.slice(colon + 1)];
}

/** What a record or form holds, as a value of the type (`money:CNY`, `list:text`, ...). */
export function read(type: string, raw: unknown): Value {
  const [kind, detail] = split(type);
  return raw === null || raw === undefined ? null : kind.read(raw, detail);
}

/** A value as JSON: numbers as exact text, times in ISO 8601, durations in microseconds. */
export function write(type: string, value: Value): Json {
  return value === null ? null : split(type)[0].write(value);
}

/** How a template writes a value; empty is nothing. */
export function display(type: string, value: Value, moment: Moment): string {
  const [kind, detail] = split(type);
  return value === null ? '' : kind.display(value, detail, moment);
}

/** Order by size, or by code point for text. */
export function compare(left: Value, right: Value): number {
  if (left instanceof Decimal && right instanceof Decimal) return left.compare(right);
  if (typeof left === 'string' && typeof right === 'string') return compareText(left, right);
  return Number(left) - Number(right);
}

function compareText(left: string, right: string): number {
  const [a, b] = [[...left], [...right]];
  for (let i = 0; i < a.length && i < b.length; i += 1) {
    const difference = (a[i]?.codePointAt(0) ?? 0) - (b[i]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Null-safe equality. */
export function same(left: Value, right: Value): boolean {
  return left instanceof Decimal && right instanceof Decimal ? left.compare(right) === 0 : left === right;
}

export const asciiLower = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
export const asciiUpper = (text: string): string => text.replace(/[a-z]/g, (letter) => letter.toUpperCase());
