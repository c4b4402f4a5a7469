/**
 * Values at run time. Inside, number and money are Decimal, a date is its day count, a time of day its microseconds, a
 * date-time or duration its microseconds (from 1970 in UTC), a period its months, choice and reference are text, a record is
 * what was given. Empty is null; so are the empty text and the empty list. `readerOf` takes what records and forms hold;
 * `write` gives JSON back. What does not fit its type is empty: nothing throws.
 */
import { clockOf, DAY, existing, MAX_MONTHS, SECOND, writeDate, writeMinutes, writeTime } from './civil';
import { Decimal } from './decimal';
import { type Integer, minus, plus, reduced, times } from './integers';
import { inTime, type Moment, microsOfOffset, OFFSET, wall } from './moment';
import { asciiLower, compareText } from './text';

export type Raw = Readonly<Record<string, unknown>>;
export type Value = boolean | string | number | bigint | Decimal | readonly Value[] | Raw | null;
export type Json = boolean | string | number | Json[] | { [key: string]: Json } | null;
export type Reader = (raw: unknown) => Value;

interface Kind {
  read(raw: unknown, detail: string): Value;
  write(value: Value, detail: string): Json;
  display(value: Value, detail: string, moment: Moment): string;
}

const asIs = (value: Value): Json => value as Json;
const plainly = (value: Value): string => String(value);

function readText(raw: unknown): Value {
  if (typeof raw === 'string') return raw === '' ? null : raw;
  return typeof raw === 'number' && Number.isSafeInteger(raw) ? String(raw) : null;
}

function readNumber(raw: unknown): Value {
  if (raw instanceof Decimal) return raw;
  return typeof raw === 'string' || typeof raw === 'number' ? Decimal.parse(raw) : null;
}

function readMoney(raw: unknown, currency: string): Value {
  if (raw === null || typeof raw !== 'object' || raw instanceof Decimal) return readNumber(raw);
  const { amount, currency: given } = raw as { amount?: unknown; currency?: unknown };
  return given !== undefined && given !== currency ? null : readNumber(amount);
}

const DATE = /^(\d{4})-(\d{2})-(\d{2})/;
const CLOCK = /^T?(\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,6})\d*)?)?$/;

function readDate(raw: unknown): number | null {
  const found = typeof raw === 'string' ? DATE.exec(raw) : null;
  return found ? existing(Number(found[1]), Number(found[2]), Number(found[3])) : null;
}

/** Microseconds since midnight. */
function readTime(raw: unknown): number | null {
  const found = typeof raw === 'string' ? CLOCK.exec(raw) : null;
  if (!found) return null;
  const [hour, minute, second] = [Number(found[1]), Number(found[2]), Number(found[3] ?? 0)];
  if (hour > 23 || minute > 59 || second > 59) return null;
  return (hour * 3600 + minute * 60 + second) * SECOND + Number((found[4] ?? '').padEnd(6, '0'));
}

/** A written date-time; UTC when it has no zone, midnight when it has no time. */
function readDateTime(raw: unknown): Value {
  if (raw instanceof Date) return Number.isNaN(raw.getTime()) ? null : inTime(times(raw.getTime(), 1000));
  const day = readDate(raw);
  if (day === null || typeof raw !== 'string') return null;
  if (raw.length === 10) return times(day, DAY);
  const zone = OFFSET.exec(raw.slice(11))?.[0] ?? '';
  const time = raw[10] === 'T' || raw[10] === ' ' ? readTime(raw.slice(11, raw.length - zone.length)) : null;
  if (time === null) return null;
  const offset = zone === '' ? 0 : microsOfOffset(zone);
  return offset === null ? null : inTime(minus(plus(times(day, DAY), time), offset));
}

function writeDateTime(value: Value): Json {
  const clock = clockOf(value as Integer);
  return `${writeDate(clock.day)}T${writeTime(clock.time)}Z`;
}

function readInteger(raw: unknown): Integer | null {
  if (typeof raw === 'bigint') return raw;
  // As text only what a number of JSON cannot hold.
  if (typeof raw === 'string') return /^-?\d{16,30}$/.test(raw) ? reduced(BigInt(raw)) : null;
  if (typeof raw !== 'number' || !Number.isInteger(raw)) return null;
  // Beyond 2^53 the digits that JSON wrote are those that JavaScript writes, not those of the nearest double.
  return Number.isSafeInteger(raw) ? raw : (Decimal.parse(raw)?.toInteger() ?? null);
}

const LONGEST = 86_400_000_000n * 1_000_000_000n;

/** The microseconds of a duration within a thousand million days; null for a longer one. */
export function inDuration(micros: Integer): Integer | null {
  return micros < LONGEST && micros >= BigInt(DAY) - LONGEST ? micros : null;
}

/** The months of a period no longer than the calendar; null for a longer one. */
export function inPeriod(months: Integer): number | null {
  return months <= MAX_MONTHS && months >= -MAX_MONTHS ? Number(months) : null;
}

