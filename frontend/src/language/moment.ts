/** When and where an evaluation takes place: its `now()`, and the zone in which days and months are counted. */
import type { Calendar } from './calendar';
import { type Clock, clockOf, DAY, inCalendar } from './civil';
import { type Integer, minus, plus, times } from './integers';
import { fixed, type Zone, zoneNamed } from './zones';

export interface Moment {
  /** Microseconds of `now()` from 1970 in UTC, null when evaluation has no clock. */
  readonly now: Integer | null;
  readonly zone: Zone;
  /** When people work. */
  readonly calendar: Calendar;
}

const FIRST = -62_135_596_800_000_000n;
const LAST = 253_402_300_799_999_999n;

/** The microseconds of a moment, when the calendar has it. */
export function inTime(micros: Integer): Integer | null {
  return micros >= FIRST && micros <= LAST ? micros : null;
}

/** What the clocks of the zone show at a moment; null outside the calendar. */
export function wall({ zone }: Moment, moment: Integer): Clock | null {
  const clock = clockOf(plus(moment, zone.offsetAt(moment)));
  return inCalendar(clock.day) === null ? null : clock;
}

/** The moment at which the clocks of the zone show a wall time; null outside the calendar. */
export function instant({ zone }: Moment, { day, time }: Clock): Integer | null {
  if (inCalendar(day) === null) return null;
  const micros = plus(times(day, DAY), time);
  return inTime(minus(micros, zone.offsetFor(micros)));
}

/** The zone for the offset at the end of a written date-time (`Z`, `+08:00`); null when there is none. */
export function zoneOfOffset(written: string): Zone | null {
  const offset = microsOfOffset(OFFSET.exec(written.slice(DATE_LENGTH))?.[0] ?? '');
  return offset === null ? null : fixed(offset);
}

const DATE_LENGTH = 10;
/** The offset at the end of a written time. */
export const OFFSET = /(?:Z|[+-]\d{2}(?::?\d{2}(?::?\d{2})?)?)$/;

/** `+08:00` in microseconds; null when it is no offset. */
export function microsOfOffset(written: string): number | null {
  if (written === 'Z') return 0;
  const [hours, minutes = 0, seconds = 0] = written.match(/\d\d/g)?.map(Number) ?? [];
  if (hours === undefined || hours > 23 || minutes > 59 || seconds > 59) return null;
  const micros = (hours * 3600 + minutes * 60 + seconds) * 1_000_000;
  return written.startsWith('-') ? -micros : micros;
}

/** The zone of the machine. */
export function ownZone(): Zone {
  return zoneNamed(Intl.DateTimeFormat().resolvedOptions().timeZone);
}
