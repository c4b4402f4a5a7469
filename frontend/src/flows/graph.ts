/** A flow definition and its progress as nodes and edges of the canvas; inside sub-processes too, all in one plane. */
import type { Edge, Node } from '@xyflow/react';
import type { Text } from '@/i18n';
import { type Lane, wayOf } from './lanes';
import { borderOf, depths, type Place, places, type Side } from './layout';
import { isFrame } from './nodeTypes';
import { NO_PROGRESS, type NodeState, type Progress } from './progress';
import type { Flow, FlowEdge, FlowNode, HistoryItem, Token } from './types';

export type Caption = 'below' | 'over' | 'corner' | 'above' | 'beside';

export interface CanvasNodeData extends Record<string, unknown> {
  node: FlowNode;
  /** Where the title of an event or gateway stands. */
  caption: Caption;
  state: NodeState;
  tokens: Token[];
  history: HistoryItem[];
}

/** Edges of the definition; and what leads from one node to another without one. */
export type EdgeKind = 'sequence' | 'send_back' | 'jump' | 'compensation';

interface CanvasEdgeData extends Record<string, unknown> {
  kind: EdgeKind;
  label: Text | null;
  /** The condition, shown on hover. */
  when: string | null;
  taken: boolean;
  /** Left by default: nothing else matched. */
  isDefault: boolean;
  /** From an activity, which draws its conditions itself. */
  ofActivity: boolean;
  /** The height at which it runs, where it would go through a node otherwise. */
  lane: number | null;
}

export type CanvasNode = Node<CanvasNodeData, 'flow'>;
export type CanvasEdge = Edge<CanvasEdgeData, 'flow'>;

const OPPOSITE: Record<Side, Side> = { left: 'right', right: 'left', top: 'bottom', bottom: 'top' };

const isGateway = (node: FlowNode | undefined) => !!node?.type.endsWith('gateway');

/** Which sides an edge leaves and enters by, so that it crosses neither of its nodes. */
function sides(source: Place, target: Place, from: FlowNode, host: Place | undefined): [Side, Side] {
  const dx = target.x - source.x;
  const dy = target.y - source.y;
  const apart = dx > (source.width + target.width) / 2 - 1;
  if (host) {
    const side = borderOf(host, source);
    if (side === 'left' || side === 'right') return [side, OPPOSITE[side]];
    return [side, apart ? 'left' : OPPOSITE[side]];
  }
  if (dx < -(source.width + target.width) / 2) return Math.abs(dy) < 60 ? ['bottom', 'bottom'] : upright(dy);
  if (!apart) return upright(dy);
  if (isGateway(from) && Math.abs(dy) > source.height) return [dy > 0 ? 'bottom' : 'top', 'left'];
  return ['right', 'left'];
}

function upright(dy: number): [Side, Side] {
  return dy > 0 ? ['bottom', 'top'] : ['top', 'bottom'];
}

class Graph {
  readonly at: Map<string, Place>;
  private readonly depth: Map<string, number>;
  private readonly node: Map<string, FlowNode>;
  private readonly lanes: Lane[] = [];
  /** What stands in each frame, and in none. */
  private readonly inside = new Map<string | null, Place[]>();

  constructor(
    private readonly flow: Flow,
    private readonly progress: Progress,
  ) {
    this.at = places(flow);
    this.depth = depths(flow);
    this.node = new Map(flow.nodes.map((node) => [node.id, node]));
    for (const { id, parent, attached_to } of flow.nodes) {
      const place = this.at.get(id);
      if (!place || attached_to) continue;
      const scope = parent ?? null;
      if (!this.inside.has(scope)) this.inside.set(scope, []);
      this.inside.get(scope)?.push(place);
    }
  }

  /** Frames below what is in them, edges above the frame they are in, nodes above edges. */
  private layer(id: string): number {
    return 4 * (this.depth.get(id) ?? 0);
  }

  nodes(edges: CanvasEdge[]): CanvasNode[] {
    const drawn = this.flow.nodes.flatMap((node) => {
      const place = this.at.get(node.id);
      return place ? [this.drawn(node, place, this.caption(node, edges))] : [];
    });
    return drawn.toSorted((a, b) => (a.zIndex ?? 0) - (b.zIndex ?? 0));
  }

  private drawn(node: FlowNode, place: Place, caption: Caption): CanvasNode {
    return {
      id: node.id,
      type: 'flow',
      position: { x: place.x - place.width / 2, y: place.y - place.height / 2 },
      width: place.width,
      height: place.height,
      zIndex: this.layer(node.id) + (node.attached_to ? 3 : 2),
      data: {
        node,
        caption,
        state: this.progress.node(node.id),
        tokens: this.progress.tokens(node.id),
        history: this.progress.history(node.id),
      },
    };
  }

  /** Where no edge runs: below, else over the node, else beside it; of a boundary event on the side away from its host. */
  private caption(node: FlowNode, edges: CanvasEdge[]): Caption {
    const host = this.at.get(node.attached_to ?? '');
    if (host) return (this.at.get(node.id)?.y ?? 0) < host.y ? 'above' : 'beside';
    const busy = (side: Side) =>
      edges.some(
        ({ source, target, sourceHandle, targetHandle }) =>
          (source === node.id && sourceHandle === `out-${side}`) ||
          (target === node.id && targetHandle === `in-${side}`),
      );
    if (!busy('bottom')) return 'below';
    return busy('top') ? 'corner' : 'over';
  }