function bounded(bound: (value: Integer) => Integer | null): (raw: unknown) => Value {
  return (raw) => {
    const value = readInteger(raw);
    return value === null ? null : bound(value);
  };
}

function readReference(raw: unknown): Value {
  const id = raw !== null && typeof raw === 'object' ? (raw as { id?: unknown }).id : raw;
  return typeof id === 'string' && id !== '' ? id.toLowerCase() : null;
}

function readList(raw: unknown, item: string): Value {
  if (!Array.isArray(raw)) return null;
  const values = (item ? raw.map(readerOf(item)) : raw).filter((each) => each !== null && each !== undefined);
  return values.length > 0 ? values : null;
}

function readRecord(raw: unknown): Value {
  return raw !== null && typeof raw === 'object' && !Array.isArray(raw) ? (raw as Raw) : null;
}

function displayMoment(value: Value, _: string, moment: Moment): string {
  const clock = wall(moment, value as Integer);
  return clock ? `${writeDate(clock.day)} ${writeMinutes(clock.time)}` : '';
}

const displayTime = (value: Value): string =>
  (value as number) % (60 * SECOND) === 0 ? writeMinutes(value as number) : writeTime(value as number);

const writeInteger = (value: Value): Json => (typeof value === 'bigint' ? String(value) : asIs(value));
const writePlain = (value: Value): Json => (value as Decimal).toPlainString();

const TEXT: Kind = { read: readText, write: asIs, display: plainly };
const NOTHING: Kind = { read: () => null, write: () => null, display: () => '' };

/** One entry per kind of the language's types (engine/language/types.py). */
const KINDS: Readonly<Record<string, Kind>> = {
  boolean: { read: (raw) => (typeof raw === 'boolean' ? raw : null), write: asIs, display: plainly },
  text: TEXT,
  choice: TEXT,
  number: { read: readNumber, write: writePlain, display: (value) => (value as Decimal).toPlainString() },
  money: { read: readMoney, write: writePlain, display: (value, currency) => `${String(value)} ${currency}` },
  date: { read: readDate, write: (v) => writeDate(v as number), display: (v) => writeDate(v as number) },
  time: { read: readTime, write: (v) => writeTime(v as number), display: displayTime },
  datetime: { read: readDateTime, write: writeDateTime, display: displayMoment },
  duration: { read: bounded(inDuration), write: writeInteger, display: plainly },
  period: { read: bounded(inPeriod), write: asIs, display: plainly },
  reference: { read: readReference, write: asIs, display: plainly },
  list: {
    read: readList,
    write: (value, item) => (value as Value[]).map((each) => write(item, each)),
    display: (value, item, moment) => (value as Value[]).map((each) => display(item, each, moment)).join(', '),
  },
  record: { read: readRecord, write: asIs, display: () => '' },
  empty: NOTHING,
  unknown: NOTHING,
};

function split(type: string): [Kind, string] {
  const colon = type.indexOf(':');
  const name = colon < 0 ? type : type.slice(0, colon);
  return [KINDS[name] ?? NOTHING, colon < 0 ? '' : type.slice(colon + 1)];
}

const readers = new Map<string, Reader>();

/** What takes what a record or form holds as a value of the type (`money:CNY`, `list:text`, ...). */
export function readerOf(type: string): Reader {
  let reader = readers.get(type);
  if (!reader) {
    const [kind, detail] = split(type);
    reader = (raw) => (raw === null || raw === undefined ? null : kind.read(raw, detail));
    readers.set(type, reader);
  }
  return reader;
}

/** A value as JSON: numbers as exact text, times in ISO 8601, durations in microseconds (as text beyond 2^53). */
export function write(type: string, value: Value): Json {
  const [kind, detail] = split(type);
  return value === null ? null : kind.write(value, detail);
}

/** How a template writes a value; empty is nothing. */
export function display(type: string, value: Value, moment: Moment): string {
  const [kind, detail] = split(type);
  return value === null ? '' : kind.display(value, detail, moment);
}

/** Order by size, or by code point for text. */
export function compare(left: Value, right: Value): number {
  if (left instanceof Decimal) return left.compare(right as Decimal);
  if (typeof left === 'string') return compareText(left, right as string);
  return (left as Integer) < (right as Integer) ? -1 : (left as Integer) > (right as Integer) ? 1 : 0;
}

/** Null-safe equality. */
export function same(left: Value, right: Value): boolean {
  return left === right || (left instanceof Decimal && right instanceof Decimal && left.compare(right) === 0);
}

/** Whether a text holds another (the case of A to Z ignored), or a list a value. */
export function holds(holder: Value, part: Value): boolean {
  if (holder === null || part === null) return false;
  if (Array.isArray(holder)) return holder.some((each) => same(each, part));
  return typeof holder === 'string' && asciiLower(holder).includes(asciiLower(String(part)));
}
