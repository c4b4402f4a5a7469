/** Operations on dates, times, durations and periods. */
import { addMonths, DAY, inCalendar } from './civil';
import { type Environment, lifted1, lifted2, type Make } from './closures';
import { Decimal } from './decimal';
import { floored, type Integer, minus, plus, times } from './integers';
import { instant, inTime, wall } from './moment';
import type { Tree } from './tree';
import { inDuration, inPeriod, type Value } from './values';

const bounded = (tree: Tree, value: Integer): Value => (tree.type === 'datetime' ? inTime(value) : inDuration(value));

/** Sums and differences of date-times and durations, empty outside the calendar. */
function moved(compute: (left: Integer, right: Integer) => Integer): Make {
  return (tree, operands, place) =>
    lifted2((left: Integer, right: Integer) => bounded(tree, compute(left, right)))(tree, operands, place);
}

/** A date moved by a duration of whole days. */
function movedByDays(sign: 1 | -1): Make {
  return lifted2((day: number, duration: Integer) => inCalendar(day + sign * Number(floored(duration, DAY))));
}

/** A date or date-time moved by months; the wall time stays. */
function movedByMonths(sign: 1 | -1): Make {
  return (tree, operands, place) => {
    const move = tree.type === 'datetime' ? momentByMonths : addMonths;
    return lifted2((from: number, months: number, environment) => move(from, sign * months, environment))(
      tree,
      operands,
      place,
    );
  };
}

function momentByMonths(moment: Integer, months: number, environment: Environment): Integer | null {
  const clock = wall(environment, moment);
  const day = clock && addMonths(clock.day, months);
  return clock === null || day === null ? null : instant(environment, { day, time: clock.time });
}

export const TIMES: Readonly<Record<string, Make>> = {
  'time+': moved(plus),
  'time-': moved(minus),
  'date+': movedByDays(1),
  'date-': movedByDays(-1),
  'days-': lifted2((left: number, right: number) => times(left - right, DAY)),
  'month+': movedByMonths(1),
  'month-': movedByMonths(-1),
  'period+': lifted2((left: number, right: number) => inPeriod(left + right)),
  'period-': lifted2((left: number, right: number) => inPeriod(left - right)),
  'period*': lifted2((months: number, factor: Decimal) => {
    const product = Decimal.of(months).multiply(factor).toInteger();
    return product === null ? null : inPeriod(product);
  }),
  'duration*': lifted2((duration: Integer, factor: Decimal) => inDuration(factor.ofInteger(duration))),
  'duration/': lifted2((duration: Integer, divisor: Decimal) =>
    divisor.sign() === 0 ? null : inDuration(divisor.intoInteger(duration)),
  ),
  ratio: lifted2((left: Integer, right: Integer) => Decimal.of(left).divide(Decimal.of(right))),
  to_datetime: lifted1((day: number, environment) => instant(environment, { day, time: 0 })),
  to_date: lifted1((moment: Integer, environment) => wall(environment, moment)?.day ?? null),
  date_at: lifted2((day: number, time: number, environment) => instant(environment, { day, time })),
};
