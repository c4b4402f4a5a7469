/** A flow as it is drawn: every change is a function from one flow to the next; the document is what it is read from and written to. */
import type { Content } from '@/build/api';
import { carried, frameAt } from '../graph';
import { automatic, isPlaced, onBorder, type Place, type Point, places, sizeOf } from '../layout';
import { isActivity, isFrame, nodeKind } from '../nodeTypes';
import type { Assignment, Candidate, Flow, FlowEdge, FlowNode, NodeType, Position } from '../types';

const list = <T>(value: unknown): T[] => (Array.isArray(value) ? (value as T[]) : []);

const named = (node: Partial<FlowNode>): FlowNode => ({
  ...node,
  id: String(node.id ?? ''),
  type: node.type ?? 'task',
  title: { zh: '', en: '', ...node.title },
});

/** The document as a flow, whatever it lacks. */
export function readFlow(content: Content): Flow {
  return {
    key: String(content.key ?? ''),
    label: { zh: '', en: '', ...(content.label as Flow['label'] | undefined) },
    entity: typeof content.entity === 'string' ? content.entity : '',
    nodes: list<Partial<FlowNode>>(content.nodes).map(named),
    edges: list<FlowEdge>(content.edges),
    variables: list(content.variables),
    layout: (content.layout ?? {}) as Flow['layout'],
  };
}

/** The members of the document that drawing changes. */
export const writeFlow = ({ nodes, edges, layout }: Flow): Content => ({ nodes, edges, layout });

export const nodeOf = (flow: Flow, id: string | null | undefined): FlowNode | undefined =>
  flow.nodes.find((node) => node.id === id);

export function freeId(taken: Iterable<string>, base: string): string {
  const used = new Set(taken);
  if (!used.has(base)) return base;
  for (let number = 2; ; number += 1) if (!used.has(`${base}_${number}`)) return `${base}_${number}`;
}

const edgeId = (flow: Flow, source: string, target: string) =>
  freeId(
    flow.edges.map(({ id }) => id),
    `${source}_to_${target}`.slice(0, 90),
  );

// -- where things are

const rounded = ({ x, y, width, height }: Position): Position => ({
  x: Math.round(x),
  y: Math.round(y),
  ...(width && height ? { width: Math.round(width), height: Math.round(height) } : {}),
});

const positionOf = (node: FlowNode, place: Place): Position =>
  rounded(isFrame(node) ? place : { x: place.x, y: place.y });

/** With the positions that are drawn written down, so that what is moved moves alone. */
export function pinned(flow: Flow): Flow {
  if (isPlaced(flow)) return flow;
  const at = automatic(flow);
  const layout = Object.fromEntries(
    flow.nodes.flatMap((node) => {
      const place = at.get(node.id);
      return place ? [[node.id, positionOf(node, place)]] : [];
    }),
  );
  return { ...flow, layout };
}

/** Arranged anew, by the way from the start. */
export const tidied = (flow: Flow): Flow => ({ ...flow, layout: {} });

const MARGIN = { x: 26, top: 38, bottom: 30 };

/** Frames grow to hold what is in them. */
function grown(flow: Flow): Flow {
  if (!isPlaced(flow)) return flow;
  const at = places(flow);
  const layout = { ...flow.layout };
  const depth = (node: FlowNode): number => {
    const parent = nodeOf(flow, node.parent);
    return parent && parent !== node ? 1 + depth(parent) : 0;
  };
  for (const frame of flow.nodes.filter(isFrame).toSorted((a, b) => depth(b) - depth(a))) {
    const own = at.get(frame.id);
    if (!own) continue;
    const edges = bounds(own);
    for (const child of flow.nodes) {
      const place = child.parent === frame.id && !child.attached_to ? at.get(child.id) : undefined;
      if (!place) continue;
      const inner = bounds(place);
      edges.left = Math.min(edges.left, inner.left - MARGIN.x);
      edges.right = Math.max(edges.right, inner.right + MARGIN.x);
      edges.top = Math.min(edges.top, inner.top - MARGIN.top);
      edges.bottom = Math.max(edges.bottom, inner.bottom + MARGIN.bottom);
    }
    const place = {
      x: (edges.left + edges.right) / 2,
      y: (edges.top + edges.bottom) / 2,
      width: edges.right - edges.left,
      height: edges.bottom - edges.top,
    };
    at.set(frame.id, place);
    layout[frame.id] = rounded(place);
  }
  return { ...flow, layout };
}

