/** Where nodes are drawn: the definition's positions (centres), or columns by distance from the start, scope by scope. */
import { nodeKind, type ShapeName } from './nodeTypes';
import type { Flow, FlowNode } from './types';

export interface Size {
  width: number;
  height: number;
}

export interface Point {
  x: number;
  y: number;
}

export interface Place extends Size, Point {}

export type Side = 'left' | 'right' | 'top' | 'bottom';
export const SIDES: Side[] = ['left', 'right', 'top', 'bottom'];

const EVENT: Size = { width: 38, height: 38 };
const SIZES: Record<ShapeName, Size> = {
  box: { width: 164, height: 68 },
  circle: EVENT,
  ring: EVENT,
  diamond: { width: 50, height: 50 },
  frame: { width: 360, height: 200 },
};
const BOUNDARY: Size = { width: 32, height: 32 };

/** Room in a frame around what is in it; above it its title. */
const PADDING = 34;
const HEAD = 30;
const GAP: Size = { width: 56, height: 62 };

/** The size of a node that says none. */
export const sizeOf = (node: Pick<FlowNode, 'type'>): Size =>
  node.type === 'boundary_event' ? BOUNDARY : SIZES[nodeKind(node.type).shape];

/** What leads from a node: its edges, those of the events on its border, and what undoes it. */
function followers(flow: Flow): Map<string, string[]> {
  const host = new Map(flow.nodes.map((node) => [node.id, node.attached_to ?? node.id]));
  const found = new Map<string, string[]>(flow.nodes.map(({ id }) => [id, []]));
  for (const { source, target } of flow.edges) found.get(host.get(source) ?? '')?.push(target);
  for (const { id, events } of flow.nodes)
    for (const { handler } of events ?? []) if (handler) found.get(host.get(id) ?? '')?.push(handler);
  return found;
}

/** Columns: the longest way from a node that nothing leads to, ignoring edges that lead back. */
export function columns(flow: Flow): Map<string, number> {
  const next = followers(flow);
  const column = new Map(flow.nodes.map((node) => [node.id, 0]));
  const begun = new Set<string>();
  const order: string[] = [];
  const forward = new Map<string, string[]>();
  const visit = (id: string, path: Set<string>) => {
    begun.add(id);
    path.add(id);
    const ahead = (next.get(id) ?? []).filter((other) => !path.has(other) && column.has(other));
    forward.set(id, ahead);
    for (const other of ahead) if (!begun.has(other)) visit(other, path);
    path.delete(id);
    order.unshift(id);
  };
  const reached = new Set([...next.values()].flat());
  const beginnings = flow.nodes.filter(({ id, type }) => type === 'start_event' || !reached.has(id));
  for (const { id } of [...beginnings, ...flow.nodes]) if (!begun.has(id)) visit(id, new Set());
  for (const id of order)
    for (const other of forward.get(id) ?? [])
      column.set(other, Math.max(column.get(other) ?? 0, (column.get(id) ?? 0) + 1));
  return column;
}

/** Centres from the top left of a scope, and how large it is. */
interface Arranged extends Size {
  at: Map<string, Place>;
}

type Inner = (id: string) => Arranged | null;

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);

function inColumns(nodes: FlowNode[], column: Map<string, number>): FlowNode[][] {
  const found = new Map<number, FlowNode[]>();
  for (const node of nodes) {
    const at = column.get(node.id) ?? 0;
    found.set(at, [...(found.get(at) ?? []), node]);
  }
  return [...found].toSorted(([a], [b]) => a - b).map(([, members]) => members);
}

/** What the whole flow tells of where its nodes go: how far from the start, and what leads to each. */
interface Bearings {
  column: Map<string, number>;
  before: Map<string, string[]>;
}

function bearings(flow: Flow): Bearings {
  const before = new Map<string, string[]>();
  for (const [from, all] of followers(flow)) for (const to of all) before.set(to, [...(before.get(to) ?? []), from]);
  return { column: columns(flow), before };
}

const mean = (values: number[]) => (values.length ? sum(values) / values.length : 0);

/** The middles of a column's nodes: each as near as can be to what leads to it, none upon another. */
function stack(sizes: Size[], wanted: number[]): number[] {
  const found: number[] = [];
  sizes.forEach(({ height }, index) => {
    const above = sizes[index - 1];
    const least = above ? (found[index - 1] ?? 0) + (above.height + height) / 2 + GAP.height : Number.NEGATIVE_INFINITY;
    found.push(Math.max(wanted[index] ?? 0, least));
  });
  const shift = mean(wanted) - mean(found);
  return found.map((y) => y + shift);
}

