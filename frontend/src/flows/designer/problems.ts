/** Which node or connection a problem of a flow is about. */
import type { DefinitionProblem } from '@/build/api';
import type { Flow } from '../types';
import type { Chosen } from './design';

/** The node or edge that a JSON pointer leads into. */
export function chosenAt(flow: Flow, path: string): Chosen | null {
  const [, list, index] = /^\/(nodes|edges)\/(\d+)/.exec(path) ?? [];
  if (!list || !index) return null;
  const found = list === 'nodes' ? flow.nodes[Number(index)] : flow.edges[Number(index)];
  return found ? { kind: list === 'nodes' ? 'node' : 'edge', id: found.id } : null;
}

/** Paths of edges lead to the edge; else what the server marks, else where the path leads. */
export function concerning(flow: Flow, { path, node }: DefinitionProblem): Chosen | null {
  const at = chosenAt(flow, path);
  if (at?.kind === 'edge') return at;
  return node && flow.nodes.some(({ id }) => id === node) ? { kind: 'node', id: node } : at;
}

/** The worst problem of each node; of a connection it is told at the node that it leaves. */
export function worst(flow: Flow, problems: readonly DefinitionProblem[]): Map<string, 'error' | 'warning'> {
  const found = new Map<string, 'error' | 'warning'>();
  for (const problem of problems) {
    const about = concerning(flow, problem);
    const edge = about?.kind === 'edge' ? flow.edges.find(({ id }) => id === about.id) : undefined;
    const id = edge?.source ?? about?.id;
    if (id && found.get(id) !== 'error') found.set(id, problem.severity);
  }
  return found;
}
