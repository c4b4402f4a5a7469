/** The stored, typed tree of an expression (engine/language/tree.py), and what can be said of it without running it. */
export interface Tree {
  readonly v?: number;
  readonly op: string;
  readonly type: string;
  readonly args?: readonly Tree[];
  readonly value?: unknown;
  readonly path?: readonly string[];
  readonly hops?: readonly (string | null)[];
  readonly comments?: readonly string[];
  /** Comments after everything; only on the root, as the text is. */
  readonly trailing?: readonly string[];
  readonly text?: string;
  /** Where it stood in the text, when the server was asked for that. */
  readonly start?: number;
  readonly end?: number;
}

/** The server writes older trees anew before it sends them. */
export const VERSION = 2;

/** Operations that bind a variable, named by `value`, in their second operand. */
const BINDERS: ReadonlySet<string> = new Set(['some', 'every', 'filter', 'map']);

/** The variable that an operation binds in the operand at `index`; null when it binds none there. */
export function bound(tree: Tree, index: number): string | null {
  return index === 1 && BINDERS.has(tree.op) ? String(tree.value) : null;
}

/** The paths a tree reads from outside, each once, in the order they occur; a variable of the expression is none. */
export function dependencies(tree: Tree): string[][] {
  const found = new Map<string, string[]>();
  const visit = (node: Tree, variables: ReadonlySet<string>): void => {
    const [first] = node.path ?? [];
    if (node.op === 'field' && node.path && first !== undefined && !variables.has(first))
      found.set(node.path.join('.'), [...node.path]);
    node.args?.forEach((arg, index) => {
      const variable = bound(node, index);
      visit(arg, variable === null ? variables : new Set([...variables, variable]));
    });
  };
  visit(tree, new Set());
  return [...found.values()];
}

/** A tree and all below it. */
export function* nodesOf(tree: Tree): Generator<Tree> {
  yield tree;
  for (const arg of tree.args ?? []) yield* nodesOf(arg);
}
