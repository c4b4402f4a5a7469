/** A business calendar (engine/language/calendar.py): the hours people work, on which days, in which zone. */
import { DAY, weekday } from './civil';
import { readerOf } from './values';
import { type Zone, zoneNamed } from './zones';

/** Wall times from and to, in microseconds of one day; `to` not after `from` is on the next day. */
export type Hours = readonly (readonly [number, number])[];

type WrittenHours = readonly (readonly [string, string])[];

/** A calendar as JSON: `week` by weekday ("0" is Monday; one that is missing is free), days and times in ISO 8601. */
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

export class Calendar {
  readonly holidays: ReadonlySet<number>;
  readonly workdays: ReadonlySet<number>;
  /** The zone of its hours; null means the evaluation's. */
  readonly zone: Zone | null;
  private readonly week: readonly Hours[];
  private readonly makeup: Hours;

  constructor({ week = OFFICE_WEEK, holidays = [], workdays = [], makeup = OFFICE_HOURS, zone = null }: CalendarJson) {
    this.week = Array.from({ length: 7 }, (_, day) => hoursOf(week[String(day)] ?? []));
    this.holidays = new Set(holidays.map((day) => readerOf('date')(day) as number));
    this.workdays = new Set(workdays.map((day) => readerOf('date')(day) as number));
    this.makeup = hoursOf(makeup);
    this.zone = zone === null ? null : zoneNamed(zone);
  }

  /** When people work on a day (as a day count); nothing on a free one. */
  hours(day: number): Hours {
    if (this.holidays.has(day)) return [];
    return this.workdays.has(day) ? this.makeup : (this.week[weekday(day) - 1] ?? []);
  }

  isBusinessDay(day: number): boolean {
    return this.hours(day).length > 0;
  }
}

function hoursOf(written: WrittenHours): Hours {
  return written.map(([from, to]) => {
    const [start, end] = [readerOf('time')(from) as number, readerOf('time')(to) as number];
    return [start, end > start ? end : end + DAY];
  });
}

/** Office hours from Monday to Friday. */
export const OFFICE = new Calendar({});
