/** Date and time functions (engine/language/functions/dates.py). */
import { type Civil, civil } from '../civil';
import { Decimal } from '../decimal';
import { wall } from '../moment';
import { type Compute, type Functions, strict } from './function';

function part(name: keyof Civil): Compute {
  return strict((day: number) => Decimal.of(civil(day)[name]));
}

export const FUNCTIONS: Functions = {
  now: (moment) => moment.now,
  today: (moment) => (moment.now === null ? null : (wall(moment, moment.now)?.day ?? null)),
  days_between: strict((first: number, last: number) => Decimal.of(last - first)),
  year: part('year'),
  month: part('month'),
  day: part('day'),
};
