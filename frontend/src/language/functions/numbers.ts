/** Number functions (engine/language/functions/numbers.py). */
import { Decimal } from '../decimal';
import { powerOfTen, reduced } from '../integers';
import { compare, type Value } from '../values';
import { type Compute, type Functions, lenient, strict } from './function';

const ZERO = Decimal.of(0);
const ONE = Decimal.of(1);
const TWO = Decimal.of(2);
const HUNDRED = Decimal.of(100);
const QUOTIENT_DIGITS = 12;
const ROOT_SCALE = Decimal.of(powerOfTen(2 * (QUOTIENT_DIGITS + 1)));

const whole = (digits: Decimal | undefined): number => Number(digits?.toInteger() ?? 0);

function extreme(sign: number): Compute {
  return strict((...operands: Value[]) =>
    operands.reduce((best, each) => (compare(each, best) * sign > 0 ? each : best)),
  );
}

function roundUp(number: Decimal, digits?: Decimal): Decimal {
  return number.sign() < 0 ? number.floor(whole(digits)) : number.ceiling(whole(digits));
}

function div(number: Decimal, divisor: Decimal): Value {
  const rest = number.modulo(divisor);
  // What is divided is a multiple of the divisor, so the quotient is exact.
  return rest && (number.subtract(rest).divide(divisor)?.round(0) ?? null);
}

function power(number: Decimal, exponent: Decimal): Decimal {
  let product = ONE;
  for (let left = whole(exponent); left > 0; left -= 1) product = product.multiply(number);
  return product;
}

/** The greatest integer whose square is not above, by Newton's way from above. */
function integerRoot(square: bigint): bigint {
  if (square < 2n) return square;
  let root = 1n << BigInt(Math.ceil(square.toString(16).length * 2));
  for (;;) {
    const next = (root + square / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

/** One digit more than is kept, cut off, decides the rounding. */
function sqrt(number: Decimal): Value {
  if (number.sign() < 0) return null;
  const square = BigInt(number.multiply(ROOT_SCALE).truncate().toInteger() ?? 0);
  return Decimal.scaled(reduced(integerRoot(square)), QUOTIENT_DIGITS + 1).round(QUOTIENT_DIGITS);
}

function clamp(value: Value, low: Value, high: Value): Value {
  const most = compare(value, high) > 0 ? high : value;
  return compare(most, low) < 0 ? low : most;
}

/** A test of a number that fails when it is empty. */
function test(holds: (number: Decimal) => boolean): Compute {
  return lenient((number = null) => number instanceof Decimal && holds(number));
}

export const FUNCTIONS: Functions = {
  round: strict((number: Decimal, digits?: Decimal) => number.round(whole(digits))),
  round_up: strict(roundUp),
  round_down: strict((number: Decimal, digits?: Decimal) => number.truncate(whole(digits))),
  floor: strict((number: Decimal) => number.floor()),
  ceil: strict((number: Decimal) => number.ceiling()),
  trunc: strict((number: Decimal) => number.truncate()),
  abs: strict((number: Decimal) => number.abs()),
  sign: strict((number: Decimal) => Decimal.of(number.sign())),
  mod: strict((number: Decimal, divisor: Decimal) => number.modulo(divisor)),
  div: strict(div),
  power: strict(power),
  sqrt: strict(sqrt),
  percent_of: strict((part: Decimal, total: Decimal) => part.multiply(HUNDRED).divide(total)),
  clamp: strict(clamp),
  min: extreme(-1),
  max: extreme(1),
  is_integer: test((number) => number.isInteger()),
  is_even: test((number) => number.modulo(TWO)?.compare(ZERO) === 0),
  is_odd: test((number) => number.modulo(TWO)?.compare(ONE) === 0),
};