/** The nodes of one scope in columns, each beside what leads to it; event sub-processes stand below. */
function arranged(flow: Flow, scope: string | null, known: Bearings): Arranged {
  const inner = new Map<string, Arranged>();
  const members = flow.nodes.filter((node) => (node.parent ?? null) === scope && !node.attached_to);
  for (const node of members)
    if (nodeKind(node.type).shape === 'frame') inner.set(node.id, arranged(flow, node.id, known));
  const size = (node: FlowNode): Size => framed(node, (id) => inner.get(id) ?? null);
  const aside = members.filter(({ type }) => type === 'event_sub_process');
  const middles = rows(
    inColumns(
      members.filter((node) => !aside.includes(node)),
      known.column,
    ),
    size,
    known.before,
  );
  const at = new Map<string, Place>();
  const put = (node: FlowNode, x: number, y: number) => {
    const own = size(node);
    at.set(node.id, { ...own, x, y });
    const [left, top] = [x - own.width / 2 + PADDING, y - own.height / 2 + PADDING / 2 + HEAD];
    for (const [id, place] of inner.get(node.id)?.at ?? [])
      at.set(id, { ...place, x: left + place.x, y: top + place.y });
  };
  for (const { node, x, y } of middles) put(node, x, y);
  const right = (each: { node: FlowNode; x: number }) => each.x + size(each.node).width / 2;
  const lower = (each: { node: FlowNode; y: number }) => each.y + size(each.node).height / 2;
  let [bottom, widest] = [Math.max(0, ...middles.map(lower)), Math.max(0, ...middles.map(right))];
  for (const node of aside) {
    const own = size(node);
    bottom += bottom ? GAP.height : 0;
    put(node, own.width / 2, bottom + own.height / 2);
    bottom += own.height;
    widest = Math.max(widest, own.width);
  }
  return { at, width: widest, height: bottom };
}

/** The middles of all nodes of the columns, from the top left of what they fill. */
function rows(
  all: FlowNode[][],
  size: (node: FlowNode) => Size,
  before: Map<string, string[]>,
): { node: FlowNode; x: number; y: number }[] {
  const middle = new Map<string, number>();
  const found: { node: FlowNode; x: number; y: number }[] = [];
  let x = 0;
  for (const nodes of all) {
    const width = Math.max(...nodes.map((node) => size(node).width));
    const wanted = (node: FlowNode) =>
      mean((before.get(node.id) ?? []).flatMap((id) => (middle.has(id) ? [middle.get(id) ?? 0] : [])));
    const sorted = nodes.toSorted((a, b) => wanted(a) - wanted(b));
    const ys = stack(sorted.map(size), sorted.map(wanted));
    sorted.forEach((node, index) => {
      const y = ys[index] ?? 0;
      middle.set(node.id, y);
      found.push({ node, x: x + width / 2, y });
    });
    x += width + GAP.width;
  }
  const top = Math.min(0, ...found.map(({ node, y }) => y - size(node).height / 2));
  return found.map((each) => ({ ...each, y: each.y - top }));
}

/** A frame is as large as what is in it needs. */
function framed(node: FlowNode, inner: Inner): Size {
  const found = inner(node.id);
  if (!found) return sizeOf(node);
  const { width, height } = SIZES.frame;
  return {
    width: Math.max(found.width + 2 * PADDING, found.at.size ? 0 : width, 160),
    height: Math.max(found.height + 1.5 * PADDING + HEAD, found.at.size ? 0 : height, 110),
  };
}

/** Columns of all scopes, as positions of a definition. */
export function automatic(flow: Flow): Map<string, Place> {
  return arranged(flow, null, bearings(flow)).at;
}

const clamp = (value: number, least: number, most: number) => Math.min(Math.max(value, least), most);

/** The border of a place that a point is nearest to. */
export function borderOf(host: Place, { x, y }: Point): Side {
  const distance: [Side, number][] = [
    ['bottom', Math.abs(host.y + host.height / 2 - y)],
    ['top', Math.abs(host.y - host.height / 2 - y)],
    ['right', Math.abs(host.x + host.width / 2 - x)],
    ['left', Math.abs(host.x - host.width / 2 - x)],
  ];
  return distance.toSorted((a, b) => a[1] - b[1])[0]?.[0] ?? 'bottom';
}

