/**
 * A business calendar (engine/language/calendar.py): the hours people work, on which days, in which zone; holidays, and the days
 * that make up for them. Business time is what the office's clocks show. Nothing is gone through day by day: whole weeks are
 * multiplied, and the days that differ from their week are added up beforehand.
 */
import { type Clock, DAY, FIRST_DAY, inCalendar, LAST_DAY } from './civil';
import { type Integer, minus, plus, times } from './integers';
import { readerOf } from './values';
import { type Zone, zoneNamed } from './zones';

type WrittenHours = readonly (readonly [string, string])[];
/** Microseconds from midnight, from and to: in order, none empty, none touching the next. */
type Spans = readonly (readonly [number, number])[];

/**
 * A calendar as JSON: `week` by weekday ("0" is Monday; one that is missing is free), days and times in ISO 8601. Hours lie within
 * one day; `to` midnight is its end.
 */
export interface CalendarJson {
  readonly week?: Readonly<Record<string, WrittenHours>>;
  readonly holidays?: readonly string[];
  readonly workdays?: readonly string[];
  readonly makeup?: WrittenHours;
  readonly zone?: string | null;
}

const OFFICE_HOURS: WrittenHours = [
  ['09:00', '12:00'],
  ['13:00', '18:00'],
];
const OFFICE_WEEK = { 0: OFFICE_HOURS, 1: OFFICE_HOURS, 2: OFFICE_HOURS, 3: OFFICE_HOURS, 4: OFFICE_HOURS };
/** Days of the calendar; number 0, the first, is a Monday. */
const DAYS = LAST_DAY - FIRST_DAY + 1;

