/** Edges go around the nodes between their ends. */
import { describe, expect, it } from 'vitest';
import { edges, node, text } from '@/testing/flowParts';
import { graphOf } from './graph';
import { alongLane, corners, crosses, endAt, rounded, wayOf } from './lanes';
import { type Place, places, type Side } from './layout';
import type { Flow, FlowNode, NodeType } from './types';

function drawn(nodes: FlowNode[], ...pairs: string[]): Flow {
  return { key: 'drawn', label: text('Drawn'), entity: 'ticket', nodes, edges: edges(...pairs) };
}

/** The edges that go through a node at which they neither begin nor end. */
function crossing(flow: Flow): string[] {
  const at = places(flow);
  return graphOf(flow).edges.flatMap(({ id, source, target, sourceHandle, targetHandle, data }) => {
    const end = (name: string, handle?: string | null) =>
      endAt(at.get(name) as Place, (handle ?? '').replace(/^(in|out)-/, '') as Side);
    const [from, to] = [end(source, sourceHandle), end(target, targetHandle)];
    const line = data?.lane == null ? corners(from, to) : alongLane(from, to, data.lane);
    const others = flow.nodes.filter((each) => each.id !== source && each.id !== target);
    return others.some((each) => crosses(line, at.get(each.id) as Place)) ? [id] : [];
  });
}

const STEPS = ['a', 'b', 'c', 'd'].map((id) => node(id, 'user_task'));
const ENDS = [node('start', 'start_event'), node('end', 'end_event')];

describe('lanes', () => {
  it('lead what skips steps around them, forwards and back', () => {
    const ways = drawn([...ENDS, ...STEPS], 'start>a', 'a>b', 'b>c', 'c>d', 'd>end', 'a>d', 'b>end', 'd>b');
    expect(crossing(ways)).toEqual([]);
    expect(graphOf(ways).edges.find(({ id }) => id === 'a>d')?.data?.lane).not.toBeNull();
    expect(graphOf(ways).edges.find(({ id }) => id === 'a>b')?.data?.lane).toBeNull();
  });

  it('lead what begins at a border around its own node too', () => {
    const late = node('late', 'boundary_event', { attached_to: 'b', events: [{ kind: 'timer' }] });
    const ways = drawn(
      [...ENDS, ...STEPS, late],
      'start>a',
      'a>b',
      'b>c',
      'c>d',
      'd>end',
      'late>d',
      'late>a',
      'late>end',
    );
    expect(crossing(ways)).toEqual([]);
  });

  it('run beside one another', () => {
    const ways = drawn([...ENDS, ...STEPS], 'start>a', 'a>b', 'b>c', 'c>d', 'd>end', 'a>d', 'b>end', 'start>c');
    const found = graphOf(ways).edges.flatMap(({ data }) => (data?.lane == null ? [] : [data.lane]));
    expect(new Set(found).size).toBe(3);
  });

  it('lead a gateway’s way past the branches beside it', () => {
    const nodes = [...ENDS, node('which', 'exclusive_gateway'), ...STEPS];
    const ways = ['start>which', 'which>a', 'which>b', 'a>c', 'c>d', 'b>end', 'd>end', 'which>end'];
    expect(crossing(drawn(nodes, ...ways))).toEqual([]);
  });

  it('lead around a whole frame, and inside of one', () => {
    const frame = node('frame', 'sub_process');
    const inside = STEPS.slice(0, 3).map((each) => ({ ...each, parent: 'frame' }));
    const flow = drawn([...ENDS, frame, ...inside, node('d', 'user_task')], 'start>frame', 'frame>d', 'd>end');
    const more = drawn(flow.nodes, 'start>frame', 'frame>d', 'd>end', 'start>end', 'a>b', 'b>c', 'a>c');
    const found = graphOf(more).edges.filter(({ data }) => data?.lane != null);
    expect(found.map(({ id }) => id).toSorted()).toEqual(['a>c', 'start>end']);
    expect(crossing(more).filter((id) => id === 'start>end')).toEqual([]);
  });

  it('leave an edge as it is where nothing is free', () => {
    const box = (x: number, size: number): Place => ({ x, y: 0, width: size, height: size });
    const found = wayOf(box(0, 40), box(200, 40), ['right', 'left'], [box(200, 300)]);
    expect(found).toEqual({ sides: ['right', 'left'], lane: null });
  });

  it('keep nearly all edges of any drawing out of its nodes', () => {
    let [state, all, through] = [7, 0, 0];
    const random = (below: number) => {
      state = (state * 48271) % 2147483647;
      return state % below;
    };
    for (let round = 0; round < 60; round += 1) {
      const count = 6 + random(14);
      const types: NodeType[] = ['user_task', 'exclusive_gateway', 'service_task', 'parallel_gateway'];
      const inner = Array.from({ length: count }, (_, index) => node(`n${index}`, types[random(4)] ?? 'user_task'));
      const pairs = inner.flatMap(({ id }, index) => [
        `${index ? `n${random(index)}` : 'start'}>${id}`,
        ...(random(2) ? [`${id}>${index + 1 < count ? `n${index + 1 + random(count - index - 1)}` : 'end'}`] : []),
      ]);
      const flow = drawn([...ENDS, ...inner], ...new Set(pairs));
      all += flow.edges.length;
      through += crossing(flow).length;
    }
    expect(through / all).toBeLessThan(0.01);
  });
});

describe('a line', () => {
  it('has round corners, and its label on its longest part across', () => {
    const [path, x, y] = rounded([
      { x: 0, y: 0 },
      { x: 20, y: 0 },
      { x: 20, y: 50 },
      { x: 220, y: 50 },
      { x: 220, y: 0 },
    ]);
    expect(path).toBe('M0,0L12,0Q20,0 20,8L20,42Q20,50 28,50L212,50Q220,50 220,42L220,0');
    expect([x, y]).toEqual([120, 50]);
  });
});