  edge(edge: FlowEdge): CanvasEdge[] {
    const [source, target] = [this.at.get(edge.source), this.at.get(edge.target)];
    const from = this.node.get(edge.source);
    if (!source || !target || !from) return [];
    const [out, into] = sides(source, target, from, this.at.get(from.attached_to ?? ''));
    const wanted: [Side, Side] = [out, this.enterJoin(edge, source, target, into)];
    const { sides: taken, lane } = wayOf(source, target, wanted, this.beside(edge), this.lanes);
    return [
      this.line(edge.id, edge.source, edge.target, taken, {
        ...{ kind: 'sequence', lane },
        label: edge.label ?? null,
        when: edge.when ?? null,
        taken: this.progress.edge(edge.id),
        isDefault: !!edge.default,
        ofActivity: !isGateway(from),
      }),
    ];
  }

  /** What else stands where an edge is: in the same frame, frames with all that is in them. */
  private beside({ source, target }: FlowEdge): Place[] {
    const own = new Set([this.at.get(source), this.at.get(target)]);
    return (this.inside.get(this.node.get(source)?.parent ?? null) ?? []).filter((place) => !own.has(place));
  }

  private line(
    id: string,
    source: string,
    target: string,
    [out, into]: [Side, Side],
    data: CanvasEdgeData,
  ): CanvasEdge {
    const zIndex = this.layer(source) + (data.taken ? 1 : 0);
    return {
      ...{ id, type: 'flow', source, target, zIndex, data },
      sourceHandle: `out-${out}`,
      targetHandle: `in-${into}`,
    };
  }

  /** Into a join from above or below: by that side, so that parallel branches stay apart. */
  private enterJoin(edge: FlowEdge, source: Place, target: Place, side: Side): Side {
    const joined = this.flow.edges.filter(({ target: id }) => id === edge.target).length > 1;
    const gateway = isGateway(this.node.get(edge.target));
    if (!joined || !gateway || side !== 'left' || Math.abs(target.y - source.y) < target.height) return side;
    return source.y < target.y ? 'top' : 'bottom';
  }

  /** Outcomes that send back and jumps are drawn as dashed ways around the outside: below in the lower half, else above. */
  aside(node: FlowNode): CanvasEdge[] {
    const heights = [...this.at.values()].map(({ y }) => y);
    const middle = (Math.min(...heights) + Math.max(...heights)) / 2;
    const way = (id: string, to: string | null | undefined, kind: EdgeKind, label: Text | null): CanvasEdge[] => {
      const [source, target] = [this.at.get(node.id), this.at.get(to ?? '')];
      if (!to || !source || !target) return [];
      const side: Side = Math.max(target.y, source.y) > middle ? 'bottom' : 'top';
      const sent = ({ type, data }: HistoryItem) => type === 'sent_back' && data?.target === to;
      const taken = kind === 'send_back' && this.progress.history(node.id).some(sent);
      const plain = { when: null, isDefault: false, ofActivity: false, lane: null };
      if (kind !== 'compensation') return [this.line(id, node.id, to, [side, side], { kind, label, taken, ...plain })];
      const ways = sides(source, target, node, this.at.get(node.attached_to ?? ''));
      return [this.line(id, node.id, to, ways, { kind, label, taken, ...plain })];
    };
    return [
      ...(node.outcomes ?? [])
        .filter(({ kind }) => kind === 'send_back')
        .flatMap(({ key, label, target }) => way(`${node.id}:${key}`, target, 'send_back', label)),
      ...(node.type === 'jump' ? way(`${node.id}:jump`, node.target, 'jump', null) : []),
      ...(node.events ?? []).flatMap(({ handler }) => way(`${node.id}:undo`, handler, 'compensation', null)),
    ];
  }
}

export function graphOf(flow: Flow, progress: Progress = NO_PROGRESS): { nodes: CanvasNode[]; edges: CanvasEdge[] } {
  const graph = new Graph(flow, progress);
  const edges = [...flow.edges.flatMap((edge) => graph.edge(edge)), ...flow.nodes.flatMap((node) => graph.aside(node))];
  return { nodes: graph.nodes(edges), edges };
}

/** What is inside a frame, at any depth, and the events on the border of a node: they move with it. */
export function carried(flow: Flow, id: string): Set<string> {
  const found = new Set<string>();
  const waiting = [id];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop())
    for (const node of flow.nodes) {
      if (found.has(node.id) || (node.parent !== at && node.attached_to !== at)) continue;
      found.add(node.id);
      waiting.push(node.id);
    }
  found.delete(id);
  return found;
}

/** The innermost frame around a point, without those that are moved themselves. */
export function frameAt(
  flow: Flow,
  at: Map<string, Place>,
  point: { x: number; y: number },
  without: Set<string>,
): string | null {
  const depth = depths(flow);
  const around = flow.nodes.filter((node) => {
    const place = at.get(node.id);
    if (!place || !isFrame(node) || without.has(node.id)) return false;
    return Math.abs(point.x - place.x) < place.width / 2 && Math.abs(point.y - place.y) < place.height / 2;
  });
  return around.toSorted((a, b) => (depth.get(b.id) ?? 0) - (depth.get(a.id) ?? 0))[0]?.id ?? null;
}
