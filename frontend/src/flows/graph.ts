/** A flow definition and its progress as nodes and edges of the canvas. */
import type { Edge, Node } from '@xyflow/react';
import type { Text } from '@/i18n';
import { columns, type Place, places } from './layout';
import { NO_PROGRESS, type NodeState, type Progress } from './progress';
import type { Flow, FlowEdge, FlowNode, HistoryItem } from './types';

export interface CanvasNodeData extends Record<string, unknown> {
  node: FlowNode;
  /** Where the title of an event or gateway stands. */
  caption: 'below' | 'over' | 'corner' | 'above' | 'beside';
  state: NodeState;
  since: string | null;
  history: HistoryItem[];
}

interface CanvasEdgeData extends Record<string, unknown> {
  label: Text | null;
  /** The condition, shown on hover. */
  when: string | null;
  taken: boolean;
  /** A way back that an outcome takes; not an edge of the definition. */
  sendBack: boolean;
  /** Left by default: nothing else matched. */
  isDefault: boolean;
}

export type CanvasNode = Node<CanvasNodeData, 'flow'>;
export type CanvasEdge = Edge<CanvasEdgeData, 'flow'>;

export type Side = 'left' | 'right' | 'top' | 'bottom';
export const SIDES: Side[] = ['left', 'right', 'top', 'bottom'];

/** Which sides an edge leaves and enters by, so that it crosses neither of its nodes. */
function sides(source: Place, target: Place, from: FlowNode): [Side, Side] {
  const dx = target.x - source.x;
  const dy = target.y - source.y;
  const apart = dx > (source.width + target.width) / 2 - 1;
  if (from.type === 'boundary_timer')
    return dy < 0 ? ['top', apart ? 'left' : 'bottom'] : ['bottom', apart ? 'left' : 'top'];
  if (dx < -(source.width + target.width) / 2) return Math.abs(dy) < 60 ? ['bottom', 'bottom'] : leftward(dy);
  if (!apart) return dy > 0 ? ['bottom', 'top'] : ['top', 'bottom'];
  const gateway = from.type.endsWith('gateway');
  if (gateway && Math.abs(dy) > source.height) return [dy > 0 ? 'bottom' : 'top', 'left'];
  return ['right', 'left'];
}

function leftward(dy: number): [Side, Side] {
  return dy > 0 ? ['bottom', 'top'] : ['top', 'bottom'];
}

/** Into a join from above or below: by that side, so that parallel branches stay apart. */
function enterJoin(flow: Flow, edge: FlowEdge, source: Place, target: Place, side: Side): Side {
  const joined = flow.edges.filter(({ target: id }) => id === edge.target).length > 1;
  const gateway = flow.nodes.find(({ id }) => id === edge.target)?.type.endsWith('gateway');
  if (!joined || !gateway || side !== 'left' || Math.abs(target.y - source.y) < target.height) return side;
  return source.y < target.y ? 'top' : 'bottom';
}

/** Where no edge runs: below, else over the node, else beside it; of a boundary event on the side away from its host. */
function captionOf(node: FlowNode, at: Map<string, Place>, edges: CanvasEdge[]): CanvasNodeData['caption'] {
  const host = at.get(node.attached_to ?? '');
  if (host) return (at.get(node.id)?.y ?? 0) < host.y ? 'above' : 'beside';
  const busy = (side: Side) =>
    edges.some(
      ({ source, target, sourceHandle, targetHandle }) =>
        (source === node.id && sourceHandle === `out-${side}`) || (target === node.id && targetHandle === `in-${side}`),
    );
  if (!busy('bottom')) return 'below';
  return busy('top') ? 'corner' : 'over';
}

function toNode(node: FlowNode, place: Place, caption: CanvasNodeData['caption'], progress: Progress): CanvasNode {
  return {
    id: node.id,
    type: 'flow',
    position: { x: place.x - place.width / 2, y: place.y - place.height / 2 },
    width: place.width,
    height: place.height,
    zIndex: node.attached_to ? 2 : 1,
    data: {
      node,
      caption,
      state: progress.node(node.id),
      since: progress.since(node.id),
      history: progress.history(node.id),
    },
  };
}

function toEdge(flow: Flow, edge: FlowEdge, at: Map<string, Place>, progress: Progress): CanvasEdge[] {
  const [source, target] = [at.get(edge.source), at.get(edge.target)];
  const from = flow.nodes.find(({ id }) => id === edge.source);
  if (!source || !target || !from) return [];
  const [out, into] = sides(source, target, from);
  const taken = progress.edge(edge.id);
  return [
    {
      id: edge.id,
      type: 'flow',
      source: edge.source,
      target: edge.target,
      sourceHandle: `out-${out}`,
      targetHandle: `in-${enterJoin(flow, edge, source, target, into)}`,
      zIndex: taken ? 1 : 0,
      data: {
        label: edge.label ?? null,
        when: edge.when ?? null,
        taken,
        sendBack: false,
        isDefault: !!edge.default,
      },
    },
  ];
}

/** Outcomes that send back are drawn as dashed ways around the outside: below in the lower half, else above. */
function sendBacks(node: FlowNode, at: Map<string, Place>, progress: Progress): CanvasEdge[] {
  const heights = [...at.values()].map(({ y }) => y);
  const middle = (Math.min(...heights) + Math.max(...heights)) / 2;
  return (node.outcomes ?? []).flatMap((outcome) => {
    const target = at.get(outcome.target ?? '');
    const source = at.get(node.id);
    if (outcome.kind !== 'send_back' || !outcome.target || !target || !source) return [];
    const side: Side = Math.max(target.y, source.y) > middle ? 'bottom' : 'top';
    const taken = progress
      .history(node.id)
      .some(({ type, data }) => type === 'sent_back' && data?.target === outcome.target);
    return [
      {
        id: `${node.id}:${outcome.key}`,
        type: 'flow' as const,
        source: node.id,
        target: outcome.target,
        sourceHandle: `out-${side}`,
        targetHandle: `in-${side}`,
        data: { label: outcome.label, when: null, taken, sendBack: true, isDefault: false },
      },
    ];
  });
}

export function graphOf(flow: Flow, progress: Progress = NO_PROGRESS): { nodes: CanvasNode[]; edges: CanvasEdge[] } {
  const at = places(flow);
  const edges = [
    ...flow.edges.flatMap((edge) => toEdge(flow, edge, at, progress)),
    ...flow.nodes.flatMap((node) => sendBacks(node, at, progress)),
  ];
  const nodes = flow.nodes.flatMap((node) => {
    const place = at.get(node.id);
    return place ? [toNode(node, place, captionOf(node, at, edges), progress)] : [];
  });
  return { nodes, edges };
}

/** Nodes in the order a reader would tell them: by distance from the start, a timer after its host, then from above. */
export function inOrder(flow: Flow): FlowNode[] {
  const at = places(flow);
  const distance = columns(flow);
  const rank = (node: FlowNode) =>
    node.attached_to ? (distance.get(node.attached_to) ?? 0) + 0.5 : (distance.get(node.id) ?? 0);
  return [...flow.nodes].sort((a, b) => rank(a) - rank(b) || (at.get(a.id)?.y ?? 0) - (at.get(b.id)?.y ?? 0));
}
