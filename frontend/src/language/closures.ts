/** What trees are compiled to: closures over an environment, and the small frames that most operations share. */
import type { Moment } from './moment';
import type { Tree } from './tree';
import type { Raw, Value } from './values';

/** What one evaluation reads; `slots` holds the variables that the expression itself binds, the outermost first. */
export interface Environment extends Moment {
  readonly values: Raw;
  readonly slots: unknown[];
}

export type Closure = (environment: Environment) => Value;

/** Where a node stands: the variables around it, by name, and how to compile a part that stands there too. */
export interface Place {
  readonly depth: number;
  slotOf(variable: string): number | undefined;
  closureOf(tree: Tree): Closure;
  /** Says that the value of the expression may change with the time. */
  noteClock(): void;
}

/** Makes the closure of a node from those of its operands. */
export type Make = (tree: Tree, operands: readonly Closure[], place: Place) => Closure;

export const EMPTY: Closure = () => null;

/** An operation on the value of one operand, which may be empty. */
export function unary(compute: (value: Value, environment: Environment) => Value): Make {
  return (_, [operand = EMPTY]) =>
    (environment) =>
      compute(operand(environment), environment);
}

/** An operation on one operand that is empty when it is. */
export function lifted1<A>(compute: (value: A, environment: Environment) => Value): Make {
  return unary((value, environment) => (value === null ? null : compute(value as A, environment)));
}

/** An operation on two operands that is empty when one is. */
export function lifted2<A, B>(compute: (left: A, right: B, environment: Environment) => Value): Make {
  return (_, [left = EMPTY, right = EMPTY]) =>
    (environment) => {
      const a = left(environment);
      if (a === null) return null;
      const b = right(environment);
      return b === null ? null : compute(a as A, b as B, environment);
    };
}
