/**
 * Rules over the values of one form, kept up to date while somebody types: a change evaluates only the rules that depend on
 * what changed. A rule may compute a field's value; rules that read the field follow it. States are never changed in place.
 */
import type { Expression } from './evaluate';
import type { Moment } from './moment';
import { type Json, type Raw, same, type Value, write } from './values';

export interface Rule {
  readonly expression: Expression;
  /** The field whose value it computes; conditions compute none. */
  readonly computes?: string;
}

export interface RuleState {
  readonly given: Raw;
  /** What was given, and the computed values in place of what was given for their fields. */
  readonly values: Raw;
  /** The value of each rule, as JSON, in the order of the rules. */
  readonly results: readonly Json[];
}

/** Rules that compute fields from each other, so that none can be the first. */
export class CyclicRules extends Error {
  constructor(readonly fields: readonly string[]) {
    super(`the values of these fields are computed from each other: ${fields.join(' -> ')}`);
  }
}

export class RuleSet {
  /** Positions of the rules in an order in which each follows the ones it depends on. */
  private readonly order: readonly number[];
  /** Positions of the rules that read a field. */
  private readonly readers = new Map<string, number[]>();
  private readonly clocked: readonly number[];
  /** The fields whose values are computed. */
  readonly computed: readonly string[];

  /** Throws CyclicRules. */
  constructor(private readonly rules: readonly Rule[]) {
    rules.forEach(({ expression }, position) => {
      for (const field of fieldsOf(expression)) this.reading(field).push(position);
    });
    this.clocked = [...rules.keys()].filter((position) => rules[position]?.expression.readsClock);
    this.computed = rules.flatMap(({ computes }) => (computes === undefined ? [] : [computes]));
    this.order = sorted(rules);
  }

  private reading(field: string): number[] {
    const found = this.readers.get(field) ?? [];
    this.readers.set(field, found);
    return found;
  }

  /** The rules for values that nothing is known of yet. */
  start(given: Raw, moment: Moment): RuleState {
    const every = new Uint8Array(this.rules.length).fill(1);
    return this.evaluated({ given, values: given, results: this.rules.map(() => null) }, given, moment, every);
  }

  /** The rules after `before`, for values of which some may have changed. */
  next(before: RuleState, given: Raw, moment: Moment): RuleState {
    const due = new Uint8Array(this.rules.length);
    for (const position of this.clocked) due[position] = 1;
    for (const [field, positions] of this.readers)
      if (before.given[field] !== given[field]) for (const position of positions) due[position] = 1;
    return this.evaluated(before, given, moment, due);
  }

  private evaluated(before: RuleState, given: Raw, moment: Moment, due: Uint8Array): RuleState {
    const values: Record<string, unknown> = this.computed.length > 0 ? { ...given } : given;
    const results = [...before.results];
    for (const position of this.order) {
      const { expression, computes } = this.rules[position] as Rule;
      if (due[position]) {
        const result = write(expression.type, expression.at(values, moment));
        if (computes !== undefined && !sameJson(result, results[position] ?? null))
          for (const reader of this.readers.get(computes) ?? []) due[reader] = 1;
        results[position] = result;
      }
      if (computes !== undefined) values[computes] = results[position];
    }
    return { given, values, results };
  }
}

function fieldsOf(expression: Expression): Set<string> {
  return new Set(expression.dependencies.flatMap(([first]) => (first === undefined ? [] : [first])));
}

function sameJson(left: Json, right: Json): boolean {
  return same(left as Value, right as Value) || JSON.stringify(left) === JSON.stringify(right);
}

/** Depth-first: the rule of a field before every rule that reads it. */
function sorted(rules: readonly Rule[]): number[] {
  const computing = new Map(
    rules.flatMap(({ computes }, position) => (computes ? [[computes, position] as const] : [])),
  );
  const done = new Set<number>();
  const visit = (position: number, path: readonly string[]): void => {
    if (done.has(position)) return;
    for (const field of fieldsOf((rules[position] as Rule).expression)) {
      const source = computing.get(field);
      if (source === undefined) continue;
      if (path.includes(field)) throw new CyclicRules([...path.slice(path.indexOf(field)), field]);
      visit(source, [...path, field]);
    }
    done.add(position);
  };
  for (const position of rules.keys()) {
    const { computes } = rules[position] as Rule;
    visit(position, computes === undefined ? [] : [computes]);
  }
  return [...done];
}