const bounds = ({ x, y, width, height }: Place) => ({
  left: x - width / 2,
  right: x + width / 2,
  top: y - height / 2,
  bottom: y + height / 2,
});

/** The activity under a point that a boundary event may sit on. */
export function hostAt(flow: Flow, at: Map<string, Place>, point: Point, without: string): FlowNode | undefined {
  const near = 22;
  return flow.nodes
    .filter((node) => {
      const place = at.get(node.id);
      if (!place || node.id === without || node.attached_to || !isActivity(node)) return false;
      const [dx, dy] = [Math.abs(point.x - place.x) - place.width / 2, Math.abs(point.y - place.y) - place.height / 2];
      const within = dx < near && dy < near;
      return isFrame(node) ? within && (dx > -near || dy > -near) : within;
    })
    .toSorted((a, b) => (at.get(a.id)?.width ?? 0) - (at.get(b.id)?.width ?? 0))[0];
}

/** Nodes put elsewhere: into the frame they are dropped in, boundary events onto the activity they are dropped on. */
export function moved(flow: Flow, centres: ReadonlyMap<string, Point>): Flow {
  const from = pinned(flow);
  const layout = { ...from.layout };
  for (const [id, { x, y }] of centres) layout[id] = rounded({ ...layout[id], x, y });
  const put = { ...from, layout };
  const at = places(put);
  const nodes = put.nodes.map((node) => {
    const centre = centres.get(node.id);
    if (!centre) return node;
    if (node.type === 'boundary_event') return reattached(put, at, node, centre);
    // What its own frame carries along stays in it.
    if (node.parent && centres.has(node.parent)) return node;
    return { ...node, parent: frameAt(put, at, centre, new Set([node.id, ...carried(put, node.id)])) };
  });
  return grown(snapped(cut({ ...put, nodes })));
}

function reattached(flow: Flow, at: Map<string, Place>, node: FlowNode, centre: Point): FlowNode {
  const host = hostAt(flow, at, centre, node.id) ?? nodeOf(flow, node.attached_to);
  return host ? { ...node, attached_to: host.id, parent: host.parent ?? null } : node;
}

/** Boundary events sit on the border of their host and belong where it belongs. */
function snapped(flow: Flow): Flow {
  const at = places(flow);
  const layout = { ...flow.layout };
  const nodes = flow.nodes.map((node) => {
    const host = nodeOf(flow, node.attached_to);
    const [place, position] = [at.get(host?.id ?? ''), layout[node.id]];
    if (!host) return node;
    if (place && position) layout[node.id] = rounded(onBorder(place, position));
    return (node.parent ?? null) === (host.parent ?? null) ? node : { ...node, parent: host.parent ?? null };
  });
  return { ...flow, nodes, layout };
}

/** No edge crosses the border of a sub-process. */
function cut(flow: Flow): Flow {
  const parent = new Map(flow.nodes.map((node) => [node.id, node.parent ?? null]));
  return { ...flow, edges: flow.edges.filter(({ source, target }) => parent.get(source) === parent.get(target)) };
}

// -- nodes

export interface Where {
  /** After this node: connected, and where the way went on before, it goes on after the new one. */
  after?: string;
  /** In the middle of this edge. */
  within?: string;
  /** Inside this frame. */
  parent?: string | null;
  /** On the border of this activity. */
  host?: string;
  /** Dropped here. */
  point?: Point;
}

export interface Added {
  flow: Flow;
  id: string;
}

function created(flow: Flow, type: NodeType): FlowNode {
  const { label, first } = nodeKind(type);
  const id = freeId(
    flow.nodes.map((node) => node.id),
    type.replace(/_(event|gateway)$/, ''),
  );
  const title = type.endsWith('gateway') ? { zh: '', en: '' } : label;
  return { id, type, title, ...first };
}