/** The point on the border of a host that is nearest to another point. */
export function onBorder(host: Place, point: Point): Point {
  const [halfWidth, halfHeight] = [host.width / 2, host.height / 2];
  const side = borderOf(host, point);
  if (side === 'left' || side === 'right')
    return {
      x: host.x + (side === 'left' ? -halfWidth : halfWidth),
      y: clamp(point.y, host.y - halfHeight + 18, host.y + halfHeight - 18),
    };
  return {
    x: clamp(point.x, host.x - halfWidth + 22, host.x + halfWidth - 22),
    y: host.y + (side === 'top' ? -halfHeight : halfHeight),
  };
}

/**
 * A boundary event without a position sits on the edge of its host that faces where it leads, right below or above that
 * where it can; several side by side.
 */
function onBoundary(node: FlowNode, flow: Flow, host: Place, found: Map<string, Place>): Point {
  const position = flow.layout?.[node.id];
  if (position) return onBorder(host, position);
  const siblings = flow.nodes.filter((other) => other.attached_to === node.attached_to);
  const next = found.get(flow.edges.find(({ source }) => source === node.id)?.target ?? '');
  const side = next && next.y < host.y ? -1 : 1;
  const [left, right] = [host.x - host.width / 2 + 30, host.x + host.width / 2 - 30];
  const wanted = next && siblings.length === 1 ? next.x : right - siblings.indexOf(node) * 40;
  return { x: clamp(wanted, left, right), y: host.y + (side * host.height) / 2 };
}

/** Whether every node has a position in the definition; of events on a border none is needed. */
export const isPlaced = (flow: Flow): boolean => flow.nodes.every((node) => node.attached_to || flow.layout?.[node.id]);

/** A frame that says no size holds what is in it, around its position. */
function placed(flow: Flow): Map<string, Place> {
  const found = new Map<string, Place>();
  const place = (node: FlowNode): Place => {
    const known = found.get(node.id);
    if (known) return known;
    const { x = 0, y = 0, width, height } = flow.layout?.[node.id] ?? {};
    const size = sizeOf(node);
    const own = { x, y, width: width ?? size.width, height: height ?? size.height };
    found.set(node.id, own);
    if (nodeKind(node.type).shape !== 'frame' || (width && height)) return own;
    for (const child of flow.nodes) {
      if (child.parent !== node.id || child.attached_to) continue;
      const inside = place(child);
      own.width = Math.max(own.width, 2 * (Math.abs(inside.x - x) + inside.width / 2 + PADDING));
      own.height = Math.max(own.height, 2 * (Math.abs(inside.y - y) + inside.height / 2 + HEAD));
    }
    return own;
  };
  for (const node of flow.nodes) if (!node.attached_to) place(node);
  return found;
}

export function places(flow: Flow): Map<string, Place> {
  const found = isPlaced(flow) ? placed(flow) : automatic(flow);
  for (const node of flow.nodes) {
    const host = node.attached_to ? found.get(node.attached_to) : undefined;
    if (host) found.set(node.id, { ...onBoundary(node, flow, host, found), ...BOUNDARY });
  }
  return found;
}

/** How deep each node is nested: 0 in the process itself. */
export function depths(flow: Flow): Map<string, number> {
  const parent = new Map(flow.nodes.map((node) => [node.id, node.parent ?? null]));
  const depth = (id: string): number => {
    let [found, at] = [0, parent.get(id)];
    for (; at && found < flow.nodes.length; at = parent.get(at)) found += 1;
    return found;
  };
  return new Map(flow.nodes.map(({ id }) => [id, depth(id)]));
}

/** Nodes in the order a reader would tell them: by distance from the start, an event after its host, what is inside after its frame. */
export function inOrder(flow: Flow): FlowNode[] {
  const at = places(flow);
  const distance = columns(flow);
  const rank = (node: FlowNode) =>
    node.attached_to ? (distance.get(node.attached_to) ?? 0) + 0.5 : (distance.get(node.id) ?? 0);
  const sorted = flow.nodes.toSorted((a, b) => rank(a) - rank(b) || (at.get(a.id)?.y ?? 0) - (at.get(b.id)?.y ?? 0));
  const known = new Set(flow.nodes.map(({ id }) => id));
  const told = new Set<string>();
  const within = (scope: string | null): FlowNode[] =>
    sorted.flatMap((node) => {
      const parent = node.parent && known.has(node.parent) ? node.parent : null;
      if (parent !== scope || told.has(node.id)) return [];
      told.add(node.id);
      return [node, ...within(node.id)];
    });
  return [...within(null), ...sorted.filter(({ id }) => !told.has(id))];
}
