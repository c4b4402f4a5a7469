/** Exact decimals: an integer and how many of its digits stand after the point. */
import {
  floored,
  type Integer,
  magnitude,
  minus,
  plus,
  powerOfTen,
  remainder,
  rounded,
  times,
  truncated,
} from './integers';

const QUOTIENT_DIGITS = 12;
/** Digits that a number read from outside may have; more is not a number anybody typed. */
const MAX_DIGITS = 60;
/** White space at the ends; the byte order mark is none. */
const AROUND = /^[^\S\ufeff]+|[^\S\ufeff]+$/g;
const WRITTEN = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,9}))?$/;

export class Decimal {
  private constructor(
    private readonly digits: Integer,
    readonly scale: number,
  ) {}

  /** The number a text or a JSON number writes; null when it writes none. */
  static parse(written: string | number): Decimal | null {
    if (typeof written === 'string') return short(written) ?? long(written.replace(AROUND, ''));
    return Number.isSafeInteger(written) ? new Decimal(written + 0, 0) : long(String(written));
  }

  /** A whole number. */
  static of(integer: Integer): Decimal {
    return new Decimal(integer, 0);
  }

  /** So many units of the digit that stands at `scale` after the point. */
  static scaled(digits: Integer, scale: number): Decimal {
    return new Decimal(digits, scale);
  }

  private at(scale: number): Integer {
    return scale === this.scale ? this.digits : times(this.digits, powerOfTen(scale - this.scale));
  }

  add(other: Decimal): Decimal {
    const scale = Math.max(this.scale, other.scale);
    return new Decimal(plus(this.at(scale), other.at(scale)), scale);
  }

  negate(): Decimal {
    return new Decimal(minus(0, this.digits), this.scale);
  }

  subtract(other: Decimal): Decimal {
    const scale = Math.max(this.scale, other.scale);
    return new Decimal(minus(this.at(scale), other.at(scale)), scale);
  }

  multiply(other: Decimal): Decimal {
    return new Decimal(times(this.digits, other.digits), this.scale + other.scale);
  }

  /** Rounded to 12 digits, half away from zero, by one digit more that is cut off; null for division by zero. */
  divide(other: Decimal): Decimal | null {
    if (other.digits === 0) return null;
    const scale = Math.max(this.scale, other.scale);
    const shifted = times(this.at(scale), powerOfTen(QUOTIENT_DIGITS + 1));
    return new Decimal(truncated(shifted, other.at(scale)), QUOTIENT_DIGITS + 1).round(QUOTIENT_DIGITS);
  }

  /** Floor-mod: with the sign of the divisor; null for division by zero. */
  modulo(other: Decimal): Decimal | null {
    if (other.digits === 0) return null;
    const scale = Math.max(this.scale, other.scale);
    const [dividend, divisor] = [this.at(scale), other.at(scale)];
    const rest = remainder(divisor < 0 ? minus(0, dividend) : dividend, magnitude(divisor));
    return new Decimal(divisor < 0 ? minus(0, rest) : rest, scale);
  }

  /** Rounded to so many digits after the point (before it when negative), half away from zero; with all of them. */
  round(places: number): Decimal {
    return this.to(places, rounded);
  }

  /** The greatest number of so many digits that is not above. */
  floor(places = 0): Decimal {
    return this.to(places, floored);
  }

  /** The least number of so many digits that is not below. */
  ceiling(places = 0): Decimal {
    return this.negate().floor(places).negate();
  }

  /** Cut off after so many digits. */
  truncate(places = 0): Decimal {
    return this.to(places, truncated);
  }

  private to(places: number, divide: (dividend: Integer, divisor: Integer) => Integer): Decimal {
    if (this.scale <= places) return new Decimal(this.at(places), places);
    const cut = divide(this.digits, powerOfTen(this.scale - places));
    return places >= 0 ? new Decimal(cut, places) : new Decimal(times(cut, powerOfTen(-places)), 0);
  }

  abs(): Decimal {
    return this.digits < 0 ? this.negate() : this;
  }

  sign(): -1 | 0 | 1 {
    return this.digits < 0 ? -1 : this.digits > 0 ? 1 : 0;
  }

  compare(other: Decimal): number {
    const scale = Math.max(this.scale, other.scale);
    const [left, right] = [this.at(scale), other.at(scale)];
    return left < right ? -1 : left > right ? 1 : 0;
  }

  isInteger(): boolean {
    return this.scale === 0 || remainder(this.digits, powerOfTen(this.scale)) === 0;
  }

  /** The whole number it is; null when it has a fraction. */
  toInteger(): Integer | null {
    return this.isInteger() ? truncated(this.digits, powerOfTen(this.scale)) : null;
  }

  /** `value` times this number, to the nearest integer, a half away from zero. */
  ofInteger(value: Integer): Integer {
    return rounded(times(value, this.digits), powerOfTen(this.scale));
  }

  /** `value` divided by this number (which is not 0), to the nearest integer, a half away from zero. */
  intoInteger(value: Integer): Integer {
    return rounded(times(value, powerOfTen(this.scale)), this.digits);
  }

  /** The number as written by hand: all digits of its scale. */
  toString(): string {
    const sign = this.digits < 0 ? '-' : '';
    const digits = String(magnitude(this.digits)).padStart(this.scale + 1, '0');
    const whole = digits.slice(0, digits.length - this.scale);
    return this.scale === 0 ? sign + whole : `${sign}${whole}.${digits.slice(-this.scale)}`;
  }

  /** Without zeros at the end of the fraction, and without the sign of -0. */
  toPlainString(): string {
    const written = this.toString();
    return written.includes('.') ? written.replace(/\.?0+$/, '') : written;
  }
}

/** The fast way for what people type: up to 15 digits with at most one point; null when it is something else. */
function short(written: string): Decimal | null {
  const negative = written.charCodeAt(0) === 45;
  const start = negative ? 1 : 0;
  if (written.length === start || written.length > 16) return null;
  let [digits, point, count] = [0, -1, 0];
  for (let index = start; index < written.length; index += 1) {
    const code = written.charCodeAt(index);
    if (code >= 48 && code <= 57) {
      digits = digits * 10 + code - 48;
      count += 1;
    } else if (code === 46 && point < 0) point = index;
    else return null;
  }
  if (count === 0 || count > 15) return null;
  return Decimal.scaled(negative ? 0 - digits : digits, point < 0 ? 0 : written.length - point - 1);
}

function long(written: string): Decimal | null {
  const found = WRITTEN.exec(written);
  if (!found) return null;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = found;
  if (whole + fraction === '') return null;
  const digits = (whole + fraction).replace(/^0+(?=\d)/, '');
  const scale = fraction.length - Number(exponent);
  if (digits.length > MAX_DIGITS || Math.abs(digits.length - 1 - scale) > MAX_DIGITS) return null;
  const value = BigInt(digits) * (sign === '-' ? -1n : 1n) * (scale < 0 ? 10n ** BigInt(-scale) : 1n);
  return Decimal.scaled(times(value, 1), Math.max(scale, 0));
}
