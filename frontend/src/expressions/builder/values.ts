/**
 * The values a row of the builder compares a field with. Each kind reads a node of the tree and writes it back; a node
 * that no kind reads is left to the text block.
 */
import { bare, constant, itemType, kindOfType, sameTree, type Tree } from '../tree';

export type RelativeUnit = 'minutes' | 'hours' | 'days' | 'weeks' | 'months' | 'years';

/** A day or moment counted from the evaluation's own: `today() - 7 days`. */
export interface Relative {
  kind: 'relative';
  anchor: 'today' | 'now';
  /** Negative is before; 0 is the anchor itself. */
  amount: number;
  unit: RelativeUnit;
}

/** A literal. */
export interface Constant {
  kind: 'constant';
  type: string;
  value: unknown;
}

/** A date beside a date-time: its midnight. */
export interface Day {
  kind: 'day';
  type: string;
  value: unknown;
}

/** Another field, or the reader (`me`, `me.id`, `me.department`): the node as it stands. */
export interface OtherField {
  kind: 'field';
  node: Tree;
}

export type Value = Constant | Day | Relative | OtherField;
export type ValueKind = Value['kind'];

interface Codec<V extends Value> {
  read: (node: Tree, subject: string) => V | null;
  write: (value: V, subject: string) => Tree;
}

const MINUTE = 60_000_000;
const DAY = 1440 * MINUTE;
const LENGTHS: Record<'minutes' | 'hours' | 'days' | 'weeks', number> = {
  minutes: MINUTE,
  hours: 60 * MINUTE,
  days: DAY,
  weeks: 7 * DAY,
};
export const MONTHS: Partial<Record<RelativeUnit, number>> = { months: 1, years: 12 };

const call = (value: 'today' | 'now'): Tree => ({ op: 'call', type: value === 'today' ? 'date' : 'datetime', value });
const toDatetime = (node: Tree): Tree => ({ op: 'to_datetime', type: 'datetime', args: [node] });

/** `today()` and `now()`, and how far from them, in the largest unit that says it in whole numbers. */
function readRelative(node: Tree): Relative | null {
  const inner = node.op === 'to_datetime' ? (node.args?.[0] ?? node) : node;
  if (inner.op === 'call') return anchored(inner.value, 0, 'days');
  const [base, distance] = inner.args ?? [];
  if (base?.op !== 'call' || distance?.op !== 'const' || typeof distance.value !== 'number') return null;
  const sign = inner.op.endsWith('-') ? -1 : 1;
  const unit = unitOf(distance.type, distance.value);
  if (!unit) return null;
  return anchored(base.value, (sign * distance.value) / (MONTHS[unit] ?? LENGTHS[unit as 'days']), unit);
}

function anchored(anchor: unknown, amount: number, unit: RelativeUnit): Relative | null {
  return anchor === 'today' || anchor === 'now' ? { kind: 'relative', anchor, amount, unit } : null;
}

function unitOf(type: string, size: number): RelativeUnit | null {
  if (type === 'period') return size % 12 === 0 ? 'years' : 'months';
  if (type !== 'duration') return null;
  return (['days', 'hours', 'minutes'] as const).find((unit) => size % LENGTHS[unit] === 0) ?? null;
}

function writeRelative({ anchor, amount, unit }: Relative, subject: string): Tree {
  const moved = move(anchor, amount, unit);
  return subject === 'datetime' && moved.type === 'date' ? toDatetime(moved) : moved;
}

function move(anchor: 'today' | 'now', amount: number, unit: RelativeUnit): Tree {
  const base = call(anchor);
  if (amount === 0) return base;
  const sign = amount < 0 ? '-' : '+';
  const months = MONTHS[unit];
  const [op, size] = months
    ? ['month', constant('period', Math.abs(amount) * months)]
    : [anchor === 'today' ? 'date' : 'time', constant('duration', Math.abs(amount) * LENGTHS[unit as 'days'])];
  return { op: op + sign, type: base.type, args: [base, size] };
}

/** Kinds of literals that there is an input for. */
const ENTERED = new Set(['text', 'choice', 'number', 'money', 'date', 'datetime', 'reference']);

const CODECS: { [K in ValueKind]: Codec<Extract<Value, { kind: K }>> } = {
  relative: { read: readRelative, write: writeRelative },
  day: {
    read: (node, subject) => {
      const inner = node.args?.[0];
      if (subject !== 'datetime' || node.op !== 'to_datetime' || inner?.op !== 'const') return null;
      return { kind: 'day', type: inner.type, value: inner.value };
    },
    write: ({ type, value }) => toDatetime(constant(type, value)),
  },
  constant: {
    read: ({ op, type, value }) => {
      const shown = op === 'const' && value !== undefined && ENTERED.has(kindOfType(type));
      return shown ? { kind: 'constant', type, value } : null;
    },
    write: ({ type, value }) => constant(type, value),
  },
  field: {
    read: (node) => (node.op === 'field' ? { kind: 'field', node } : null),
    write: ({ node }) => node,
  },
};

/** The value a node is beside a field of type `subject`; null when only text can show it. */
export function readValue(node: Tree, subject: string): Value | null {
  for (const codec of Object.values(CODECS)) {
    const value = codec.read(node, subject);
    if (value && sameTree(writeValue(value, subject), bare(node))) return value;
  }
  return null;
}

export function writeValue(value: Value, subject: string): Tree {
  return (CODECS[value.kind] as Codec<Value>).write(value, subject);
}

const TIMES = ['date', 'datetime'];

/** Kinds of values that may be chosen beside a field of this type, the usual one first. */
export function valueKinds(subject: string): ValueKind[] {
  const kind = kindOfType(itemType(subject) ?? subject);
  if (kind === 'datetime') return ['relative', 'day', 'constant', 'field'];
  return TIMES.includes(kind) ? ['constant', 'relative', 'field'] : ['constant', 'field'];
}

/** A value of a kind to start from; null where the author has to say it. */
export function firstValue(kind: ValueKind): Value | null {
  return kind === 'relative' ? { kind, anchor: 'today', amount: -7, unit: 'days' } : null;
}
