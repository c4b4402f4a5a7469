/** Date and time functions (engine/language/functions/dates.py). */
import { addMonths, type Civil, civil, daysInMonth, existing, FIRST_DAY, inCalendar, SECOND, weekday } from '../civil';
import { Decimal } from '../decimal';
import { type Integer, minus } from '../integers';
import { instant, type Moment, wall } from '../moment';
import { zoneNamed } from '../zones';
import { type Compute, type Functions, strict, strictAt, typed } from './function';

const YEAR_END = 12;
/** More than any date can be moved by. */
const FAR = Decimal.of(1e8);

/** A number without its fraction; null for one that no date can be moved by. */
export function whole(number: Decimal): number | null {
  return number.abs().compare(FAR) > 0 ? null : Number(number.truncate().toInteger());
}

function today(moment: Moment): number | null {
  return moment.now === null ? null : (wall(moment, moment.now)?.day ?? null);
}

/** A whole number read off a date. */
function read(find: (date: Civil, day: number) => number): Compute {
  return strict((day: number) => Decimal.of(find(civil(day), day)));
}

// -- made and read

/** Whole numbers that a date or time may be made of; NaN for any other. */
function integers(numbers: readonly (Decimal | undefined)[]): number[] {
  return numbers.map((number = Decimal.of(0)) => (number.isInteger() ? (whole(number) ?? Number.NaN) : Number.NaN));
}

function date(...parts: Decimal[]): number | null {
  const [year = 0, month = 0, day = 0] = integers(parts);
  return existing(year, month, day);
}

function time(...parts: Decimal[]): number | null {
  const [hour = 0, minute = 0, second = 0] = integers(parts);
  const fits = hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60;
  return fits ? ((hour * 60 + minute) * 60 + second) * SECOND : null;
}

const WRITTEN = /^(\d{4})([-/.年])(\d{1,2})([-/.月])(\d{1,2})(日?)$/;
/** What stands after the year, the month and the day. */
const SIGNS: ReadonlySet<string> = new Set(['--', '//', '..', '年月日']);

function dateOf(text: string): number | null {
  const found = WRITTEN.exec(text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, ''));
  if (!found) return null;
  const [, year, first = '', month, second = '', day, third = ''] = found;
  return SIGNS.has(first + second + third) ? existing(Number(year), Number(month), Number(day)) : null;
}

// -- parts

/** The Thursday of a week decides what year the week belongs to. */
function thursday(day: number): { year: number; week: number } {
  const middle = day + 4 - weekday(day);
  const { year } = civil(middle);
  return { year, week: Math.floor((middle - (existing(year, 1, 1) ?? 0)) / 7) + 1 };
}

/** Part of the time of day, of one itself or of a date-time. */
function clockPart(unit: number, size: number): ReturnType<typeof typed> {
  const part = (micros: number): Decimal => Decimal.of(Math.floor(micros / (unit * SECOND)) % size);
  return typed(([type]) =>
    strictAt((moment, value: Integer) => {
      if (type === 'time') return part(value as number);
      const clock = wall(moment, value);
      return clock && part(clock.time);
    }),
  );
}

