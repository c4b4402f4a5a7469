/** Edits of the picture: where things go, and what they leave alone. */
import { describe, expect, it } from 'vitest';
import { ACTIONS, neighbour } from './actions';
import { addItem, duplicate, indent, moveTo, outdent, removeItem, setMode, spotOf, step } from './edits';
import { type Group, type Item, newGroup, newRow } from './items';

const row = (name: string): Item => newRow({ op: 'field', type: 'boolean', path: [name] }, 'yes', []);
const nameOf = (item: Item): unknown =>
  item.kind === 'group' ? [item.mode, ...item.items.map(nameOf)] : item.kind === 'row' ? item.field.path?.[0] : 'text';
const shape = (group: Group) => nameOf(group);

/** all [a, any [b, c], d] */
function picture() {
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(row) as [Item, Item, Item, Item];
  const inner = newGroup('any', [b, c]);
  return { root: newGroup('all', [a, inner, d]), a: a.id, b: b.id, c: c.id, d: d.id, inner: inner.id };
}

describe('moving', () => {
  it('goes past neighbours, and out of a group at its edge', () => {
    const { root, a, b, c, d } = picture();
    expect(shape(step(root, a, 1))).toEqual(['all', ['any', 'b', 'c'], 'a', 'd']);
    expect(shape(step(root, d, -1))).toEqual(['all', 'a', 'd', ['any', 'b', 'c']]);
    expect(shape(step(root, b, -1))).toEqual(['all', 'a', 'b', ['any', 'c'], 'd']);
    expect(shape(step(root, c, 1))).toEqual(['all', 'a', ['any', 'b'], 'c', 'd']);
    expect(step(root, a, -1)).toBe(root);
  });

  it('indents into the group before, or into a new one of the other kind', () => {
    const { root, a, b, d } = picture();
    expect(shape(indent(root, d))).toEqual(['all', 'a', ['any', 'b', 'c', 'd']]);
    expect(shape(indent(root, a))).toEqual(['all', ['any', 'a'], ['any', 'b', 'c'], 'd']);
    expect(shape(indent(root, b))).toEqual(['all', 'a', ['any', ['all', 'b'], 'c'], 'd']);
  });

  it('takes out of a group, and an empty group away', () => {
    const { root, a, b, c } = picture();
    const once = outdent(root, b);
    expect(shape(once)).toEqual(['all', 'a', ['any', 'c'], 'b', 'd']);
    expect(shape(outdent(once, c))).toEqual(['all', 'a', 'c', 'b', 'd']);
    expect(outdent(root, a)).toBe(root);
  });

  it('drops at a place, never into itself', () => {
    const { root, a, d, inner } = picture();
    expect(shape(moveTo(root, d, inner, 1))).toEqual(['all', 'a', ['any', 'b', 'd', 'c']]);
    expect(shape(moveTo(root, a, root.id, 3))).toEqual(['all', ['any', 'b', 'c'], 'd', 'a']);
    expect(moveTo(root, inner, inner, 0)).toBe(root);
    expect(moveTo(root, a, root.id, 1)).toBe(root);
  });
});

describe('the rest', () => {
  it('adds, duplicates with ids of their own, removes', () => {
    const { root, b, c, inner } = picture();
    expect(shape(addItem(root, inner, row('x'), 1))).toEqual(['all', 'a', ['any', 'b', 'x', 'c'], 'd']);
    const twice = duplicate(root, inner);
    expect(shape(twice)).toEqual(['all', 'a', ['any', 'b', 'c'], ['any', 'b', 'c'], 'd']);
    const ids = JSON.stringify(twice).match(/"id":\d+/g) ?? [];
    expect(new Set(ids).size).toBe(ids.length);
    expect(shape(removeItem(removeItem(root, b), c))).toEqual(['all', 'a', 'd']);
    expect(shape(setMode(root, inner, 'none'))).toEqual(['all', 'a', ['none', 'b', 'c'], 'd']);
  });

  it('leaves everything as it is for an id that is not there', () => {
    const { root } = picture();
    for (const { run } of ACTIONS) expect(run(root, -1)).toBe(root);
    expect(setMode(root, -1, 'any')).toBe(root);
  });

  it('shares what it does not touch', () => {
    const { root, a, inner } = picture();
    const group = root.items[1];
    expect(removeItem(root, a).items[0]).toEqual(group);
    expect(spotOf(root, inner)?.index).toBe(1);
  });

  it('knows where to go when something is removed', () => {
    const { root, a, c, b, d, inner } = picture();
    expect(neighbour(root, a)).toBe(inner);
    expect(neighbour(root, d)).toBe(inner);
    expect(neighbour(root, c)).toBe(b);
  });
});
