/** Where nodes are drawn: the definition's positions (centres), or columns by distance from the start. */
import type { Flow, FlowNode, NodeType } from './types';

export interface Size {
  width: number;
  height: number;
}

export interface Place extends Size {
  /** Centre. */
  x: number;
  y: number;
}

const TASK: Size = { width: 164, height: 68 };
const EVENT: Size = { width: 38, height: 38 };
const GATEWAY: Size = { width: 50, height: 50 };

export const SIZES: Record<NodeType, Size> = {
  start_event: EVENT,
  end_event: EVENT,
  user_task: TASK,
  service_task: TASK,
  exclusive_gateway: GATEWAY,
  parallel_gateway: GATEWAY,
  timer_event: EVENT,
  boundary_timer: { width: 32, height: 32 },
};

const COLUMN = 220;
const ROW = 130;

/** Columns: the longest way from a node that nothing leads to, ignoring edges that lead back. */
export function columns(flow: Flow): Map<string, number> {
  const column = new Map(flow.nodes.map((node) => [node.id, 0]));
  const host = new Map(flow.nodes.map((node) => [node.id, node.attached_to ?? node.id]));
  const visit = (id: string, path: Set<string>) => {
    for (const edge of flow.edges) {
      if (host.get(edge.source) !== id || path.has(edge.target)) continue;
      const next = (column.get(id) ?? 0) + 1;
      if (next <= (column.get(edge.target) ?? 0)) continue;
      column.set(edge.target, next);
      visit(edge.target, new Set(path).add(edge.target));
    }
  };
  for (const node of flow.nodes) if (node.type === 'start_event') visit(node.id, new Set([node.id]));
  return column;
}

function automatic(flow: Flow): Map<string, { x: number; y: number }> {
  const column = columns(flow);
  const filled = new Map<number, number>();
  const found = new Map<string, { x: number; y: number }>();
  for (const node of flow.nodes) {
    if (node.attached_to) continue;
    const x = column.get(node.id) ?? 0;
    const row = filled.get(x) ?? 0;
    filled.set(x, row + 1);
    found.set(node.id, { x: x * COLUMN, y: row * ROW });
  }
  return found;
}

/**
 * A boundary event sits on the edge of its host that faces where it leads, right below or above that where it can;
 * several side by side.
 */
function onBoundary(node: FlowNode, flow: Flow, host: Place, found: Map<string, Place>): { x: number; y: number } {
  const siblings = flow.nodes.filter((other) => other.attached_to === node.attached_to);
  const next = found.get(flow.edges.find(({ source }) => source === node.id)?.target ?? '');
  const side = next && next.y < host.y ? -1 : 1;
  const [left, right] = [host.x - host.width / 2 + 30, host.x + host.width / 2 - 30];
  const wanted = next && siblings.length === 1 ? next.x : right - siblings.indexOf(node) * 40;
  return { x: Math.min(Math.max(wanted, left), right), y: host.y + (side * host.height) / 2 };
}

export function places(flow: Flow): Map<string, Place> {
  const fallback = flow.nodes.every((node) => node.attached_to || flow.layout?.[node.id]) ? null : automatic(flow);
  const found = new Map<string, Place>();
  for (const node of flow.nodes) {
    if (node.attached_to) continue;
    const at = fallback?.get(node.id) ?? flow.layout?.[node.id] ?? { x: 0, y: 0 };
    found.set(node.id, { x: at.x, y: at.y, ...SIZES[node.type] });
  }
  for (const node of flow.nodes) {
    const host = node.attached_to ? found.get(node.attached_to) : undefined;
    if (host) found.set(node.id, { ...onBoundary(node, flow, host, found), ...SIZES[node.type] });
  }
  return found;
}
