/**
 * Edges around the nodes that they would be drawn through. Such an edge runs along a lane: a height at which nothing stands between its
 * two ends.
 */
import { getSmoothStepPath, Position } from '@xyflow/react';
import type { Place, Point, Side } from './layout';

/** What a lane keeps from the nodes beside it, and how far an edge goes straight before it turns. */
const APART = 18;
const STRAIGHT = 22;
/** The corners of edges. */
export const RADIUS = 8;
/** Lanes that are tried, the nearest first. */
const MOST_TRIED = 120;
/** Lanes beside one another: how far apart, and how many beside one node. */
const NEXT = 10;
const SIDE_BY_SIDE = 4;

const POSITION: Record<Side, Position> = {
  left: Position.Left,
  right: Position.Right,
  top: Position.Top,
  bottom: Position.Bottom,
};

/** Where an edge begins or ends, and on which side of its node. */
export interface End extends Point {
  side: Side;
}

/** The middle of a node's side. */
export function endAt({ x, y, width, height }: Place, side: Side): End {
  if (side === 'left' || side === 'right') return { x: x + (side === 'left' ? -width : width) / 2, y, side };
  return { x, y: y + (side === 'top' ? -height : height) / 2, side };
}

const isUpright = ({ side }: End) => side === 'top' || side === 'bottom';

/** The line from an end to the height of the lane: straight up or down, or a little outwards first. */
function toLane(end: End, lane: number): Point[] {
  const { x, y, side } = end;
  if (isUpright(end))
    return [
      { x, y },
      { x, y: lane },
    ];
  const out = x + (side === 'left' ? -STRAIGHT : STRAIGHT);
  return [
    { x, y },
    { x: out, y },
    { x: out, y: lane },
  ];
}

/** The corners of an edge along a lane. */
export const alongLane = (from: End, to: End, lane: number): Point[] => [
  ...toLane(from, lane),
  ...toLane(to, lane).toReversed(),
];

/** The corners of an edge as it is drawn when it has no lane. */
export function corners(from: End, to: End): Point[] {
  const [path] = getSmoothStepPath({
    ...{ sourceX: from.x, sourceY: from.y, sourcePosition: POSITION[from.side] },
    ...{ targetX: to.x, targetY: to.y, targetPosition: POSITION[to.side] },
    ...{ borderRadius: 0, offset: STRAIGHT },
  });
  const numbers = (path.match(/-?[\d.]+(?:e-?\d+)?/g) ?? []).map(Number);
  return numbers.flatMap((x, index) => (index % 2 ? [] : [{ x, y: numbers[index + 1] ?? 0 }]));
}

/** Whether a line goes through a node. */
export function crosses(line: Point[], { x, y, width, height }: Place): boolean {
  const [halfWidth, halfHeight] = [width / 2 + 1, height / 2 + 1];
  return line.slice(1).some((to, index) => {
    const from = line[index] ?? to;
    return (
      Math.max(from.x, to.x) > x - halfWidth &&
      Math.min(from.x, to.x) < x + halfWidth &&
      Math.max(from.y, to.y) > y - halfHeight &&
      Math.min(from.y, to.y) < y + halfHeight
    );
  });
}

/** Whether an end can be left towards a lane without going back through its own node. */
function opens({ side, y }: End, lane: number): boolean {
  if (side === 'top') return lane < y;
  return side === 'bottom' ? lane > y : true;
}

/** How an edge runs: the sides that it leaves and enters by, and its lane, if it needs one. */
export interface Way {
  sides: [Side, Side];
  lane: number | null;
}

/** Other sides, where nothing is free by those that were wanted. */
const INSTEAD: [Side, Side][] = [
  ['right', 'left'],
  ['right', 'top'],
  ['right', 'bottom'],
  ['bottom', 'bottom'],
  ['top', 'top'],
];

/** A lane that an edge has, and how far. */
export interface Lane {
  y: number;
  left: number;
  right: number;
}

/**
 * The way of an edge around `others`, by the sides that are wanted if it can be; as wanted if there is none. Its lane, if it has one, is
 * another than those in `lanes`, and is added to them.
 */
export function wayOf(source: Place, target: Place, wanted: [Side, Side], others: Place[], lanes: Lane[] = []): Way {
  for (const sides of [wanted, ...INSTEAD]) {
    const [from, to] = [endAt(source, sides[0]), endAt(target, sides[1])];
    const lane = freeLane(from, to, others, lanes);
    if (lane === undefined) continue;
    if (lane !== null) lanes.push({ y: lane, left: Math.min(from.x, to.x), right: Math.max(from.x, to.x) });
    return { sides, lane };
  }
  return { sides: wanted, lane: null };
}

/** The lane between two ends; null where none is needed, undefined where none is free. */
function freeLane(from: End, to: End, others: Place[], lanes: Lane[]): number | null | undefined {
  const drawn = corners(from, to);
  if (!others.some((each) => crosses(drawn, each))) return null;
  const [left, right] = [Math.min(from.x, to.x) - STRAIGHT, Math.max(from.x, to.x) + STRAIGHT];
  const between = others.filter(({ x, width }) => x + width / 2 > left && x - width / 2 < right);
  const cost = (lane: number) => Math.abs(lane - from.y) + Math.abs(lane - to.y);
  const distances = Array.from({ length: SIDE_BY_SIDE }, (_, index) => APART + index * NEXT);
  const around = between.flatMap(({ y, height }) =>
    distances.flatMap((distance) => [y - height / 2 - distance, y + height / 2 + distance]),
  );
  const isTaken = (lane: number) =>
    lanes.some((each) => Math.abs(each.y - lane) < NEXT && each.left < right && each.right > left);
  return [from.y, to.y, ...around]
    .filter((lane) => opens(from, lane) && opens(to, lane) && !isTaken(lane))
    .toSorted((a, b) => cost(a) - cost(b))
    .slice(0, MOST_TRIED)
    .find((lane) => {
      const line = alongLane(from, to, lane);
      return !between.some((each) => crosses(line, each));
    });
}

/** A line with round corners, and the middle of its longest part across, where its label stands. */
export function rounded(line: Point[]): [path: string, x: number, y: number] {
  const points = line.filter(({ x, y }, index) => {
    const [before, after] = [line[index - 1], line[index + 1]];
    const isOnTheWay = before && after && ((before.x === x && x === after.x) || (before.y === y && y === after.y));
    return !isOnTheWay;
  });
  const towards = (from: Point, to: Point, most: number): Point => {
    const length = Math.hypot(to.x - from.x, to.y - from.y);
    const part = length ? Math.min(most, length / 2) / length : 0;
    return { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part };
  };
  const path = points.map((point, index) => {
    const [before, after] = [points[index - 1], points[index + 1]];
    if (!before) return `M${point.x},${point.y}`;
    if (!after) return `L${point.x},${point.y}`;
    const [begin, end] = [towards(point, before, RADIUS), towards(point, after, RADIUS)];
    return `L${begin.x},${begin.y}Q${point.x},${point.y} ${end.x},${end.y}`;
  });
  const parts = points.slice(1).map((to, index) => ({ from: points[index] ?? to, to }));
  const across = ({ from, to }: { from: Point; to: Point }) => Math.abs(to.x - from.x);
  const [longest] = parts.toSorted((a, b) => across(b) - across(a));
  const { from, to } = longest ?? { from: { x: 0, y: 0 }, to: { x: 0, y: 0 } };
  return [path.join(''), (from.x + to.x) / 2, (from.y + to.y) / 2];
}
