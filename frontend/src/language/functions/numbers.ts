/** Number functions (engine/language/functions/numbers.py). */
import type { Decimal } from '../decimal';
import { compare, type Value } from '../values';
import { type Compute, type Functions, strict } from './function';

function extreme(sign: number): Compute {
  return strict((...operands: Value[]) =>
    operands.reduce((best, each) => (compare(each, best) * sign > 0 ? each : best)),
  );
}

export const FUNCTIONS: Functions = {
  round: strict((number: Decimal, digits?: Decimal) => number.round(Number(digits?.toString() ?? 0))),
  abs: strict((number: Decimal) => number.abs()),
  min: extreme(-1),
  max: extreme(1),
};
