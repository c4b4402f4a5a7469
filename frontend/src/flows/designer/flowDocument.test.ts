/** Drawing changes the flow as one would expect: steps are put between, frames hold and grow, borders carry, nothing is left dangling. */
import { describe, expect, it } from 'vitest';
import { places } from '../layout';
import type { Flow, FlowNode, NodeType } from '../types';
import {
  added,
  canConnect,
  connected,
  earlier,
  freeId,
  moved,
  nodeOf,
  pinned,
  readFlow,
  removed,
  renamed,
  tidied,
  withEdge,
  withNode,
} from './flowDocument';
import { chosenAt, concerning, worst } from './problems';

const node = (id: string, type: NodeType, more: Partial<FlowNode> = {}): FlowNode => ({
  id,
  type,
  title: { zh: id, en: id },
  ...more,
});

const FLOW: Flow = {
  key: 'f',
  label: { zh: '流程', en: 'Flow' },
  entity: 'ticket',
  nodes: [
    node('start', 'start_event'),
    node('first', 'approval'),
    node('block', 'sub_process'),
    node('inner', 'handle', { parent: 'block' }),
    node('end', 'end_event'),
  ],
  edges: [
    { id: 'a', source: 'start', target: 'first' },
    { id: 'b', source: 'first', target: 'block', when: 'amount > 1' },
    { id: 'c', source: 'block', target: 'end' },
  ],
};

const ways = (flow: Flow) => flow.edges.map(({ source, target }) => `${source}>${target}`).sort();

describe('adding', () => {
  it('puts a step between a node and what follows it', () => {
    const { flow, id } = added(FLOW, 'handle', { after: 'first' });
    expect(ways(flow)).toEqual(['block>end', 'first>handle', 'handle>block', 'start>first']);
    expect(flow.edges.find(({ source }) => source === 'first')?.when).toBe('amount > 1');
    expect(nodeOf(flow, id)?.type).toBe('handle');
  });

  it('puts a step into a connection', () => {
    expect(ways(added(FLOW, 'notify', { within: 'c' }).flow)).toEqual([
      'block>notify',
      'first>block',
      'notify>end',
      'start>first',
    ]);
  });

  it('gives a gateway another way instead of taking over the one it has', () => {
    const { flow } = added(FLOW, 'exclusive_gateway', { after: 'first' });
    const again = added(flow, 'cc', { after: 'exclusive' }).flow;
    expect(ways(again)).toContain('exclusive>block');
    expect(ways(again)).toContain('exclusive>cc');
  });

  it('makes a sub-process that can run, and puts events on borders', () => {
    const { flow, id } = added(FLOW, 'sub_process', { after: 'first' });
    const inside = flow.nodes.filter(({ parent }) => parent === id);
    expect(inside.map(({ type }) => type)).toEqual(['start_event', 'end_event']);
    const on = added(flow, 'boundary_event', { host: 'inner' });
    expect(nodeOf(on.flow, on.id)).toMatchObject({ attached_to: 'inner', parent: 'block' });
  });

  it('makes room to the right where positions are kept', () => {
    const kept = pinned(FLOW);
    const before = places(kept).get('end')?.x ?? 0;
    const after = places(added(kept, 'handle', { after: 'first' }).flow);
    expect(after.get('end')?.x).toBeGreaterThan(before);
    expect(after.get('handle')?.x).toBeGreaterThan(after.get('first')?.x ?? 0);
  });
});

describe('moving', () => {
  it('puts what is dropped into a frame inside it, cuts what would cross its border, and grows it', () => {
    const kept = pinned(FLOW);
    const block = places(kept).get('block');
    const into = moved(kept, new Map([['first', { x: (block?.x ?? 0) + 60, y: (block?.y ?? 0) + 20 }]]));
    expect(nodeOf(into, 'first')?.parent).toBe('block');
    expect(ways(into)).toEqual(['block>end']);
    const [frame, first] = [places(into).get('block'), places(into).get('first')];
    expect((frame?.x ?? 0) + (frame?.width ?? 0) / 2).toBeGreaterThan((first?.x ?? 0) + (first?.width ?? 0) / 2);
    expect(nodeOf(moved(into, new Map([['first', { x: -900, y: 0 }]])), 'first')?.parent).toBeFalsy();
  });

  it('keeps an event on the border that it is dropped near, and moves it to another step', () => {
    const made = added(pinned(FLOW), 'boundary_event', { host: 'first' });
    const block = places(made.flow).get('block');
    const onto = { x: (block?.x ?? 0) - 20, y: (block?.y ?? 0) + (block?.height ?? 0) / 2 };
    const put = moved(made.flow, new Map([[made.id, onto]]));
    expect(nodeOf(put, made.id)?.attached_to).toBe('block');
    expect(places(put).get(made.id)?.y).toBeCloseTo(onto.y, 0);
    expect(tidied(put).layout).toEqual({});
  });
});

