/** The builder's promise: what it opens it writes back the same, whatever it can show of it. */
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bare, type Tree } from '../tree';
import { addItem, itemOf, rowsOf } from './edits';
import { type Block, type Group, isUnfinished, newBlock, newRow, readRoot, writeRoot } from './items';

const folder = resolve(import.meta.dirname, '../../../../tests/language/trees');
const all = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .flatMap((name) => JSON.parse(readFileSync(resolve(folder, name), 'utf8')) as Tree[]);
const conditions = all.filter(({ type }) => type === 'boolean');

const field = (path: string, type: string): Tree => ({ op: 'field', type, path: path.split('.') });
const text = (value: string): Tree => ({ op: 'const', type: 'text', value });
const is = (left: Tree, right: Tree): Tree => ({ op: '=', type: 'boolean', args: [left, right] });
const not = (node: Tree): Tree => ({ op: 'not', type: 'boolean', args: [node] });
const join = (op: 'and' | 'or', ...args: Tree[]): Tree => ({ op, type: 'boolean', args });
const urgent = field('urgent', 'boolean');
const paris = is(field('city', 'text'), text('Paris'));
const strange: Tree = {
  op: '>',
  type: 'boolean',
  args: [
    { op: 'call', type: 'number', args: [field('city', 'text')], value: 'length' },
    { op: 'const', type: 'number', value: '3' },
  ],
  comments: ['# long names'],
};

const blocksOf = (group: Group): Block[] =>
  group.items.flatMap((item) => (item.kind === 'group' ? blocksOf(item) : item.kind === 'block' ? [item] : []));
const shape = (group: Group): unknown => [
  group.mode,
  ...group.items.map((item) => (item.kind === 'group' ? shape(item) : item.kind === 'row' ? item.operator : 'text')),
];

describe('every condition of the vectors', () => {
  it('is there', () => expect(conditions.length).toBeGreaterThan(100));

  it('opened and written back is the same', () => {
    for (const tree of conditions) expect(writeRoot(readRoot(tree)), tree.text).toEqual(bare(tree));
  });

  it('keeps its text blocks, byte for byte, when something else is added', () => {
    for (const tree of conditions) {
      const root = readRoot(tree);
      const added = addItem(root, root.id, newRow(urgent, 'yes', []));
      expect(JSON.stringify(blocksOf(added)), tree.text).toBe(JSON.stringify(blocksOf(root)));
      const again = readRoot(writeRoot(added), '');
      expect(blocksOf(again).map(({ node }) => JSON.stringify(node))).toEqual(
        blocksOf(added).map(({ node }) => JSON.stringify(node)),
      );
    }
  });
});

describe('the picture', () => {
  it('has groups for and, or, and not', () => {
    expect(shape(readRoot(join('and', paris, join('or', urgent, not(paris)))))).toEqual([
      'all',
      'equal',
      ['any', 'yes', 'unequal'],
    ]);
    expect(shape(readRoot(not(join('or', paris, urgent))))).toEqual(['none', 'equal', 'yes']);
    expect(shape(readRoot(not(join('and', paris, urgent))))).toEqual(['none', ['all', 'equal', 'yes']]);
    expect(shape(readRoot(null))).toEqual(['all']);
  });

  it('has one row for between, and for its opposite', () => {
    const price = field('price', 'number');
    const bound = (op: string, value: string): Tree => ({
      op,
      type: 'boolean',
      args: [price, { op: 'const', type: 'number', value }],
    });
    const between = join('and', bound('>=', '1'), bound('<=', '5'));
    expect(shape(readRoot(between))).toEqual(['all', 'between']);
    expect(shape(readRoot(not(between)))).toEqual(['all', 'not_between']);
  });

  it('shows what no row can say as text, with its comments', () => {
    const root = readRoot(join('and', urgent, strange));
    expect(shape(root)).toEqual(['all', 'yes', 'text']);
    expect(writeRoot(root)).toEqual(join('and', urgent, strange));
  });

  it('takes the words of a block from the text, counted in code points', () => {
    const smile = is(text('😀'), field('city', 'text'));
    const words = '"😀" = city and  length(city)>3';
    const parts = join('and', { ...smile, start: 0, end: 10 }, { ...strange, start: 16, end: 30 });
    const blocks = blocksOf(readRoot({ ...parts, start: 0, end: 30 }, words));
    expect(blocks.map((block) => block.text)).toEqual(['"😀" = city', 'length(city)>3']);
  });

  it('keeps comments of rows, groups and after everything', () => {
    const commented = {
      ...join('or', { ...paris, comments: ['# far'] }, urgent),
      comments: ['# either'],
      trailing: ['# end'],
    };
    expect(writeRoot(readRoot(commented))).toEqual(commented);
    const alone = { ...paris, comments: ['# far'], trailing: ['# end'] };
    expect(writeRoot(readRoot(alone))).toEqual(alone);
  });

  it('leaves out what says nothing yet, and tells', () => {
    const root = readRoot(urgent);
    const missing = addItem(root, root.id, newRow(field('city', 'text'), 'equal', [null]));
    expect(isUnfinished(missing)).toBe(true);
    expect(writeRoot(missing)).toEqual(urgent);
    expect(writeRoot(addItem(missing, root.id, newBlock('  ')))).toEqual(urgent);
    expect(isUnfinished(root)).toBe(false);
    expect(itemOf(missing, rowsOf(missing)[1]?.id ?? 0)).toMatchObject({ operator: 'equal' });
  });
});
