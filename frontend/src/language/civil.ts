/** The calendar: dates as day counts from 1970-01-01, times of day as microseconds, and how both are written. */
import { floored, type Integer, minus, times } from './integers';

export const DAY = 86_400_000_000;
export const SECOND = 1_000_000;
/** 0001-01-01 and 9999-12-31: the calendar has no other days. */
export const FIRST_DAY = -719_162;
export const LAST_DAY = 2_932_896;
/** The calendar has no more months. */
export const MAX_MONTHS = 9_999 * 12;

export interface Civil {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** The day count of a date that exists. */
export function dayOf(year: number, month: number, day: number): number {
  // Years from March, so that the leap day is the last; 400 years are one era.
  const shifted = month > 2 ? year : year - 1;
  const era = Math.floor(shifted / 400);
  const ofEra = shifted - era * 400;
  const ofYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  return era * 146_097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719_468;
}

/** Year, month and day of a day count. */
export function civil(count: number): Civil {
  const shifted = count + 719_468;
  const era = Math.floor(shifted / 146_097);
  const ofEra = shifted - era * 146_097;
  const year = Math.floor(
    (ofEra - Math.floor(ofEra / 1_460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const ofYear = ofEra - (365 * year + Math.floor(year / 4) - Math.floor(year / 100));
  const fromMarch = Math.floor((5 * ofYear + 2) / 153);
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  return {
    year: year + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: ofYear - Math.floor((153 * fromMarch + 2) / 5) + 1,
  };
}

export function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** The day count, when the calendar has it. */
export function inCalendar(day: number): number | null {
  return day >= FIRST_DAY && day <= LAST_DAY ? day : null;
}

/** The day count of a date as numbers; null when there is no such date. */
export function existing(year: number, month: number, day: number): number | null {
  const exists = year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
  return exists ? dayOf(year, month, day) : null;
}

/** The same day so many months later, clamped to the end of that month; null outside the calendar. */
export function addMonths(day: number, months: number): number | null {
  const from = civil(day);
  const count = from.year * 12 + from.month - 1 + months;
  const [year, month] = [Math.floor(count / 12), count - Math.floor(count / 12) * 12 + 1];
  return existing(year, month, Math.min(from.day, daysInMonth(year, month)));
}

/** 1 for Monday to 7 for Sunday. */
export function weekday(day: number): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}

const two = (value: number): string => (value < 10 ? `0${value}` : String(value));

export function writeDate(count: number): string {
  const { year, month, day } = civil(count);
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
}

/** ISO 8601, with seconds; microseconds only when there are any. */
export function writeTime(micros: number): string {
  const seconds = Math.floor(micros / SECOND);
  const rest = micros - seconds * SECOND;
  const clock = `${writeMinutes(micros)}:${two(seconds % 60)}`;
  return rest === 0 ? clock : `${clock}.${String(rest).padStart(6, '0')}`;
}

/** Hours and minutes of a time of day. */
export function writeMinutes(micros: number): string {
  const minutes = Math.floor(micros / (60 * SECOND));
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** A moment, or a wall time, as day count and time of day. */
export interface Clock {
  readonly day: number;
  readonly time: number;
}

export function clockOf(micros: Integer): Clock {
  const day = floored(micros, DAY);
  return { day: Number(day), time: Number(minus(micros, times(day, DAY))) };
}