/** Date and time of day in a zone by name; null when this browser's database of zones has no such name. */
function there(moment: Moment, value: Integer, name: string): ReturnType<typeof wall> {
  try {
    return wall({ ...moment, zone: zoneNamed(name) }, value);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

// -- the beginning and end of stretches of so many months, and dates moved

function startOf(months: number): Compute {
  return strict((day: number) => {
    const { year, month } = civil(day);
    return existing(year, month - ((month - 1) % months), 1);
  });
}

function endOf(months: number): Compute {
  return strict((day: number) => {
    const { year, month } = civil(day);
    const last = month - ((month - 1) % months) + months - 1;
    return existing(year, last, daysInMonth(year, last));
  });
}

/** A date moved by a number, or the date of a date-time whose wall time stays. */
function moving(move: (day: number, count: number) => number | null): ReturnType<typeof typed> {
  const moveDay = (day: number, number: Decimal): number | null => {
    const count = whole(number);
    return count === null ? null : move(day, count);
  };
  return typed((_, result) => {
    if (result !== 'datetime') return strict(moveDay);
    return strictAt((moment, from: Integer, number: Decimal) => {
      const clock = wall(moment, from);
      const day = clock && moveDay(clock.day, number);
      return clock === null || day === null ? null : instant(moment, { day, time: clock.time });
    });
  });
}

// -- how far apart

function monthsBetween(first: number, last: number): number {
  if (last < first) return 0 - monthsBetween(last, first);
  const [from, to] = [civil(first), civil(last)];
  const months = (to.year - from.year) * 12 + to.month - from.month;
  return to.day < Math.min(from.day, daysInMonth(to.year, to.month)) ? months - 1 : months;
}

function yearsBetween(first: number, last: number): number {
  return Math.trunc(monthsBetween(first, last) / YEAR_END) + 0;
}

function elapsed(unit: number): Compute {
  const length = Decimal.of(unit);
  return strict((first: Integer, last: Integer) => Decimal.of(minus(last, first)).divide(length));
}

function age(moment: Moment, birth: number): Decimal | null {
  const now = today(moment);
  return now === null || now < birth ? null : Decimal.of(yearsBetween(birth, now));
}

/** The day of another year on which a date comes round; null outside the calendar. */
function anniversary(date: number, year: number): number | null {
  const { month, day } = civil(date);
  return existing(year, month, Math.min(day, daysInMonth(year, month)));
}

function birthdayIn(moment: Moment, birth: number, days: Decimal): boolean | null {
  const now = today(moment);
  if (now === null) return null;
  const { year } = civil(now);
  const thisYear = anniversary(birth, year);
  const coming = thisYear !== null && thisYear >= now ? thisYear : anniversary(birth, year + 1);
  return coming !== null && Decimal.of(coming - now).compare(days) <= 0;
}

// -- written

const FORMATS: Readonly<Record<string, (date: Civil, micros: number) => [number, number]>> = {
  yyyy: ({ year }) => [year, 4],
  yy: ({ year }) => [year % 100, 2],
  MM: ({ month }) => [month, 2],
  M: ({ month }) => [month, 1],
  dd: ({ day }) => [day, 2],
  d: ({ day }) => [day, 1],
  HH: (_, micros) => [Math.floor(micros / (3600 * SECOND)), 2],
  H: (_, micros) => [Math.floor(micros / (3600 * SECOND)), 1],
  mm: (_, micros) => [Math.floor(micros / (60 * SECOND)) % 60, 2],
  ss: (_, micros) => [Math.floor(micros / SECOND) % 60, 2],
};

function format(day: number, micros: number, pattern: string): string {
  const date = civil(day);
  return pattern.replace(/yyyy|yy|MM|M|dd|d|HH|H|mm|ss/g, (part) => {
    const [number, width] = FORMATS[part]?.(date, micros) ?? [0, 0];
    return String(number).padStart(width, '0');
  });
}

const formatDate = typed(([type]) => {
  if (type === 'date') return strict((day: number, pattern: string) => format(day, 0, pattern));
  return strictAt((moment, value: Integer, pattern: string) => {
    const clock = wall(moment, value);
    return clock && format(clock.day, clock.time, pattern);
  });
});

export const FUNCTIONS: Functions = {
  now: (moment) => moment.now,
  today,
  date: strict(date),
  date_of: typed(([type]) => strict(type === 'date' ? (day: number) => day : dateOf)),
  time: strict(time),
  datetime: strictAt((moment, day: number, time: number) => instant(moment, { day, time })),
  year: read(({ year }) => year),
  quarter: read(({ month }) => Math.ceil(month / 3)),
  month: read(({ month }) => month),
  day: read(({ day }) => day),
  weekday: read((_, day) => weekday(day)),
  week_of_year: read((_, day) => thursday(day).week),
  iso_year: read((_, day) => thursday(day).year),
  day_of_year: read(({ year }, day) => day - (existing(year, 1, 1) ?? FIRST_DAY) + 1),
  days_in_month: read(({ year, month }) => daysInMonth(year, month)),
  is_leap_year: strict((day: number) => daysInMonth(civil(day).year, 2) === 29),
  is_weekend: strict((day: number) => weekday(day) > 5),
  hour: clockPart(3600, 24),
  minute: clockPart(60, 60),
  second: clockPart(1, 60),
  time_of: strictAt((moment, value: Integer) => wall(moment, value)?.time ?? null),
  time_in: strictAt((moment, value: Integer, zone: string) => there(moment, value, zone)?.time ?? null),
  date_in: strictAt((moment, value: Integer, zone: string) => there(moment, value, zone)?.day ?? null),
  start_of_week: strict((day: number) => day + 1 - weekday(day)),
  end_of_week: strict((day: number) => inCalendar(day + 7 - weekday(day))),
  start_of_month: startOf(1),
  end_of_month: endOf(1),
  start_of_quarter: startOf(3),
  end_of_quarter: endOf(3),
  start_of_year: startOf(YEAR_END),
  end_of_year: endOf(YEAR_END),
  start_of_day: strictAt((moment, value: Integer) => {
    const clock = wall(moment, value);
    return clock && instant(moment, { day: clock.day, time: 0 });
  }),
  add_days: moving((day, count) => inCalendar(day + count)),
  add_months: moving(addMonths),
  add_years: moving((day, count) => addMonths(day, count * YEAR_END)),
  days_between: strict((first: number, last: number) => Decimal.of(last - first)),
  months_between: strict((first: number, last: number) => Decimal.of(monthsBetween(first, last))),
  years_between: strict((first: number, last: number) => Decimal.of(yearsBetween(first, last))),
  hours_between: elapsed(3600 * SECOND),
  minutes_between: elapsed(60 * SECOND),
  seconds_between: strict((first: Integer, last: Integer) => Decimal.scaled(minus(last, first), 6)),
  days_until: strictAt((moment, day: number) => {
    const now = today(moment);
    return now === null ? null : Decimal.of(day - now);
  }),
  age: strictAt(age),
  birthday_in: strictAt(birthdayIn),
  format_date: formatDate,
};
