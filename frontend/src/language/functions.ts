/** The functions of the language, by the keys of engine/language/functions.py. */
import { Decimal } from './decimal';
import { asciiLower, asciiUpper, compare, DAY, type Moment, type Value, writeDate } from './values';

type Compute = (moment: Moment, ...operands: Value[]) => Value;

/** The law most functions keep: empty in, empty out. */
function ofEmpty(compute: (...operands: never[]) => Value): Compute {
  return (_, ...operands) => (operands.includes(null) ? null : compute(...(operands as never[])));
}

function datePart(start: number, end: number): Compute {
  return ofEmpty((day: number) => Decimal.parse(writeDate(day).slice(start, end)));
}

function extreme(sign: number): Compute {
  return ofEmpty((...operands: Value[]) =>
    operands.reduce((best, each) => (compare(each, best) * sign > 0 ? each : best)),
  );
}

export const FUNCTIONS: Readonly<Record<string, Compute>> = {
  now: (moment) => moment.now,
  today: (moment) => (moment.now === null ? null : Math.floor((moment.now + moment.offset) / DAY)),
  length: (_, value = null) =>
    Decimal.of(typeof value === 'string' ? [...value].length : ((value as Value[])?.length ?? 0)),
  lower: ofEmpty((text: string) => asciiLower(text)),
  upper: ofEmpty((text: string) => asciiUpper(text)),
  trim: ofEmpty((text: string) => text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '') || null),
  starts_with: (_, text = null, part = null) => text !== null && part !== null && String(text).startsWith(String(part)),
  ends_with: (_, text = null, part = null) => text !== null && part !== null && String(text).endsWith(String(part)),
  round: ofEmpty((number: Decimal, digits?: Decimal) => number.round(Number(digits?.toString() ?? 0))),
  abs: ofEmpty((number: Decimal) => number.abs()),
  min: extreme(-1),
  max: extreme(1),
  days_between: ofEmpty((first: number, last: number) => Decimal.of(last - first)),
  year: datePart(0, 4),
  month: datePart(5, 7),
  day: datePart(8, 10),
};
