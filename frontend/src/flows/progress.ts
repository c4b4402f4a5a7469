/**
 * How far an instance is, read from its tokens and history: the state of each node, and the edges that were taken.
 *
 * History names every node that is entered. That of runs from before names tasks, actions, timers, joins and ends only: start
 * events and gateways were passed in silence. So each visit is led back through silent nodes to the visit it came from, the
 * most recent one that can have led there; a join came from all that did. What was sent back is undone: the steps after the
 * target lie ahead again.
 */
import type { Flow, HistoryItem, Instance, Token } from './types';

export type NodeState = 'ahead' | 'live' | 'done' | 'withdrawn' | 'incident';

export interface Progress {
  node: (id: string) => NodeState;
  edge: (id: string) => boolean;
  /** What waits at a node, each with what for and since when. */
  tokens: (id: string) => Token[];
  history: (id: string) => HistoryItem[];
}

/** Nothing has happened: a definition drawn by itself. */
export const NO_PROGRESS: Progress = {
  node: () => 'ahead',
  edge: () => false,
  tokens: () => [],
  history: () => [],
};

const SILENT = new Set(['start_event', 'exclusive_gateway', 'parallel_gateway']);

const JOINS = new Set(['parallel_gateway', 'inclusive_gateway', 'complex_gateway']);
const AGAIN = new Set(['task_opened', 'joined', 'node_entered']);
const WITHDRAWN = new Set(['task_cancelled', 'node_cancelled']);

/** A way back from a node to the visit it came from: its edges, and when that visit was. */
interface Way {
  edges: string[];
  nodes: string[];
  order: number;
}

class Trace {
  readonly visited = new Map<string, number>();
  readonly edges = new Set<string>();
  readonly withdrawn = new Set<string>();
  private readonly left = new Set<string>();
  private order = 0;

  /** `detailed`: leaving a node is told too; nothing was reached from one that was not left. */
  constructor(
    private readonly flow: Flow,
    private readonly detailed: boolean,
  ) {}

  leave(id: string): void {
    this.left.add(id);
  }

  visit(id: string, edge?: unknown): void {
    if (typeof edge === 'string') this.edges.add(edge);
    for (const way of typeof edge === 'string' ? [] : this.camefrom(id)) {
      for (const edge of way.edges) this.edges.add(edge);
      for (const node of way.nodes) if (!this.visited.has(node)) this.visited.set(node, way.order);
    }
    this.order += 1;
    this.visited.set(id, this.order);
    this.left.delete(id);
    this.withdrawn.delete(id);
  }

  /** A task nobody need do any more; one that was sent back already lies ahead and stays so. */
  withdraw(id: string): void {
    if (this.visited.delete(id)) this.withdrawn.add(id);
  }

  /** The steps after the target lie ahead again. */
  sendBack(target: string): void {
    const after = this.after(target);
    for (const id of after) this.visited.delete(id);
    for (const edge of this.flow.edges)
      if (edge.source === target || after.has(edge.source)) this.edges.delete(edge.id);
  }

  private camefrom(id: string): Way[] {
    const ways = this.flow.edges
      .filter((edge) => edge.target === id)
      .flatMap((edge) => this.back(edge.source, [edge.id], new Set([id])));
    if (JOINS.has(this.type(id) ?? '')) return ways;
    return ways.sort((a, b) => b.order - a.order).slice(0, 1);
  }

  private back(id: string, edges: string[], seen: Set<string>): Way[] {
    const order = this.visited.get(id);
    if (order !== undefined) return this.detailed && !this.left.has(id) ? [] : [{ edges, nodes: [], order }];
    if (seen.has(id) || !SILENT.has(this.type(id) ?? '')) return [];
    if (this.type(id) === 'start_event') return [{ edges, nodes: [id], order: 0 }];
    const path = new Set(seen).add(id);
    return this.flow.edges
      .filter((edge) => edge.target === id)
      .flatMap((edge) => this.back(edge.source, [...edges, edge.id], path))
      .map((way) => ({ ...way, nodes: [...way.nodes, id] }));
  }

  private after(target: string): Set<string> {
    const found = new Set<string>();
    const waiting = [target];
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      for (const edge of this.flow.edges) {
        if (edge.source !== id || found.has(edge.target) || edge.target === target) continue;
        found.add(edge.target);
        waiting.push(edge.target);
      }
    }
    return found;
  }

  private type(id: string): string | undefined {
    return this.flow.nodes.find((node) => node.id === id)?.type;
  }
}

function trace(instance: Instance, history: HistoryItem[], live: Iterable<string>): Trace {
  const detailed = history.some(({ type }) => type === 'node_left');
  const found = new Trace(instance.definition, detailed);
  for (const { type, node_id: id, data } of history) {
    if (type === 'sent_back' && typeof data?.target === 'string') found.sendBack(data.target);
    else if (type === 'node_left' && id) found.leave(id);
    else if (WITHDRAWN.has(type) && id) found.withdraw(id);
    else if (id && (AGAIN.has(type) || !found.visited.has(id)))
      found.visit(id, type === 'node_entered' ? data?.edge : undefined);
  }
  for (const id of live) if (!found.visited.has(id)) found.visit(id);
  return found;
}

/** Nodes where the run cannot go on by itself. */
function blocked(instance: Instance): Set<string | null> {
  const all = instance.incident?.all ?? (instance.incident ? [instance.incident] : []);
  return new Set(all.filter(({ blocking }) => blocking !== false).map(({ node_id }) => node_id));
}

/** What is told of a run, in order: the trail of all of it, and every line of its latest part. */
function told({ history, trail = [] }: Instance): { path: HistoryItem[]; lines: HistoryItem[] } {
  const inOrder = (lines: HistoryItem[]) => [...lines].sort((a, b) => a.at.localeCompare(b.at));
  const recent = inOrder(history);
  const first = recent[0]?.at ?? '';
  const older = inOrder(trail).filter(({ at }) => at < first);
  return { path: trail.length > 0 ? inOrder(trail) : recent, lines: [...older, ...recent] };
}

export function progressOf(instance: Instance): Progress {
  const { path, lines } = told(instance);
  const live = new Set(instance.tokens.map((token) => token.node_id));
  const { visited, edges, withdrawn } = trace(instance, path, live);
  const stuck = blocked(instance);
  return {
    node: (id) => {
      if (stuck.has(id)) return 'incident';
      if (live.has(id)) return 'live';
      if (withdrawn.has(id)) return 'withdrawn';
      return visited.has(id) ? 'done' : 'ahead';
    },
    edge: (id) => edges.has(id),
    tokens: (id) => instance.tokens.filter((token) => token.node_id === id),
    history: (id) => lines.filter((item) => item.node_id === id),
  };
}
