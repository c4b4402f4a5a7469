/**
 * The builder's picture of a condition: groups, rows, and blocks of text for what a row cannot show. Reading keeps a
 * promise: a row is made only where writing it gives the very node it was read from; any other node stays in a block, whole.
 */
import { bare, condition, itemType, negated, operand, sameTree, type Tree, written } from '../tree';
import { OPERATORS, operatorOf, type Parts } from './operators';
import { readValue, type Value, writeValue } from './values';

export type Mode = 'all' | 'any' | 'none';

export interface Group {
  kind: 'group';
  id: number;
  mode: Mode;
  items: readonly Item[];
  comments?: readonly string[];
  /** Comments after everything; the root's only. */
  trailing?: readonly string[];
}

export interface Row {
  kind: 'row';
  id: number;
  field: Tree;
  operator: string;
  values: readonly (Value | null)[];
  /** Type of the list the values stand in, where they do. */
  listType?: string;
  comments?: readonly string[];
}

export interface Block {
  kind: 'block';
  id: number;
  node: Tree;
  /** What the node says, as it was written; null when that has to be asked for. */
  text: string | null;
}

export type Item = Group | Row | Block;

let lastId = 0;
/** Ids tell items apart on the screen; they are no part of the condition. */
export function newId(): number {
  lastId += 1;
  return lastId;
}

const withComments = (node: Tree, { comments }: { comments?: readonly string[] }): Tree =>
  comments?.length ? { ...node, comments } : node;

/** Reads a tree, as the server gives it: with positions its blocks know their own `text`. */
export function readItem(tree: Tree, text = ''): Item {
  return readRow(tree) ?? readGroup(tree, text) ?? readBlock(tree, text);
}

/** An item only where it writes what it was read from. */
function faithful<I extends Item>(item: I | null, node: Tree): I | null {
  return item && sameTree(writeItem(item), node) ? item : null;
}

function readBlock(tree: Tree, text: string): Block {
  const known = tree.start !== undefined && tree.end !== undefined && tree.end > tree.start;
  const slice = known ? Array.from(text).slice(tree.start, tree.end).join('') : '';
  return { kind: 'block', id: newId(), node: bare(tree), text: tree.op === 'text' ? (tree.text ?? '') : slice || null };
}

function readRow(tree: Tree): Row | null {
  const { trailing: _, ...node } = bare(tree);
  const rows = OPERATORS.flatMap((operator) => {
    const parts = operator.read(node);
    const row = parts && faithful(rowOf(operator.key, parts, node), node);
    return row ? [row] : [];
  });
  // Of two that say the same, the one whose words are made for such a field: "is before", not "is less than".
  return rows.find(({ operator, field }) => operatorOf(operator).suits(field.type)) ?? rows[0] ?? null;
}

function rowOf(operator: string, { field, values, listType }: Parts, node: Tree): Row | null {
  const subject = itemType(field.type) ?? field.type;
  const read = values.map((value) => readValue(value, subject));
  if (read.includes(null)) return null;
  const isBareField = node.op === 'field';
  const comments = node.comments?.length && !isBareField ? { comments: node.comments } : {};
  return { kind: 'row', id: newId(), field, operator, values: read, ...(listType ? { listType } : {}), ...comments };
}

const MODES: Record<string, Mode> = { and: 'all', or: 'any' };

function readGroup(tree: Tree, text: string): Group | null {
  const { trailing: _, ...node } = bare(tree);
  return faithful(groupFrom(tree, text), node);
}

function groupFrom(tree: Tree, text: string): Group | null {
  const mode = MODES[tree.op];
  if (mode) return groupOf(mode, tree, tree.args ?? [], text);
  const inner = operand(tree);
  if (tree.op !== 'not' || !inner) return null;
  const spread = inner.op === 'or' && !inner.comments?.length && readRow(inner) === null;
  return groupOf('none', tree, spread ? (inner.args ?? []) : [inner], text);
}

function groupOf(mode: Mode, { comments }: Tree, args: readonly Tree[], text: string): Group {
  const items = args.map((arg) => readItem(arg, text));
  return { kind: 'group', id: newId(), mode, items, ...(comments?.length ? { comments } : {}) };
}

/** The whole condition as a group, which is what the builder shows; an empty one for no condition. */
export function readRoot(tree: Tree | null, text = ''): Group {
  if (!tree) return { kind: 'group', id: newId(), mode: 'all', items: [] };
  const item = readItem(tree, text);
  const trailing = tree.trailing?.length ? { trailing: tree.trailing } : {};
  if (item.kind === 'group') return { ...item, ...trailing };
  const inside = item.kind === 'block' ? { ...item, node: withoutTrailing(item.node) } : item;
  return { kind: 'group', id: newId(), mode: 'all', items: [inside], ...trailing };
}

function withoutTrailing({ trailing: _, ...node }: Tree): Tree {
  return node;
}

/** The node an item stands for; null while it says nothing yet (a value is missing, a group is empty). */
export function writeItem(item: Item): Tree | null {
  if (item.kind === 'block') return item.node.op === 'text' && !item.node.text?.trim() ? null : item.node;
  return item.kind === 'row' ? writeRow(item) : writeGroup(item);
}

function writeRow(row: Row): Tree | null {
  const operator = operatorOf(row.operator);
  const subject = itemType(row.field.type) ?? row.field.type;
  const values = row.values.flatMap((value) => (value ? [writeValue(value, subject)] : []));
  const wanted = { none: 0, one: 1, two: 2, many: row.listType ? 0 : 1 }[operator.takes];
  if (values.length < wanted || values.length < row.values.length) return null;
  return withComments(operator.write(row.field, values, row.listType ?? `list:${values[0]?.type ?? subject}`), row);
}

function writeGroup(group: Group): Tree | null {
  const args = group.items.flatMap((item) => writeItem(item) ?? []);
  const [only] = args;
  if (!only) return null;
  if (group.mode === 'none') {
    return withComments(negated(args.length === 1 ? only : condition('or', ...args)), group);
  }
  if (args.length === 1) return group.comments?.length ? { ...only, comments: joined(group, only) } : only;
  return withComments(condition(group.mode === 'all' ? 'and' : 'or', ...args), group);
}

const joined = ({ comments = [] }: Group, only: Tree): readonly string[] => [...comments, ...(only.comments ?? [])];

/** The whole condition as a node; null for none. */
export function writeRoot(root: Group): Tree | null {
  const node = writeGroup(root);
  return node && root.trailing?.length ? { ...node, trailing: root.trailing } : node;
}

/** Whether something of the picture says nothing yet, and is left out of what it writes. */
export function isUnfinished(item: Item): boolean {
  if (item.kind === 'group') return item.items.some((each) => isUnfinished(each) || writeItem(each) === null);
  return writeItem(item) === null;
}

export const newRow = (field: Tree, operator: string, values: readonly (Value | null)[]): Row => ({
  kind: 'row',
  id: newId(),
  field,
  operator,
  values,
});
export const newGroup = (mode: Mode, items: readonly Item[]): Group => ({ kind: 'group', id: newId(), mode, items });
export const newBlock = (text = ''): Block => ({ kind: 'block', id: newId(), node: written(text), text });