/** A frame has what it needs to run: a start and an end. */
function contents(flow: Flow, frame: FlowNode): Flow {
  if (!isFrame(frame) || frame.type === 'ad_hoc_sub_process') return flow;
  const parent = frame.id;
  const onEvent = frame.type === 'event_sub_process';
  const start: FlowNode = {
    ...{ id: `${parent}_start`, type: 'start_event', parent, title: { zh: '开始', en: 'Start' } },
    ...(onEvent ? { events: [{ kind: 'error' }], title: { zh: '出错', en: 'Error' } } : {}),
  };
  const end: FlowNode = { id: `${parent}_end`, type: 'end_event', title: { zh: '结束', en: 'End' }, parent };
  const edge = { id: `${parent}_inside`, source: start.id, target: end.id };
  const { x = 0, y = 0 } = flow.layout?.[parent] ?? {};
  const at = { [start.id]: { x: x - 120, y }, [end.id]: { x: x + 120, y } };
  return {
    ...flow,
    nodes: [...flow.nodes, start, end],
    edges: [...flow.edges, edge],
    layout: flow.layout?.[parent] ? { ...flow.layout, ...at } : flow.layout,
  };
}

export function added(flow: Flow, type: NodeType, where: Where): Added {
  const node = created(flow, type);
  const made = (next: Flow): Added => ({ flow: grown(contents(next, node)), id: node.id });
  if (type === 'boundary_event') {
    const host = where.host ? nodeOf(flow, where.host) : hostUnder(flow, where.point);
    const own = { ...node, attached_to: host?.id ?? null, parent: host?.parent ?? null };
    const next = { ...flow, nodes: [...flow.nodes, own] };
    return made(where.point && host ? snapped({ ...next, layout: { ...flow.layout, [node.id]: where.point } }) : next);
  }
  if (where.point) return made(dropped(flow, node, where.point));
  const edge = flow.edges.find(({ id }) => id === where.within);
  const after = nodeOf(flow, edge?.source ?? where.after);
  const parent = after ? (after.parent ?? null) : (where.parent ?? null);
  const next = { ...flow, nodes: [...flow.nodes, { ...node, parent }] };
  return made(linked(placedAfter(next, node.id, after), node, after, edge));
}

const hostUnder = (flow: Flow, point: Point | undefined) => point && hostAt(flow, places(flow), point, '');

function dropped(flow: Flow, node: FlowNode, point: Point): Flow {
  const from = pinned(flow);
  const parent = frameAt(from, places(from), point, new Set());
  const size = isFrame(node) ? sizeOf(node) : {};
  const layout = { ...from.layout, [node.id]: rounded({ ...point, ...size }) };
  return { ...from, nodes: [...from.nodes, { ...node, parent }], layout };
}

const STEP = 220;

/** Right of the node before it; what stood there makes room. Nothing where no positions are kept. */
function placedAfter(flow: Flow, id: string, after: FlowNode | undefined): Flow {
  const before = { ...flow, nodes: flow.nodes.filter((node) => node.id !== id) };
  if (Object.keys(flow.layout ?? {}).length === 0 || !isPlaced(before)) return flow;
  const at = places(before);
  const node = nodeOf(flow, id);
  const own = sizeOf(node ?? { type: 'task' });
  const inside = [...at].filter(([other]) => (nodeOf(flow, other)?.parent ?? null) === (node?.parent ?? null));
  const from = after ? at.get(after.id) : undefined;
  const frame = at.get(node?.parent ?? '');
  const [left, top] = frame ? [frame.x - frame.width / 2, frame.y] : [0, 0];
  const right = Math.max(left, ...inside.map(([, place]) => place.x + place.width / 2));
  const x = from ? from.x + from.width / 2 + 56 + own.width / 2 : right + 60 + own.width / 2;
  const point = { x, y: from?.y ?? inside[0]?.[1].y ?? top };
  const busy = inside.some(
    ([, place]) =>
      Math.abs(place.x - point.x) < (place.width + own.width) / 2 + 20 &&
      Math.abs(place.y - point.y) < (place.height + own.height) / 2 + 20,
  );
  const layout = { ...flow.layout, [id]: rounded({ ...point, ...(node && isFrame(node) ? own : {}) }) };
  if (busy && from) {
    const moves = new Set(inside.filter(([, place]) => place.x > from.x + 1).map(([other]) => other));
    for (const other of [...moves]) for (const inner of carried(flow, other)) moves.add(inner);
    for (const other of moves) {
      const position = layout[other];
      if (position) layout[other] = { ...position, x: position.x + Math.max(STEP, own.width + 56) };
    }
  }
  return { ...flow, layout };
}

