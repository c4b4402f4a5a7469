/** How far an instance is, read from its tokens and history: the state of each node, and the edges that were taken. */
import type { Flow, FlowEdge, HistoryItem, Instance } from './types';

export type NodeState = 'ahead' | 'live' | 'done' | 'incident';

export interface Progress {
  node: (id: string) => NodeState;
  edge: (id: string) => boolean;
  /** Since when a token waits at a node. */
  since: (id: string) => string | null;
  history: (id: string) => HistoryItem[];
}

/** Nothing has happened: a definition drawn by itself. */
export const NO_PROGRESS: Progress = {
  node: () => 'ahead',
  edge: () => false,
  since: () => null,
  history: () => [],
};

/** The edges into a node that the run came along: for a join all that are filled, else the one left most recently. */
function entered(flow: Flow, id: string, seen: Map<string, number>): FlowEdge[] {
  const incoming = flow.edges.filter((edge) => edge.target === id && seen.has(edge.source));
  const join = flow.nodes.find((node) => node.id === id)?.type === 'parallel_gateway';
  if (join) return incoming;
  const latest = incoming.sort((a, b) => (seen.get(b.source) ?? 0) - (seen.get(a.source) ?? 0))[0];
  return latest ? [latest] : [];
}

function takenEdges(flow: Flow, visits: string[]): Set<string> {
  const seen = new Map<string, number>();
  const taken = new Set<string>();
  visits.forEach((id, order) => {
    for (const edge of entered(flow, id, seen)) taken.add(edge.id);
    seen.set(id, order);
  });
  return taken;
}

export function progressOf(instance: Instance): Progress {
  const flow = instance.definition;
  const history = [...instance.history].sort((a, b) => a.at.localeCompare(b.at));
  const live = new Map(instance.tokens.map((token) => [token.node_id, token.since]));
  const visits = history.flatMap((item) => (item.node_id ? [item.node_id] : []));
  const visited = new Set(visits);
  for (const id of live.keys()) if (!visited.has(id)) visits.push(id);
  const taken = takenEdges(flow, visits);
  const failed = new Set(history.filter((item) => item.type.includes('incident')).map((item) => item.node_id));
  const stopped = instance.status === 'failed' || instance.status === 'incident' || !!instance.incident;
  return {
    node: (id) => {
      if (stopped && failed.has(id)) return 'incident';
      if (live.has(id)) return 'live';
      return visited.has(id) ? 'done' : 'ahead';
    },
    edge: (id) => taken.has(id),
    since: (id) => live.get(id) ?? null,
    history: (id) => history.filter((item) => item.node_id === id),
  };
}
