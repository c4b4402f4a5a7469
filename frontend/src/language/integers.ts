/** Exact integers of any size: a number while it is a safe integer, a bigint beyond. Each integer has one form, so === is equality. */
export type Integer = number | bigint;

const MOST = BigInt(Number.MAX_SAFE_INTEGER);

/** The one form of an integer. */
export function reduced(value: bigint): Integer {
  return value <= MOST && value >= -MOST ? Number(value) : value;
}

export function plus(left: Integer, right: Integer): Integer {
  if (typeof left === 'number' && typeof right === 'number') {
    const sum = left + right;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return reduced(BigInt(left) + BigInt(right));
}

export function minus(left: Integer, right: Integer): Integer {
  if (typeof left === 'number' && typeof right === 'number') {
    const difference = left - right;
    if (Number.isSafeInteger(difference)) return difference;
  }
  return reduced(BigInt(left) - BigInt(right));
}

export function times(left: Integer, right: Integer): Integer {
  if (typeof left === 'number' && typeof right === 'number') {
    const product = left * right;
    if (Number.isSafeInteger(product)) return product;
  }
  return reduced(BigInt(left) * BigInt(right));
}

const POWERS = Array.from({ length: 16 }, (_, exponent) => 10 ** exponent);

export function powerOfTen(exponent: number): Integer {
  return POWERS[exponent] ?? 10n ** BigInt(exponent);
}

/** Without the fraction of the quotient; the divisor is not 0. */
export function truncated(dividend: Integer, divisor: Integer): Integer {
  if (typeof dividend === 'number' && typeof divisor === 'number') return Math.trunc(dividend / divisor) + 0;
  return reduced(BigInt(dividend) / BigInt(divisor));
}

/** The greatest integer not above the quotient; the divisor is positive. */
export function floored(dividend: Integer, divisor: Integer): Integer {
  const rest = remainder(dividend, divisor);
  return truncated(minus(dividend, rest), divisor);
}

/** Floor-mod: as far above the multiple of the (positive) divisor below, so never negative. */
export function remainder(dividend: Integer, divisor: Integer): Integer {
  if (typeof dividend === 'number' && typeof divisor === 'number') {
    const rest = dividend % divisor;
    return rest < 0 ? rest + divisor : rest + 0;
  }
  const rest = BigInt(dividend) % BigInt(divisor);
  return reduced(rest < 0n ? rest + BigInt(divisor) : rest);
}

/** The quotient to the nearest integer, a half away from zero; the divisor is not 0. */
export function rounded(dividend: Integer, divisor: Integer): Integer {
  const [size, unit] = [magnitude(dividend), magnitude(divisor)];
  const whole = floored(plus(times(size, 2), unit), times(unit, 2));
  return dividend < 0 === divisor < 0 ? whole : minus(0, whole);
}

export function magnitude(value: Integer): Integer {
  return value < 0 ? minus(0, value) : value;
}
