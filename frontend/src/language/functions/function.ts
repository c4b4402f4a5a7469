/** What a function of the language is in the browser. Keys, signatures and documentation: engine/language/functions. */
import type { Moment } from '../moment';
import type { Value } from '../values';

/** The value for operands that may be empty (null); an operand that was left out is undefined. */
export type Compute = (moment: Moment, ...operands: Value[]) => Value;

/** A function whose meaning depends on the types of its operands (`money:CNY`, `list:text`, ...) or of its result. */
export interface Typed {
  readonly typed: (operands: readonly string[], result: string) => Compute;
}

export type Functions = Readonly<Record<string, Compute | Typed>>;

/** The functions that cannot read the clock, because they are not given it. */
const timeless = new WeakSet<Compute>();

/** The law most functions keep: empty when an operand is. */
export function strict(compute: (...operands: never[]) => Value): Compute {
  const made: Compute = (_, ...operands) => (operands.includes(null) ? null : compute(...(operands as never[])));
  timeless.add(made);
  return made;
}

/** A function that answers though an operand is empty (null), and does not read the clock. */
export function lenient(compute: (...operands: Value[]) => Value): Compute {
  const made: Compute = (_, ...operands) => compute(...operands);
  timeless.add(made);
  return made;
}

/** Whether the value may change with the time though the operands do not. */
export function mayReadClock(compute: Compute): boolean {
  return !timeless.has(compute);
}

/** The function for a call with operands of these types. */
export function computeFor(definition: Compute | Typed, operands: readonly string[], result: string): Compute {
  return typeof definition === 'function' ? definition : definition.typed(operands, result);
}

/** The same for a function that reads the clock or the zone; both come first. */
export function strictAt(compute: (moment: Moment, ...operands: never[]) => Value): Compute {
  return (moment, ...operands) => (operands.includes(null) ? null : compute(moment, ...(operands as never[])));
}

/** A function made for the types it is called with. */
export function typed(make: Typed['typed']): Typed {
  return { typed: make };
}