describe('removing and renaming', () => {
  it('closes the gap, and takes what is inside along', () => {
    expect(ways(removed(FLOW, 'first'))).toEqual(['block>end', 'start>block']);
    const without = removed(FLOW, 'block');
    expect(without.nodes.map(({ id }) => id)).toEqual(['start', 'first', 'end']);
    expect(ways(without)).toEqual(['first>end', 'start>first']);
  });

  it('follows a new id everywhere', () => {
    const flow = withNode(FLOW, 'first', { outcomes: [] });
    const back = { key: 'back', label: { zh: '退', en: 'Back' }, kind: 'send_back' as const, target: 'first' };
    const named = renamed(withNode(flow, 'inner', { outcomes: [back] }), 'first', 'review');
    expect(ways(named)).toEqual(['block>end', 'review>block', 'start>review']);
    expect(nodeOf(named, 'inner')?.outcomes?.[0]?.target).toBe('review');
    expect(renamed(FLOW, 'block', 'part').nodes.find(({ id }) => id === 'inner')?.parent).toBe('part');
  });
});

describe('connecting', () => {
  it('never crosses a border, enters a start or leaves an end', () => {
    const refused = [
      ['first', 'inner'],
      ['end', 'first'],
      ['first', 'start'],
      ['start', 'first'],
    ].filter(([source = '', target = '']) => canConnect(FLOW, source, target));
    expect(refused).toEqual([]);
    expect(ways(connected(FLOW, 'first', 'end'))).toContain('first>end');
  });

  it('changes the order in which conditions are tried', () => {
    const two = connected(FLOW, 'first', 'end');
    const last = two.edges.at(-1)?.id ?? '';
    const order = earlier(two, last)
      .edges.filter(({ source }) => source === 'first')
      .map(({ target }) => target);
    expect(order).toEqual(['end', 'block']);
  });

  it('leaves out what says nothing', () => {
    const edge = withEdge(FLOW, 'b', { when: '', default: false, label: { zh: '', en: '' } }).edges[1];
    expect(edge).toEqual({ id: 'b', source: 'first', target: 'block' });
    expect(withNode(FLOW, 'first', { form: '', due: null }).nodes[1]).toEqual(FLOW.nodes[1]);
  });
});

describe('problems', () => {
  const problem = (path: string, more = {}) => ({
    ...{ kind: 'flow' as const, key: 'f', code: 'c', message: { zh: '', en: '' }, suggestion: null },
    ...{ severity: 'error' as const, path },
    ...more,
  });

  it('are at the node or the connection that they are about', () => {
    expect(chosenAt(FLOW, '/nodes/1/outcomes/0')).toEqual({ kind: 'node', id: 'first' });
    expect(concerning(FLOW, problem('/edges/1/when', { node: 'first' }))).toEqual({ kind: 'edge', id: 'b' });
    expect(concerning(FLOW, problem('', { node: 'block' }))).toEqual({ kind: 'node', id: 'block' });
    expect(concerning(FLOW, problem('/label'))).toBeNull();
    const marks = worst(FLOW, [problem('/edges/1/when'), problem('/nodes/1', { severity: 'warning' })]);
    expect([...marks]).toEqual([['first', 'error']]);
  });
});

it('reads a document that lacks most of what a flow has', () => {
  expect(readFlow({ key: 'x' })).toMatchObject({ key: 'x', entity: '', nodes: [], edges: [] });
  expect(freeId(['a', 'a_2'], 'a')).toBe('a_3');
});
