/** Exact decimals: an integer and how many of its digits stand after the point. */
const QUOTIENT_DIGITS = 12;
const MAX_DIGITS = 60;
const WRITTEN = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?\s*$/;

export class Decimal {
  private constructor(
    private readonly digits: bigint,
    private readonly scale: number,
  ) {}

  /** The number a text or a JSON number writes; null when it writes none. */
  static parse(written: string | number): Decimal | null {
    const found = WRITTEN.exec(String(written));
    if (!found) return null;
    const [, sign = '', whole = '', fraction = '', exponent = '0'] = found;
    const digits = whole + fraction;
    const scale = fraction.length - Number(exponent);
    if (digits === '' || digits.replace(/^0+/, '').length > MAX_DIGITS || Math.abs(scale) > MAX_DIGITS) return null;
    const value = BigInt(digits) * (sign === '-' ? -1n : 1n);
    return scale < 0 ? new Decimal(value * 10n ** BigInt(-scale), 0) : new Decimal(value, scale);
  }

  static of(integer: number): Decimal {
    return new Decimal(BigInt(integer), 0);
  }

  private at(scale: number): bigint {
    return this.digits * 10n ** BigInt(scale - this.scale);
  }

  add(other: Decimal): Decimal {
    const scale = Math.max(this.scale, other.scale);
    return new Decimal(this.at(scale) + other.at(scale), scale);
  }

  negate(): Decimal {
    return new Decimal(-this.digits, this.scale);
  }

  subtract(other: Decimal): Decimal {
    return this.add(other.negate());
  }

  multiply(other: Decimal): Decimal {
    return new Decimal(this.digits * other.digits, this.scale + other.scale);
  }

  /** Rounded to 12 digits, half away from zero, by one digit more that is cut off; null for division by zero. */
  divide(other: Decimal): Decimal | null {
    if (other.digits === 0n) return null;
    const scale = Math.max(this.scale, other.scale);
    const shifted = this.at(scale) * 10n ** BigInt(QUOTIENT_DIGITS + 1);
    return new Decimal(shifted / other.at(scale), QUOTIENT_DIGITS + 1).round(QUOTIENT_DIGITS);
  }

  /** Rounded to so many digits after the point, half away from zero. */
  round(places: number): Decimal {
    if (this.scale <= places) return this;
    const unit = 10n ** BigInt(this.scale - places);
    const half = this.digits < 0n ? -unit / 2n : unit / 2n;
    return new Decimal((this.digits + half) / unit, places);
  }

  abs(): Decimal {
    return this.digits < 0n ? this.negate() : this;
  }

  compare(other: Decimal): number {
    const scale = Math.max(this.scale, other.scale);
    const [left, right] = [this.at(scale), other.at(scale)];
    return left < right ? -1 : left > right ? 1 : 0;
  }

  /** The number as written by hand: all digits of its scale. */
  toString(): string {
    const sign = this.digits < 0n ? '-' : '';
    const digits = this.abs()
      .digits.toString()
      .padStart(this.scale + 1, '0');
    const whole = digits.slice(0, digits.length - this.scale);
    return this.scale === 0 ? sign + whole : `${sign}${whole}.${digits.slice(-this.scale)}`;
  }

  /** Without zeros at the end of the fraction. */
  toPlainString(): string {
    const written = this.toString();
    return written.includes('.') ? written.replace(/\.?0+$/, '') : written;
  }
}
