/**
 * The browser back end of the expression language: the stored tree (engine/language/tree.py) compiled once to closures.
 * It has no grammar: the server checks text and answers with the tree.
 */
import { Decimal } from './decimal';
import { FUNCTIONS } from './functions';
import {
  asciiLower,
  compare,
  DAY,
  display,
  type Json,
  type Moment,
  offsetOf,
  read,
  same,
  type Value,
  write,
} from './values';

/** The stored, typed tree of an expression. */
export interface Tree {
  readonly v?: number;
  readonly op: string;
  readonly type: string;
  readonly args?: readonly Tree[];
  readonly value?: unknown;
  readonly path?: readonly string[];
  readonly hops?: readonly (string | null)[];
  readonly text?: string;
}

export type Values = Readonly<Record<string, unknown>>;
/** `now` gives the offset days are counted in: that of an ISO text, or the browser's for a Date. */
export type Expression = (values: Values, now?: Date | string) => Json;

interface Environment extends Moment {
  readonly values: Values;
}
type Closure = (environment: Environment) => Value;
type Make = (tree: Tree, args: readonly Closure[]) => Closure;

const VERSION = 1;

/** An expression ready to run. Throws for a tree of another version or with an operation the browser does not have. */
export function compile(tree: Tree): Expression {
  if (tree.v !== VERSION) throw new Error(`an expression tree of version ${String(tree.v)} cannot be read`);
  const closure = closureOf(tree);
  return (values, now) => write(tree.type, closure({ values, ...momentOf(now) }));
}

/** A condition ready to run: empty is not true. */
export function compileCondition(tree: Tree): (values: Values, now?: Date | string) => boolean {
  const expression = compile(tree);
  return (values, now) => expression(values, now) === true;
}

/** The paths a tree reads, each once. */
export function references(tree: Tree): string[][] {
  const found = new Map<string, string[]>();
  const visit = (node: Tree): void => {
    if (node.op === 'field' && node.path) found.set(node.path.join('.'), [...node.path]);
    node.args?.forEach(visit);
  };
  visit(tree);
  return [...found.values()];
}

function momentOf(now: Date | string | undefined): Moment {
  if (now === undefined) return { now: null, offset: 0 };
  const micros = read('datetime', now) as number | null;
  if (typeof now === 'string') return { now: micros, offset: offsetOf(/(Z|[+-]\d{2}:?\d{2})$/.exec(now)?.[1]) };
  return { now: micros, offset: -now.getTimezoneOffset() * 60_000_000 };
}

function closureOf(tree: Tree): Closure {
  const make = MAKERS[tree.op];
  if (!make) throw new Error(`the browser has no operation ${tree.op}`);
  return make(tree, (tree.args ?? []).map(closureOf));
}

function readPath(values: Values, path: readonly string[]): unknown {
  let current: unknown = values;
  for (const step of path) {
    if (current === null || typeof current !== 'object') return null;
    current = (current as Values)[step];
  }
  return current;
}

/** An operation on two values that is empty when one is. */
function lifted(compute: (left: never, right: never) => Value): Make {
  return (_, [left, right]) =>
    (environment) => {
      const [a, b] = [left?.(environment) ?? null, right?.(environment) ?? null];
      return a === null || b === null ? null : compute(a as never, b as never);
    };
}

function ordered(test: (order: number) => boolean): Make {
  return (_, [left, right]) =>
    (environment) => {
      const [a, b] = [left?.(environment) ?? null, right?.(environment) ?? null];
      return a !== null && b !== null && test(compare(a, b));
    };
}

function holds(holder: Value, part: Value): boolean {
  if (holder === null || part === null) return false;
  if (Array.isArray(holder)) return holder.some((each) => same(each, part));
  return asciiLower(String(holder)).includes(asciiLower(String(part)));
}

function items(value: Value | undefined): Value[] {
  return Array.isArray(value) ? value : [];
}

