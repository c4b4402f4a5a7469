/** The operations of a tree, by their names in engine/language/tree.py, except those on lists and times. */
import { EMPTY, lifted1, lifted2, type Make, type Place, unary } from './closures';
import { Decimal } from './decimal';
import { FUNCTIONS } from './functions';
import { type Compute, computeFor, mayReadClock } from './functions/function';
import { type Integer, minus } from './integers';
import { LISTS } from './lists';
import { TIMES } from './times';
import { compare, display, inDuration, type Raw, readerOf, same, type Value } from './values';

function ordered(test: (order: number) => boolean): Make {
  return (_, [left = EMPTY, right = EMPTY]) =>
    (environment) => {
      const a = left(environment);
      if (a === null) return false;
      const b = right(environment);
      return b !== null && test(compare(a, b));
    };
}

/** What stands at a path below a value; undefined where it breaks off. */
function below(value: unknown, path: readonly string[]): unknown {
  let current = value;
  for (const step of path) {
    if (current === null || typeof current !== 'object') return undefined;
    current = Object.hasOwn(current, step) ? (current as Raw)[step] : undefined;
  }
  return current;
}

/** A value of the scope, or a variable that the expression binds, or something below one. */
const field: Make = (tree, _, place) => {
  const [first = '', ...rest] = tree.path ?? [];
  const read = readerOf(tree.type);
  const slot = place.slotOf(first);
  if (slot !== undefined && rest.length === 0) return (environment) => environment.slots[slot] as Value;
  if (slot !== undefined) return (environment) => read(below(environment.slots[slot], rest));
  if (rest.length === 0) return (environment) => read(environment.values[first]);
  return (environment) => read(below(environment.values[first], rest));
};

const get: Make = (tree, [base = EMPTY]) => {
  const path = tree.path ?? [];
  const read = readerOf(tree.type);
  return (environment) => read(below(base(environment), path));
};

const negated: Make = lifted1((value: Decimal | Integer) =>
  value instanceof Decimal ? value.negate() : inDuration(minus(0, value)),
);

function functionOf(key: string, operands: readonly string[], result: string, place: Place): Compute {
  const definition = Object.hasOwn(FUNCTIONS, key) ? FUNCTIONS[key] : undefined;
  if (!definition) throw new Error(`the browser has no function ${key}`);
  const compute = computeFor(definition, operands, result);
  if (mayReadClock(compute)) place.noteClock();
  return compute;
}

const call: Make = (tree, operands, place) => {
  const types = (tree.args ?? []).map(({ type }) => type);
  const compute = functionOf(String(tree.value), types, tree.type, place);
  const [first = EMPTY, second = EMPTY] = operands;
  if (operands.length === 1) return (environment) => compute(environment, first(environment));
  if (operands.length === 2) return (environment) => compute(environment, first(environment), second(environment));
  return (environment) => compute(environment, ...operands.map((operand) => operand(environment)));
};

/** A date or date-time moved by business time, which is a constant: `{days: n}`, or `{us: n}` of working hours. */
function movedByBusiness(sign: 1 | -1): Make {
  return (tree, [from = EMPTY], place) => {
    const { days, us = 0 } = (tree.args?.[1]?.value ?? {}) as { days?: number; us?: number };
    const [key, type, length] =
      days === undefined
        ? ['add_business_time', 'duration', sign * us]
        : ['add_business_days', 'number', Decimal.of(sign * days)];
    const compute = functionOf(key as string, [tree.type, type as string], tree.type, place);
    return (environment) => compute(environment, from(environment), length as Value);
  };
}

const template: Make = (tree, parts) => {
  const types = (tree.args ?? []).map(({ type }) => type);
  return (environment) =>
    parts.map((part, index) => display(types[index] ?? 'text', part(environment), environment)).join('') || null;
};

export const OPERATIONS: Readonly<Record<string, Make>> = {
  ...LISTS,
  ...TIMES,
  const: (tree) => {
    const value = readerOf(tree.type)(tree.value);
    return () => value;
  },
  field,
  get,
  named: (_, [operand = EMPTY]) => operand,
  and: (_, operands) => (environment) => operands.every((operand) => operand(environment) === true),
  or: (_, operands) => (environment) => operands.some((operand) => operand(environment) === true),
  not: unary((value) => value !== true),
  '=':
    (_, [left = EMPTY, right = EMPTY]) =>
    (environment) =>
      same(left(environment), right(environment)),
  '<': ordered((order) => order < 0),
  '<=': ordered((order) => order <= 0),
  '>': ordered((order) => order > 0),
  '>=': ordered((order) => order >= 0),
  is_empty: unary((value) => value === null),
  '??': (_, operands) => (environment) => {
    for (const operand of operands) {
      const value = operand(environment);
      if (value !== null) return value;
    }
    return null;
  },
  if:
    (_, [condition = EMPTY, then = EMPTY, otherwise = EMPTY]) =>
    (environment) =>
      condition(environment) === true ? then(environment) : otherwise(environment),
  '+': lifted2((left: Decimal, right: Decimal) => left.add(right)),
  '-': lifted2((left: Decimal, right: Decimal) => left.subtract(right)),
  '*': lifted2((left: Decimal, right: Decimal) => left.multiply(right)),
  '/': lifted2((left: Decimal, right: Decimal) => left.divide(right)),
  neg: negated,
  concat: lifted2((left: string, right: string) => left + right),
  template,
  call,
  'business+': movedByBusiness(1),
  'business-': movedByBusiness(-1),
};
