/** Business calendars of every shape, as Python and PostgreSQL count them (tests/engine/language/test_calendar.py). */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Calendar, type CalendarJson } from './calendar';
import { type Clock, clockOf, DAY, writeDate, writeTime } from './civil';
import { momentOf } from './evaluate';
import { FUNCTIONS } from './functions';
import { computeFor } from './functions/function';
import { type Integer, plus, times } from './integers';
import { readerOf, type Value } from './values';

type Case = (string | number | boolean | null)[];
interface Shape {
  readonly calendar: CalendarJson;
  readonly [method: string]: unknown;
}

const file = resolve(import.meta.dirname, '../../../tests/language/calendars.json');
const shapes = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Shape>;

const day = (written: unknown): number => readerOf('date')(written) as number;
const clock = (written: unknown): Clock => clockOf(readerOf('datetime')(written) as Integer);
const dateOf = (found: number | null): string | null => (found === null ? null : writeDate(found));
const wallOf = (found: Clock | null): string | null => found && `${writeDate(found.day)}T${writeTime(found.time)}`;

const METHODS: Record<string, (calendar: Calendar, ...operands: Case) => unknown> = {
  add_days: (calendar, from, count) => dateOf(calendar.addDays(day(from), Number(count))),
  days_between: (calendar, from, to) => calendar.daysBetween(day(from), day(to)),
  add_time: (calendar, from, micros) => wallOf(calendar.addTime(clock(from), Number(micros))),
  time_between: (calendar, from, to) => String(calendar.timeBetween(clock(from), clock(to))),
  is_business_time: (calendar, wall) => calendar.isBusinessTime(clock(wall)),
};

/** Microseconds beyond 2^53 lose digits in JSON.parse; this is the one the file has. */
const LONGEST = String(plus(times(3_652_059, DAY), -1));

describe.each(Object.entries(shapes))('%s', (_, shape) => {
  const calendar = new Calendar(shape.calendar);
  const cases = Object.keys(METHODS).flatMap((method) =>
    ((shape[method] ?? []) as Case[]).map((each) => [method, each]),
  );

  it.each(cases as [string, Case][])('%s %j', (method, each) => {
    const wanted = each.at(-1);
    const written = method === 'time_between' ? (Number(wanted) > 2 ** 53 ? LONGEST : String(wanted)) : wanted;
    expect(METHODS[method]?.(calendar, ...each.slice(0, -1))).toBe(written);
  });
});

describe('a calendar with a zone', () => {
  const moment = momentOf(
    '2026-11-23T09:00:00+08:00[Asia/Shanghai]',
    undefined,
    new Calendar({ zone: 'America/New_York' }),
  );
  const at = (written: string): Value => readerOf('datetime')(written);
  const call = (key: string, types: string[], result: string, ...operands: Value[]): Value => {
    const definition = FUNCTIONS[key];
    return definition ? computeFor(definition, types, result)(moment, ...operands) : null;
  };

  it('counts on its own clocks', () => {
    expect(call('is_business_time', ['datetime'], 'boolean', at('2026-11-23T15:00:00Z'))).toBe(true);
    expect(call('is_business_time', ['datetime'], 'boolean', at('2026-11-23T02:00:00Z'))).toBe(false);
    const one = readerOf('number')('1');
    const found = call('add_business_days', ['datetime', 'number'], 'datetime', at('2026-11-21T03:00:00Z'), one);
    expect(found).toBe(at('2026-11-24T03:00:00Z'));
  });
});