const endsWay = ({ type }: FlowNode) => type === 'end_event' || type === 'jump';
/** What nothing may lead to, and what leads nowhere. */
const noEntry = ({ type, for_compensation }: FlowNode) =>
  type === 'start_event' || type === 'boundary_event' || type === 'event_sub_process' || !!for_compensation;
const noExit = (node: FlowNode) => endsWay(node) || node.type === 'event_sub_process' || !!node.for_compensation;

function linked(flow: Flow, node: FlowNode, after: FlowNode | undefined, within: FlowEdge | undefined): Flow {
  if (!after || noEntry(node) || noExit(after)) return flow;
  const ways = flow.edges.filter(({ source }) => source === after.id);
  const through = within ?? (ways.length === 1 && !after.type.endsWith('gateway') ? ways[0] : undefined);
  if (!through) return connected(flow, after.id, node.id);
  if (noExit(node)) {
    const edges = flow.edges.map((edge) => (edge === through ? { ...edge, target: node.id } : edge));
    return { ...flow, edges };
  }
  const edges = flow.edges.map((edge) => (edge.id === through.id ? { ...edge, target: node.id } : edge));
  return connected({ ...flow, edges }, node.id, through.target);
}

/** The nodes from which connections lead to a node. */
export function before(flow: Flow, id: string): FlowNode[] {
  const found = new Set<string>();
  const waiting = [id];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop())
    for (const { source, target } of flow.edges)
      if (target === at && !found.has(source)) {
        found.add(source);
        waiting.push(source);
      }
  return flow.nodes.filter((node) => found.has(node.id) && node.id !== id);
}

/** A token may be put there without an edge. */
export const mayComeTo = ({ type, for_compensation }: FlowNode): boolean =>
  !for_compensation && !['start_event', 'boundary_event', 'event_sub_process', 'jump'].includes(type);

export function canConnect(flow: Flow, source: string, target: string): boolean {
  const [from, to] = [nodeOf(flow, source), nodeOf(flow, target)];
  if (!from || !to || noEntry(to) || noExit(from)) return false;
  if (flow.edges.some((edge) => edge.source === source && edge.target === target)) return false;
  return (from.parent ?? null) === (to.parent ?? null);
}

export function connected(flow: Flow, source: string, target: string): Flow {
  if (!canConnect(flow, source, target)) return flow;
  return { ...flow, edges: [...flow.edges, { id: edgeId(flow, source, target), source, target }] };
}

/** Without a node, what is inside it and the events on its border; a way through it goes on. */
export function removed(flow: Flow, id: string): Flow {
  const gone = new Set([id, ...carried(flow, id)]);
  const into = flow.edges.filter(({ target, source }) => target === id && !gone.has(source));
  const out = flow.edges.filter(({ source, target }) => source === id && !gone.has(target));
  const kept = flow.edges.filter(({ source, target }) => !gone.has(source) && !gone.has(target));
  const next: Flow = {
    ...flow,
    nodes: flow.nodes.filter((node) => !gone.has(node.id)),
    edges: kept,
    layout: Object.fromEntries(Object.entries(flow.layout ?? {}).filter(([node]) => !gone.has(node))),
  };
  const [way, on] = [into[0], out[0]];
  if (into.length !== 1 || out.length !== 1 || !way || !on || !canConnect(next, way.source, on.target)) return next;
  return { ...next, edges: [...kept, { ...way, target: on.target }] };
}