/** The first number for which a test that stays true once it is true holds; `end` when there is none. */
function first(end: number, test: (index: number) => boolean): number {
  let [low, high] = [0, end];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (test(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Running totals over the days: what each weekday counts, and each day that differs from its weekday. */
class Tally {
  private readonly starts: readonly number[];
  private readonly days: readonly number[];
  private readonly differences: readonly Integer[];

  constructor(week: readonly number[], exceptions: ReadonlyMap<number, number>) {
    const starts = [0];
    for (const amount of week) starts.push((starts.at(-1) ?? 0) + amount);
    this.starts = starts;
    const usual = (day: number): number => week[day % 7] ?? 0;
    const amount = (day: number): number => exceptions.get(day) ?? 0;
    this.days = [...exceptions.keys()].filter((day) => amount(day) !== usual(day)).sort((one, other) => one - other);
    const differences: Integer[] = [0];
    for (const day of this.days) differences.push(plus(differences.at(-1) ?? 0, amount(day) - usual(day)));
    this.differences = differences;
  }

  /** What all days before a day count together. */
  before(day: number): Integer {
    const weeks = Math.floor(day / 7);
    const passed = first(this.days.length, (index) => (this.days[index] ?? 0) >= day);
    const whole = plus(times(weeks, this.starts[7] ?? 0), this.starts[day - weeks * 7] ?? 0);
    return plus(whole, this.differences[passed] ?? 0);
  }

  /** The first day with which the total is reached; null when there is none. */
  reaching(total: Integer): number | null {
    const day = first(DAYS, (each) => this.before(each + 1) >= total);
    return day < DAYS ? day : null;
  }
}

export class Calendar {
  /** The zone of its hours; null means the evaluation's. */
  readonly zone: Zone | null;
  private readonly week: readonly Spans[];
  private readonly exceptions: ReadonlyMap<number, Spans>;
  private readonly days: Tally;
  private readonly time: Tally;

  constructor({ week = OFFICE_WEEK, holidays = [], workdays = [], makeup = OFFICE_HOURS, zone = null }: CalendarJson) {
    this.week = Array.from({ length: 7 }, (_, day) => spansOf(week[String(day)] ?? []));
    const made = spansOf(makeup);
    this.exceptions = new Map([
      ...numbersOf(workdays).map((day) => [day, made] as const),
      ...numbersOf(holidays).map((day) => [day, []] as const),
    ]);
    this.zone = zone === null ? null : zoneNamed(zone);
    this.days = this.tally((spans) => (spans.length > 0 ? 1 : 0));
    this.time = this.tally(lengthOf);
  }

  private tally(measure: (spans: Spans) => number): Tally {
    return new Tally(
      this.week.map(measure),
      new Map([...this.exceptions].map(([day, spans]) => [day, measure(spans)])),
    );
  }

  private spans(day: number): Spans {
    const number = day - FIRST_DAY;
    return this.exceptions.get(number) ?? this.week[number % 7] ?? [];
  }

  /** Whether anybody works on a day (as a day count). */
  isBusinessDay(day: number): boolean {
    return this.spans(day).length > 0;
  }

  /** The day so many business days later (earlier when negative); for 0 the day itself. Null when there is no such day. */
  addDays(day: number, count: number): number | null {
    if (count === 0) return day;
    const known = this.days.before(day - FIRST_DAY + (count > 0 ? 1 : 0));
    const wanted = plus(known, count + (count < 0 ? 1 : 0));
    const found = wanted < 1 ? null : this.days.reaching(wanted);
    return found === null ? null : found + FIRST_DAY;
  }

  /** Business days after the first up to and including the last; negative the other way round. */
  daysBetween(from: number, to: number): number {
    return Number(minus(this.days.before(to - FIRST_DAY + 1), this.days.before(from - FIRST_DAY + 1)));
  }

  /** Whether people work at a wall time; not at the end of a span, when they have just stopped. */
  isBusinessTime({ day, time }: Clock): boolean {
    return this.spans(day).some(([from, to]) => from <= time && time < to);
  }

  /** The business time from one wall time to another, in microseconds; negative the other way round. */
  timeBetween(from: Clock, to: Clock): Integer {
    return minus(this.worked(to), this.worked(from));
  }

  /**
   * The wall time so much business time later (earlier when negative): as early as it can be, or as late when going back; for
   * nothing the wall time itself. Null when there is no such time.
   */
  addTime(clock: Clock, micros: Integer): Clock | null {
    if (micros === 0) return clock;
    const back = micros < 0;
    const wanted = plus(this.worked(clock), micros);
    const number = wanted < 0 ? null : this.time.reaching(plus(wanted, back ? 1 : 0));
    return number === null ? null : this.clockAt(number, Number(minus(wanted, this.time.before(number))), back);
  }

  private worked({ day, time }: Clock): Integer {
    const today = this.spans(day).reduce((sum, [from, to]) => sum + Math.max(Math.min(time, to) - from, 0), 0);
    return plus(this.time.before(day - FIRST_DAY), today);
  }

  /** When so much of a day is worked; the last such time when `later`. */
  private clockAt(number: number, worked: number, later: boolean): Clock | null {
    const day = number + FIRST_DAY;
    let rest = worked;
    for (const [from, to] of this.spans(day)) {
      const length = to - from;
      if (rest < length || (rest === length && !later)) return within(day, from + rest);
      rest -= length;
    }
    return null;
  }
}

/** The end of a day is the beginning of the next. */
function within(day: number, time: number): Clock | null {
  if (time < DAY) return { day, time };
  return inCalendar(day + 1) === null ? null : { day: day + 1, time: time - DAY };
}

function lengthOf(spans: Spans): number {
  return spans.reduce((sum, [from, to]) => sum + to - from, 0);
}

/** Hours in microseconds, those that overlap or touch made one. */
function spansOf(hours: WrittenHours): Spans {
  const read = readerOf('time');
  const written = hours.map(([from, to]) => [read(from) as number, (read(to) as number) || DAY] as const);
  const merged: [number, number][] = [];
  for (const [from, to] of written.sort(([one, end], [other, late]) => one - other || end - late)) {
    const last = merged.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else if (from < to) merged.push([from, to]);
  }
  return merged;
}

/** Days as numbers from the first of the calendar. */
function numbersOf(days: readonly string[]): number[] {
  return days.map((day) => (readerOf('date')(day) as number) - FIRST_DAY);
}

/** Office hours from Monday to Friday. */
export const OFFICE = new Calendar({});
