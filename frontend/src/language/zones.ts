/**
 * Wall time and moments, in the zone of an evaluation. A wall time that a clock change skips is read with the offset before
 * the change, one that occurs twice with the offset after: the lesser offset both times, in every back end.
 */
import { DAY, dayOf, SECOND } from './civil';
import { type Integer, minus, plus } from './integers';

export interface Zone {
  /** What the clocks show less UTC at a moment, in microseconds. */
  offsetAt(moment: Integer): number;
  /** The offset that a wall time (microseconds as if in UTC) is read with. */
  offsetFor(wall: Integer): number;
}

export const UTC: Zone = fixed(0);

/** A zone whose clocks never change. */
export function fixed(offset: number): Zone {
  return { offsetAt: () => offset, offsetFor: () => offset };
}

const named = new Map<string, Zone>();

/** A zone of the IANA database. Throws RangeError for a name it does not have. */
export function zoneNamed(name: string): Zone {
  let zone = named.get(name);
  if (!zone) {
    zone = new ChangingZone(name);
    named.set(name, zone);
  }
  return zone;
}

const HOUR = 3_600_000;
const MOST_HOURS_KEPT = 20_000;
const PARTS = {
  calendar: 'gregory',
  numberingSystem: 'latn',
  hourCycle: 'h23',
  era: 'short',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
} as const;

class ChangingZone implements Zone {
  private readonly format: Intl.DateTimeFormat;
  /** Offsets at the start of hours of UTC. */
  private readonly hours = new Map<number, number>();

  constructor(name: string) {
    this.format = new Intl.DateTimeFormat('en-US', { ...PARTS, timeZone: name });
  }

  offsetAt(moment: Integer): number {
    const millis = Math.floor(Number(moment) / 1000);
    const hour = Math.floor(millis / HOUR);
    const offset = this.atHour(hour);
    // Clocks change within an hour too (at half past, in places): then the moment itself is asked.
    return offset === this.atHour(hour + 1) ? offset : this.measured(millis);
  }

  offsetFor(wall: Integer): number {
    const [before, after] = [this.offsetAt(minus(wall, DAY)), this.offsetAt(plus(wall, DAY))];
    if (before === after) return before;
    const wasBefore = this.offsetAt(minus(wall, before)) === before;
    const wasAfter = this.offsetAt(minus(wall, after)) === after;
    if (wasBefore === wasAfter) return Math.min(before, after);
    return wasBefore ? before : after;
  }

  private atHour(hour: number): number {
    let offset = this.hours.get(hour);
    if (offset === undefined) {
      if (this.hours.size >= MOST_HOURS_KEPT) this.hours.clear();
      offset = this.measured(hour * HOUR);
      this.hours.set(hour, offset);
    }
    return offset;
  }

  private measured(millis: number): number {
    const parts: Record<string, string> = {};
    for (const { type, value } of this.format.formatToParts(millis)) parts[type] = value;
    const year = parts.era === 'AD' ? Number(parts.year) : 1 - Number(parts.year);
    const seconds = Number(parts.hour) * 3600 + Number(parts.minute) * 60 + Number(parts.second);
    const wall = dayOf(year, Number(parts.month), Number(parts.day)) * 86_400 + seconds;
    return (wall - Math.floor(millis / 1000)) * SECOND;
  }
}