export const withNode = (flow: Flow, id: string, change: Partial<FlowNode>): Flow => ({
  ...flow,
  nodes: flow.nodes.map((node) => (node.id === id ? pruned({ ...node, ...change }) : node)),
});

/** Members that say nothing are left out, as the server leaves them out. */
function pruned(node: FlowNode): FlowNode {
  const empty = (value: unknown) =>
    value === null || value === undefined || value === '' || (typeof value === 'object' && isEmpty(value));
  const isEmpty = (value: object) => (Array.isArray(value) ? value.length === 0 : Object.keys(value).length === 0);
  const kept = Object.entries(node).filter(([name, value]) => name === 'title' || !empty(value));
  return Object.fromEntries(kept) as unknown as FlowNode;
}

/** Of an assignment: whose superiors are meant, and where an overdue task goes. */
function reassigned(assignment: Assignment, id: string, to: string): Assignment {
  const people = (all: Candidate[]) =>
    all.map((each) => (each.superior_of === id ? { ...each, superior_of: to } : each));
  const { candidates, cc, vote, overdue } = assignment;
  return {
    ...assignment,
    candidates: people(candidates),
    ...(cc ? { cc: people(cc) } : {}),
    ...(vote?.veto ? { vote: { ...vote, veto: people(vote.veto) } } : {}),
    ...(overdue ? { overdue: overdue.map((rule) => (rule.target === id ? { ...rule, target: to } : rule)) } : {}),
  };
}

/** Under another id, everywhere it is named. */
export function renamed(flow: Flow, id: string, to: string): Flow {
  const is = (value: string | null | undefined) => (value === id ? to : value);
  const nodes = flow.nodes.map((node): FlowNode => {
    const next: FlowNode = { ...node, id: is(node.id) ?? node.id };
    if (node.parent === id) next.parent = to;
    if (node.attached_to === id) next.attached_to = to;
    if (node.target === id) next.target = to;
    if (node.outcomes)
      next.outcomes = node.outcomes.map((each) => (each.target === id ? { ...each, target: to } : each));
    if (node.events)
      next.events = node.events.map((event) => ({
        ...event,
        ...(event.handler === id ? { handler: to } : {}),
        ...(event.activity === id ? { activity: to } : {}),
      }));
    if (node.ad_hoc?.start) next.ad_hoc = { ...node.ad_hoc, start: node.ad_hoc.start.map((one) => is(one) ?? one) };
    if (node.assignment) next.assignment = reassigned(node.assignment, id, to);
    return next;
  });
  const edges = flow.edges.map((edge) => ({
    ...edge,
    source: is(edge.source) ?? edge.source,
    target: is(edge.target) ?? edge.target,
  }));
  const layout = Object.fromEntries(
    Object.entries(flow.layout ?? {}).map(([node, position]) => [is(node) ?? node, position]),
  );
  return { ...flow, nodes, edges, layout };
}

// -- edges

export const withEdge = (flow: Flow, id: string, change: Partial<FlowEdge>): Flow => ({
  ...flow,
  edges: flow.edges.map((edge) => (edge.id === id ? tidyEdge({ ...edge, ...change }) : edge)),
});

function tidyEdge({ id, source, target, when, label, default: otherwise }: FlowEdge): FlowEdge {
  return {
    ...{ id, source, target },
    ...(when ? { when } : {}),
    ...(otherwise ? { default: true } : {}),
    ...(label && (label.zh || label.en) ? { label } : {}),
  };
}

export const withoutEdge = (flow: Flow, id: string): Flow => ({
  ...flow,
  edges: flow.edges.filter((edge) => edge.id !== id),
});

/** Looked at before the way that stood before it: conditions are tried in order. */
export function earlier(flow: Flow, id: string): Flow {
  const edge = flow.edges.find((each) => each.id === id);
  const ways = flow.edges.filter(({ source }) => source === edge?.source);
  const before = edge && ways[ways.indexOf(edge) - 1];
  if (!edge || !before) return flow;
  const swap = (each: FlowEdge) => (each === edge ? before : each === before ? edge : each);
  return { ...flow, edges: flow.edges.map(swap) };
}
