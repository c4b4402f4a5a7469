/** Operations on lists: membership, what a text or list contains, and the ones that bind a variable. */
import { type Closure, EMPTY, type Environment, type Make } from './closures';
import { holds, same, type Value } from './values';

export function items(value: Value): readonly Value[] {
  return Array.isArray(value) ? value : [];
}

const membership: Make = (tree, [item = EMPTY, list = EMPTY], place) => {
  const written = tree.args?.[1];
  if (written?.op !== 'list') {
    return (environment) => {
      const value = item(environment);
      return items(list(environment)).some((each) => same(value, each));
    };
  }
  // An empty member of a written list is a member like any other.
  const members = (written.args ?? []).map((member) => place.closureOf(member));
  return (environment) => {
    const value = item(environment);
    return members.some((member) => same(value, member(environment)));
  };
};

/** Quantified containment; the parts of a written list that are empty are left out. */
function containing(quantify: (parts: readonly Value[], test: (part: Value) => boolean) => boolean): Make {
  return (_, [holder = EMPTY, parts = EMPTY]) =>
    (environment) => {
      const held = holder(environment);
      return quantify(items(parts(environment)), (part) => holds(held, part));
    };
}

/** An operation that binds each item of a list in turn and asks its second operand. */
function binding(compute: (list: readonly Value[], ask: (item: Value) => Value) => Value): Make {
  return (_, [list = EMPTY, body = EMPTY], place) =>
    (environment) =>
      compute(items(list(environment)), askWith(environment, place.depth, body));
}

function askWith(environment: Environment, slot: number, body: Closure): (item: Value) => Value {
  return (item) => {
    environment.slots[slot] = item;
    return body(environment);
  };
}

const filled = (values: readonly Value[]): Value => (values.length > 0 ? values : null);

export const LISTS: Readonly<Record<string, Make>> = {
  list: (_, members) => (environment) =>
    filled(members.map((member) => member(environment)).filter((value) => value !== null)),
  in: membership,
  contains:
    (_, [holder = EMPTY, part = EMPTY]) =>
    (environment) =>
      holds(holder(environment), part(environment)),
  contains_any: containing((parts, test) => parts.some(test)),
  contains_all: containing((parts, test) => parts.every(test)),
  some: binding((list, ask) => list.some((item) => ask(item) === true)),
  every: binding((list, ask) => list.every((item) => ask(item) === true)),
  filter: binding((list, ask) => filled(list.filter((item) => ask(item) === true))),
  map: binding((list, ask) => filled(list.map(ask).filter((value) => value !== null))),
};
