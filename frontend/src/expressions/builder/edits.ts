/** Edits of the builder's picture: pure functions from one picture to the next. An id that is not there changes nothing. */
import { type Group, type Item, type Mode, newGroup, newId, type Row } from './items';

export interface Spot {
  parent: Group;
  index: number;
}

/** Where an item stands; null for the root and for what is not there. */
export function spotOf(root: Group, id: number): Spot | null {
  const index = root.items.findIndex((item) => item.id === id);
  if (index >= 0) return { parent: root, index };
  for (const item of root.items) {
    const found = item.kind === 'group' ? spotOf(item, id) : null;
    if (found) return found;
  }
  return null;
}

export function itemOf(root: Group, id: number): Item | null {
  const spot = spotOf(root, id);
  return spot ? (spot.parent.items[spot.index] ?? null) : root.id === id ? root : null;
}

/** The picture with one group's items changed. */
function within(group: Group, id: number, change: (items: readonly Item[]) => readonly Item[]): Group {
  if (group.id === id) return { ...group, items: change(group.items) };
  return { ...group, items: group.items.map((item) => (item.kind === 'group' ? within(item, id, change) : item)) };
}

const without = (items: readonly Item[], id: number) => items.filter((item) => item.id !== id);
const inserted = (items: readonly Item[], index: number, ...more: Item[]) => [
  ...items.slice(0, index),
  ...more,
  ...items.slice(index),
];

export function addItem(root: Group, parent: number, item: Item, index = Number.POSITIVE_INFINITY): Group {
  return within(root, parent, (items) => inserted(items, Math.min(index, items.length), item));
}

/** Takes an item out; a group left empty by that goes too, except the root. */
export function removeItem(root: Group, id: number): Group {
  const spot = spotOf(root, id);
  if (!spot) return root;
  if (spot.parent.items.length === 1 && spot.parent.id !== root.id) return removeItem(root, spot.parent.id);
  return within(root, spot.parent.id, (items) => without(items, id));
}

export function replaceItem(root: Group, item: Item): Group {
  const spot = spotOf(root, item.id);
  return spot
    ? within(root, spot.parent.id, (items) => items.map((each) => (each.id === item.id ? item : each)))
    : root;
}

export function setMode(root: Group, id: number, mode: Mode): Group {
  if (root.id === id) return { ...root, mode };
  const group = itemOf(root, id);
  return group?.kind === 'group' ? replaceItem(root, { ...group, mode }) : root;
}

export function duplicate(root: Group, id: number): Group {
  const spot = spotOf(root, id);
  const item = spot?.parent.items[spot.index];
  return item ? addItem(root, spot.parent.id, renewed(item), spot.index + 1) : root;
}

function renewed(item: Item): Item {
  return item.kind === 'group' ? { ...item, id: newId(), items: item.items.map(renewed) } : { ...item, id: newId() };
}

/** Puts an item elsewhere: into a group, before the item that stands at `index` there now. */
export function moveTo(root: Group, id: number, parent: number, index: number): Group {
  const spot = spotOf(root, id);
  const item = spot?.parent.items[spot.index];
  const target = itemOf(root, parent);
  if (!spot || !item || target?.kind !== 'group' || contains(item, parent)) return root;
  const shifted = spot.parent.id === parent && spot.index < index ? index - 1 : index;
  if (spot.parent.id === parent && shifted === spot.index) return root;
  const taken = within(root, spot.parent.id, (items) => without(items, id));
  return withoutEmpty(addItem(taken, parent, item, shifted), spot.parent.id);
}

const contains = (item: Item, id: number): boolean =>
  item.id === id || (item.kind === 'group' && item.items.some((each) => contains(each, id)));

function withoutEmpty(root: Group, id: number): Group {
  const group = itemOf(root, id);
  return group?.kind === 'group' && group.items.length === 0 && id !== root.id ? removeItem(root, id) : root;
}

/** One place up or down among its siblings; past the edge of a group, out of it. */
export function step(root: Group, id: number, by: -1 | 1): Group {
  const spot = spotOf(root, id);
  if (!spot) return root;
  const index = spot.index + by;
  if (index >= 0 && index < spot.parent.items.length) {
    return moveTo(root, id, spot.parent.id, by > 0 ? index + 1 : index);
  }
  const outer = spotOf(root, spot.parent.id);
  return outer ? moveTo(root, id, outer.parent.id, outer.index + (by > 0 ? 1 : 0)) : root;
}

/** Into the group before it, or into a new group of its own. */
export function indent(root: Group, id: number): Group {
  const spot = spotOf(root, id);
  const item = spot?.parent.items[spot.index];
  if (!spot || !item) return root;
  const before = spot.parent.items[spot.index - 1];
  if (before?.kind === 'group') return moveTo(root, id, before.id, before.items.length);
  const group = newGroup(spot.parent.mode === 'any' ? 'all' : 'any', [item]);
  return within(root, spot.parent.id, (items) => items.map((each) => (each.id === id ? group : each)));
}

/** Out of its group, behind it. */
export function outdent(root: Group, id: number): Group {
  const spot = spotOf(root, id);
  const outer = spot && spotOf(root, spot.parent.id);
  return outer ? moveTo(root, id, outer.parent.id, outer.index + 1) : root;
}

/** All rows, in the order of the screen. */
export function rowsOf(group: Group): Row[] {
  return group.items.flatMap((item) => (item.kind === 'group' ? rowsOf(item) : item.kind === 'row' ? [item] : []));
}
