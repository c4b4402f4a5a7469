/** Times of day as people type them. */
import { minuteOf } from './calendarDocument';

const DAY = 1440;
const written = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

/** `9`, `930`, `9:30` and `24:00` as `09:00`, `09:30` and `00:00`; null for what is no time. */
export function readTime(typed: string): string | null {
  const found = /^(\d{1,2})(?:[:：.]?(\d{2}))?$/.exec(typed.trim());
  if (!found) return null;
  const [hours, minutes] = [Number(found[1]), Number(found[2] ?? 0)];
  if (minutes > 59 || hours > 24 || (hours === 24 && minutes > 0)) return null;
  return written((hours % 24) * 60 + minutes);
}

/** On the clock's face: before midnight is the evening. */
export function stepTime(time: string, minutes: number): string {
  return written(((minuteOf(time) ?? 0) + minutes + DAY) % DAY);
}
