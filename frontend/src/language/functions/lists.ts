/** List functions (engine/language/functions/lists.py). A list holds no empties, and a list of nothing is null. */
import { Decimal } from '../decimal';
import { type Integer, plus } from '../integers';
import { compare, inDuration, same, type Value } from '../values';
import { type Functions, lenient, strict, typed } from './function';

type List = readonly Value[];

const listOf = (value: Value | undefined): List => (Array.isArray(value) ? value : []);
const filled = (values: List): Value => (values.length > 0 ? values : null);
const orNothing = (value: Value | undefined): Value => value ?? null;
const whole = (number: Decimal): number => Number(number.toInteger() ?? 0);

const total = (numbers: List): Decimal =>
  numbers.reduce<Decimal>((sum, each) => sum.add(each as Decimal), Decimal.of(0));

const average = (list: List): Value => total(list).divide(Decimal.of(list.length));

function median(list: List): Value {
  const ordered = [...list].sort(compare);
  const middle = Math.floor(ordered.length / 2);
  if (ordered.length % 2 === 1) return orNothing(ordered[middle]);
  return total(ordered.slice(middle - 1, middle + 1)).divide(Decimal.of(2));
}

/** The item before all others in an order; of equals the first. */
const extreme = (sign: number) => (list: List) =>
  list.reduce((best, each) => (compare(each, best) * sign > 0 ? each : best));

function at(list: List, place: Decimal): Value {
  const index = whole(place);
  return index === 0 ? null : orNothing(list.at(index > 0 ? index - 1 : index));
}

function distinct(list: List): Value {
  return filled(list.filter((each, index) => list.findIndex((other) => same(each, other)) === index));
}

const has = (list: List, item: Value): boolean => list.some((each) => same(each, item));

export const FUNCTIONS: Functions = {
  count: lenient((list) => Decimal.of(listOf(list).length)),
  sum: typed(([type = '']) =>
    type.startsWith('list:duration')
      ? strict((list: readonly Integer[]) => inDuration(list.reduce(plus, 0)))
      : strict(total),
  ),
  avg: strict(average),
  median: strict(median),
  lowest: strict(extreme(-1)),
  highest: strict(extreme(1)),
  first: strict((list: List) => orNothing(list[0])),
  last: strict((list: List) => orNothing(list.at(-1))),
  at: strict(at),
  take: strict((list: List, count: Decimal) => filled(list.slice(0, whole(count)))),
  distinct: strict(distinct),
  sort: strict((list: List) => [...list].sort(compare)),
  index_of: lenient((list, value) =>
    Decimal.of(value === null ? 0 : listOf(list).findIndex((each) => same(each, value as Value)) + 1),
  ),
  join: lenient((list, separator) => (list === null ? null : listOf(list).join(String(separator ?? '')))),
  union: lenient((first, second) => distinct([...listOf(first), ...listOf(second)])),
  intersect: strict((first: List, second: List) => distinct(first.filter((each) => has(second, each)))),
  except: lenient((first, second) => distinct(listOf(first).filter((each) => !has(listOf(second), each)))),
  is_subset: lenient((first, second) => listOf(first).every((each) => has(listOf(second), each))),
};
