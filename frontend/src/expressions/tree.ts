/** The stored tree of an expression as this folder edits it: copied, compared, and stripped of what is only about its text. */
import type { Tree } from '@/language';
import type { Field } from '@/metadata';

/** The operation `text` holds text that the server parses. */
export type { Tree };

/** A variable of a flow, as its definition writes it. */
export type Variable = Pick<Field, 'key' | 'type' | 'label' | 'entity' | 'currency'>;

/** What an expression is about, as the server names it; a flow that is being written says what it has. */
export type About =
  | { entity: string }
  | { form: string }
  | { flow: string; draft?: { entity: string; variables: readonly Variable[] } };

const SORTED = (_: string, value: unknown): unknown =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

/** Whether two trees are the same, whatever the order of their members. */
export function sameTree(left: unknown, right: unknown): boolean {
  return JSON.stringify(left, SORTED) === JSON.stringify(right, SORTED);
}

/** The node without what belongs to its text: version, text, and where it stood. */
export function bare(tree: Tree): Tree {
  const { v: _v, text, start: _start, end: _end, ...node } = tree;
  const kept: Tree = tree.op === 'text' ? { ...node, text } : node;
  return tree.args ? { ...kept, args: tree.args.map(bare) } : kept;
}

/** The one operand, or the operand at an index; undefined when there is none. */
export const operand = (node: Tree, index = 0): Tree | undefined => node.args?.[index];

const CONDITION = 'boolean';

export const condition = (op: string, ...args: Tree[]): Tree => ({ op, type: CONDITION, args });
export const negated = (node: Tree): Tree => condition('not', node);
export const constant = (type: string, value: unknown): Tree => ({ op: 'const', type, value });
/** Text that the server parses in place. */
export const written = (text: string): Tree => ({ op: 'text', type: 'unknown', text });

/** `list:choice` -> `choice`; null for what is no list. */
export const itemType = (type: string): string | null => (type.startsWith('list:') ? type.slice(5) : null);

/** `money:CNY` -> `money`. */
export const kindOfType = (type: string): string => type.split(':', 1)[0] ?? type;