const unary =
  (compute: (value: Value, environment: Environment) => Value): Make =>
  (_, [operand]) =>
  (environment) =>
    compute(operand?.(environment) ?? null, environment);

const membership: Make = (tree, [item, list]) => {
  const members = tree.args?.[1]?.op === 'list' ? (tree.args[1].args ?? []).map(closureOf) : null;
  return (environment) => {
    const value = item?.(environment) ?? null;
    const among = members?.map((member) => member(environment)) ?? items(list?.(environment));
    return among.some((each) => same(value, each));
  };
};

const MAKERS: Readonly<Record<string, Make>> = {
  const: (tree) => {
    const value = read(tree.type, tree.value);
    return () => value;
  },
  field: (tree) => {
    const path = tree.path ?? [];
    return (environment) => read(tree.type, readPath(environment.values, path));
  },
  list: (_, args) => (environment) => {
    const values = args.map((arg) => arg(environment)).filter((value) => value !== null);
    return values.length > 0 ? values : null;
  },
  and: (_, args) => (environment) => args.every((arg) => arg(environment) === true),
  or: (_, args) => (environment) => args.some((arg) => arg(environment) === true),
  not: unary((value) => value !== true),
  '=':
    (_, [left, right]) =>
    (environment) =>
      same(left?.(environment) ?? null, right?.(environment) ?? null),
  '<': ordered((order) => order < 0),
  '<=': ordered((order) => order <= 0),
  '>': ordered((order) => order > 0),
  '>=': ordered((order) => order >= 0),
  in: membership,
  is_empty: unary((value) => value === null),
  contains:
    (_, [holder, part]) =>
    (environment) =>
      holds(holder?.(environment) ?? null, part?.(environment) ?? null),
  contains_any:
    (_, [holder, parts]) =>
    (environment) => {
      const held = holder?.(environment) ?? null;
      return items(parts?.(environment)).some((part) => holds(held, part));
    },
  contains_all:
    (_, [holder, parts]) =>
    (environment) => {
      const held = holder?.(environment) ?? null;
      return items(parts?.(environment)).every((part) => holds(held, part));
    },
  '??': (_, args) => (environment) => {
    for (const arg of args) {
      const value = arg(environment);
      if (value !== null) return value;
    }
    return null;
  },
  if:
    (_, [condition, then, otherwise]) =>
    (environment) =>
      (condition?.(environment) === true ? then?.(environment) : otherwise?.(environment)) ?? null,
  '+': lifted((left: Decimal, right: Decimal) => left.add(right)),
  '-': lifted((left: Decimal, right: Decimal) => left.subtract(right)),
  '*': lifted((left: Decimal, right: Decimal) => left.multiply(right)),
  '/': lifted((left: Decimal, right: Decimal) => left.divide(right)),
  neg: unary((value) => (value instanceof Decimal ? value.negate() : null)),
  concat: lifted((left: string, right: string) => left + right),
  template: (tree, args) => (environment) =>
    args.map((arg, index) => display(tree.args?.[index]?.type ?? 'text', arg(environment), environment)).join('') ||
    null,
  'time+': lifted((left: number, right: number) => left + right),
  'time-': lifted((left: number, right: number) => left - right),
  'date+': lifted((day: number, duration: number) => day + duration / DAY),
  'date-': lifted((day: number, duration: number) => day - duration / DAY),
  'days-': lifted((left: number, right: number) => (left - right) * DAY),
  to_datetime: unary((day, environment) => (typeof day === 'number' ? day * DAY - environment.offset : null)),
  to_date: unary((time, environment) =>
    typeof time === 'number' ? Math.floor((time + environment.offset) / DAY) : null,
  ),
  call: (tree, args) => {
    const compute = FUNCTIONS[String(tree.value)];
    if (!compute) throw new Error(`the browser has no function ${String(tree.value)}`);
    return (environment) => compute(environment, ...args.map((arg) => arg(environment)));
  },
};
