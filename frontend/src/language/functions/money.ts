/** Money functions (engine/language/functions/money.py). The checker has put currencies and digits behind the written arguments. */
import { Decimal } from '../decimal';
import { magnitude, minus, plus, powerOfTen, remainder, truncated } from '../integers';
import type { Value } from '../values';
import { type Functions, strict } from './function';

const whole = (number: Decimal): number => Number(number.toInteger() ?? 0);

/** Counted in coins, so that the parts add up: the first ones bear one coin more when it does not come out even. */
function installment(amount: Decimal, parts: Decimal, number: Decimal, digits: Decimal): Value {
  const [count, place, scale] = [whole(parts), number.toInteger(), whole(digits)];
  if (place === null || place < 1 || place > count) return null;
  const coins =
    amount
      .round(scale)
      .multiply(Decimal.of(powerOfTen(scale)))
      .toInteger() ?? 0;
  const size = magnitude(coins);
  const share = plus(truncated(size, count), place <= remainder(size, count) ? 1 : 0);
  return Decimal.scaled(coins < 0 ? minus(0, share) : share, scale);
}

export const FUNCTIONS: Functions = {
  money: strict((number: Decimal) => number),
  amount_of: strict((amount: Decimal) => amount),
  currency_of: strict((_: Decimal, currency: string) => currency),
  round_money: strict((amount: Decimal, digits: Decimal) => amount.round(whole(digits))),
  convert: strict((amount: Decimal, _: string, rate: Decimal) => amount.multiply(rate)),
  share: strict((amount: Decimal, part: Decimal, total: Decimal) => amount.multiply(part).divide(total)),
  installment: strict(installment),
};
