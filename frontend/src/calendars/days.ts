/** Days as numbers since 1970-01-01, free of zones: `2026-10-01` and back, weekdays (0 is Monday), months. */
const DAY_MS = 86_400_000;

/** Null for what is no day of the calendar: `2026-02-30`. */
export function dayOf(written: string): number | null {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(written);
  if (!found) return null;
  const day = Date.UTC(Number(found[1]), Number(found[2]) - 1, Number(found[3])) / DAY_MS;
  return writeDay(day) === written ? day : null;
}

export const writeDay = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

/** 1970-01-01 was a Thursday. */
export const weekdayOf = (day: number): number => (((day + 3) % 7) + 7) % 7;

/** The days of a month, 0 is January. */
export function daysOfMonth(year: number, month: number): number[] {
  const first = Date.UTC(year, month, 1) / DAY_MS;
  const next = Date.UTC(year, month + 1, 1) / DAY_MS;
  return Array.from({ length: next - first }, (_, index) => first + index);
}

/** The same day of another month, or the last one of it. */
export function monthsLater(day: number, months: number): number {
  const date = new Date(day * DAY_MS);
  const days = daysOfMonth(date.getUTCFullYear(), date.getUTCMonth() + months);
  return days[Math.min(date.getUTCDate(), days.length) - 1] ?? day;
}

/** A day as `Intl` may write it with `timeZone: 'UTC'`. */
export const dateOf = (day: number): Date => new Date(day * DAY_MS);
