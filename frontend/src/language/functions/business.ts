/** Business time functions (engine/language/functions/business.py). */
import type { Clock } from '../civil';
import { Decimal } from '../decimal';
import { type Integer, minus } from '../integers';
import { instant, type Moment, wall } from '../moment';
import { whole } from './dates';
import { type Functions, strictAt, typed } from './function';

/** The same moment with the zone of the office. */
function office(moment: Moment): Moment {
  return moment.calendar.zone === null ? moment : { ...moment, zone: moment.calendar.zone };
}

function addDays(moment: Moment, day: number, count: Decimal): number | null {
  const days = whole(count);
  return days === null ? null : moment.calendar.addDays(day, days);
}

function addDaysToMoment(moment: Moment, from: Integer, count: Decimal): Integer | null {
  const clock = wall(office(moment), from);
  const day = clock && addDays(moment, clock.day, count);
  return clock === null || day === null ? null : instant(office(moment), { day, time: clock.time });
}

/** From midnight of a day: the day on which it ends. */
function addTime(moment: Moment, day: number, length: Integer): number | null {
  return moment.calendar.addTime({ day, time: 0 }, length)?.day ?? null;
}

function addTimeToMoment(moment: Moment, from: Integer, length: Integer): Integer | null {
  const clock = wall(office(moment), from);
  if (clock === null || length === 0) return clock && from;
  const end: Clock | null = moment.calendar.addTime(clock, length);
  return end && instant(office(moment), end);
}

function timeBetween(moment: Moment, first: Integer, last: Integer): Integer | null {
  const [earlier, later] = first <= last ? [first, last] : [last, first];
  const [begin, end] = [wall(office(moment), earlier), wall(office(moment), later)];
  if (begin === null || end === null) return null;
  // An hour that occurs twice makes the clocks go back, business time never.
  const found = moment.calendar.timeBetween(begin, end);
  const between = found < 0 ? 0 : found;
  return first <= last ? between : minus(0, between);
}

export const FUNCTIONS: Functions = {
  is_business_day: strictAt(({ calendar }, day: number) => calendar.isBusinessDay(day)),
  add_business_days: typed((_, result) => strictAt(result === 'datetime' ? addDaysToMoment : addDays)),
  business_days_between: strictAt(({ calendar }, first: number, last: number) =>
    Decimal.of(calendar.daysBetween(first, last)),
  ),
  next_business_day: strictAt(({ calendar }, day: number) => calendar.addDays(day, 1)),
  previous_business_day: strictAt(({ calendar }, day: number) => calendar.addDays(day, -1)),
  business_day_on_or_after: strictAt(({ calendar }, day: number) =>
    calendar.isBusinessDay(day) ? day : calendar.addDays(day, 1),
  ),
  is_business_time: strictAt((moment, from: Integer) => {
    const clock = wall(office(moment), from);
    return clock && moment.calendar.isBusinessTime(clock);
  }),
  add_business_time: typed((_, result) => strictAt(result === 'datetime' ? addTimeToMoment : addTime)),
  business_time_between: strictAt(timeBetween),
};
