/** Every node type is drawn; an instance's drawing says where it is and which way it went. */
import { render, screen, within } from '@testing-library/react';
import { beforeAll, describe, expect, it } from 'vitest';
import { edges, node, text } from '@/testing/flowParts';
import { TestFrame } from '@/testing/TestFrame';
import { FlowCanvas, firstView } from './FlowCanvas';
import { FlowSteps } from './FlowSteps';
import { graphOf } from './graph';
import { incidentText, withoutEchoes } from './historyText';
import { statusOf } from './labels';
import { places } from './layout';
import { NODE_KINDS } from './nodeTypes';
import { progressOf } from './progress';
import type { Flow, HistoryItem, Instance } from './types';

const FLOW: Flow = {
  key: 'complaint',
  label: text('Complaint'),
  entity: 'ticket',
  nodes: [
    node('start', 'start_event'),
    node('triage', 'user_task', { outcomes: [{ key: 'confirm', label: text('Confirm'), kind: 'complete' }] }),
    node('late', 'boundary_event', {
      attached_to: 'triage',
      interrupting: false,
      events: [{ kind: 'timer', timer: { duration: 'PT30M' } }],
    }),
    node('escalate', 'service_task'),
    node('accepted', 'exclusive_gateway'),
    node('split', 'parallel_gateway'),
    node('quality', 'user_task'),
    node('plan', 'user_task'),
    node('join', 'parallel_gateway'),
    node('limit', 'exclusive_gateway'),
    node('finance', 'user_task', {
      outcomes: [{ key: 'back', label: text('Send back'), kind: 'send_back', target: 'plan' }],
    }),
    node('pause', 'intermediate_catch_event', { events: [{ kind: 'timer', timer: { duration: 'P1D' } }] }),
    node('reply', 'service_task'),
    node('end', 'end_event'),
  ],
  edges: edges(
    'start>triage',
    'late>escalate',
    'triage>accepted',
    'accepted>split',
    'accepted>end',
    'split>quality',
    'split>plan',
    'quality>join',
    'plan>join',
    'join>limit',
    'limit>finance',
    'limit>pause',
    'finance>pause',
    'pause>reply',
    'reply>end',
  ),
};

function instance(
  happened: [type: string, node: string | null, data?: Record<string, unknown>][],
  live: string[],
): Instance {
  const history: HistoryItem[] = happened.map(([type, id, data], minute) => ({
    at: new Date(2026, 10, 23, 9, minute).toISOString(),
    type,
    node_id: id,
    actor: null,
    data,
  }));
  return {
    id: 'one',
    flow: 'complaint',
    status: 'running',
    outcome: null,
    title: null,
    entity: 'ticket',
    record_id: null,
    started_at: '',
    ended_at: null,
    variables: {},
    tasks: [],
    tokens: live.map((id) => ({ node_id: id, since: null })),
    history,
    definition: FLOW,
  };
}

const TRIAGED: Parameters<typeof instance>[0] = [
  ['started', null],
  ['task_opened', 'triage'],
  ['task_decided', 'triage', { task: '1', outcome: 'confirm' }],
  ['task_completed', 'triage', { task: '1', outcome: 'confirm' }],
  ['task_opened', 'quality'],
  ['task_opened', 'plan'],
];

const APPROVING: typeof TRIAGED = [
  ...TRIAGED,
  ['task_completed', 'quality', {}],
  ['task_completed', 'plan', {}],
  ['joined', 'join'],
  ['task_opened', 'finance'],
];

const states = (found: Instance, ids: string[]) => ids.map((id) => progressOf(found).node(id));

describe('progress', () => {
  it('passes silent nodes on the way to what was reached', () => {
    const found = instance(TRIAGED, ['quality', 'plan']);
    expect(states(found, ['start', 'triage', 'accepted', 'split', 'quality', 'join', 'late', 'end'])).toEqual([
      'done',
      'done',
      'done',
      'done',
      'live',
      'ahead',
      'ahead',
      'ahead',
    ]);
    const taken = FLOW.edges.filter(({ id }) => progressOf(found).edge(id)).map(({ id }) => id);
    expect(taken).toEqual(['start>triage', 'triage>accepted', 'accepted>split', 'split>quality', 'split>plan']);
  });

  it('takes the branch that was taken, and both ways into a join', () => {
    const found = progressOf(
      instance([...APPROVING, ['task_completed', 'finance', {}], ['timer_fired', 'pause']], ['reply']),
    );
    expect(['quality>join', 'plan>join', 'limit>finance', 'finance>pause'].every(found.edge)).toBe(true);
    expect(['limit>pause', 'accepted>end'].some(found.edge)).toBe(false);
  });

  it('takes only the ways into a join by which something came', () => {
    const entered = (id: string): (typeof TRIAGED)[number] => ['node_entered', id];
    const left = (id: string): (typeof TRIAGED)[number] => ['node_left', id];
    const found = progressOf(
      instance(
        [
          ...['start', 'triage', 'accepted', 'split'].flatMap((id) => [entered(id), left(id)]),
          ...[entered('quality'), entered('plan'), left('quality'), entered('join')],
        ],
        ['plan', 'join'],
      ),
    );
    expect([found.edge('quality>join'), found.edge('plan>join')]).toEqual([true, false]);
    expect([found.edge('split>quality'), found.edge('split>plan')]).toEqual([true, true]);
    expect(['quality', 'plan', 'join'].map(found.node)).toEqual(['done', 'live', 'live']);
  });

  it('puts what was sent back ahead again, but not the other branch', () => {
    const sent: typeof TRIAGED = [...APPROVING, ['sent_back', 'finance', { target: 'plan' }], ['task_opened', 'plan']];
    const found = instance(sent, ['plan']);
    expect(states(found, ['plan', 'quality', 'join', 'finance'])).toEqual(['live', 'done', 'ahead', 'ahead']);
    expect(graphOf(FLOW, progressOf(found)).edges.find(({ id }) => id === 'finance:back')?.data?.taken).toBe(true);
  });

  it('says which tasks were withdrawn when a run was ended', () => {
    const ended: typeof TRIAGED = [
      ...TRIAGED,
      ['task_cancelled', 'quality'],
      ['task_cancelled', 'plan'],
      ['cancelled', null],
    ];
    expect(states(instance(ended, []), ['triage', 'quality', 'plan', 'join'])).toEqual([
      'done',
      'withdrawn',
      'withdrawn',
      'ahead',
    ]);
  });

  it('marks where an incident blocks', () => {
    const stuck = {
      ...instance(TRIAGED, ['quality']),
      incident: { node_id: 'quality', code: 'action_failed', blocking: true },
    };
    expect(progressOf(stuck).node('quality')).toBe('incident');
  });

  it('says of a run that could not begin that it is tried again, and why', () => {
    const incident = { node_id: null, code: 'not_started', detail: 'Connection refused', blocking: false };
    const waiting = { ...instance([], []), status: 'starting' as const, incident };
    expect(statusOf(waiting).label.en).toBe('Incident');
    expect(incidentText(incident).en).toBe('The flow has not started yet: Connection refused');
    expect(incidentText(incident).zh).toContain('还没有启动');
    expect(incidentText({ code: 'action_failed', detail: 'record.invalid: 标题太长 ｜ too long' })).toEqual({
      zh: '动作失败：标题太长',
      en: 'An action failed: too long',
    });
  });

  it('is running where something only wants looking at, and stopped where it is blocked', () => {
    const lonely = { node_id: 'plan', code: 'nobody_found', blocking: false };
    const status = (more: Partial<Instance>) => statusOf({ ...instance([], []), ...more }).label.en;
    expect(status({ incident: lonely })).toBe('Running');
    expect(status({ status: 'failed', incident: { ...lonely, blocking: true } })).toBe('Incident');
    expect(status({ status: 'failed', ended_at: '2026-11-23T09:00:00Z' })).toBe('Failed');
  });

  it('colours the drawing by the trail where the history begins late', () => {
    const whole = instance(TRIAGED, ['quality', 'plan']);
    const cut = { ...whole, history: whole.history.slice(-1), trail: whole.history };
    expect(states(cut, ['start', 'triage', 'join'])).toEqual(['done', 'done', 'ahead']);
    expect(progressOf(cut).history('triage')).toHaveLength(3);
  });

  it('tells a decision once', () => {
    expect(withoutEchoes(instance(TRIAGED, []).history).map(({ type }) => type)).not.toContain('task_completed');
  });
});

describe('layout', () => {
  it('gives every node a place, the boundary event on its host', () => {
    const at = places(FLOW);
    expect(at.size).toBe(FLOW.nodes.length);
    const [host, late] = [at.get('triage'), at.get('late')];
    expect(Math.abs((late?.y ?? 0) - (host?.y ?? 0))).toBe((host?.height ?? 0) / 2);
  });

  it('makes frames as large as what is in them, at any depth', () => {
    const nested = {
      ...FLOW,
      nodes: [
        node('start', 'start_event'),
        node('outer', 'sub_process'),
        node('inner', 'transaction', { parent: 'outer' }),
        node('a', 'user_task', { parent: 'inner' }),
        node('b', 'user_task', { parent: 'inner' }),
        node('alarm', 'event_sub_process', { parent: 'outer' }),
        node('failed', 'start_event', { parent: 'alarm', events: [{ kind: 'error' }] }),
        node('end', 'end_event'),
      ],
      edges: edges('start>outer', 'outer>end', 'a>b'),
    };
    const at = places(nested);
    const within = (inner: string, outer: string) => {
      const [one, other] = [at.get(inner), at.get(outer)];
      if (!one || !other) return false;
      const across = Math.abs(one.x - other.x) + one.width / 2 <= other.width / 2;
      return across && Math.abs(one.y - other.y) + one.height / 2 <= other.height / 2;
    };
    const pairs = [
      ['inner', 'outer'],
      ['a', 'inner'],
      ['b', 'inner'],
      ['alarm', 'outer'],
      ['failed', 'alarm'],
    ] as const;
    expect(pairs.filter(([inner, outer]) => !within(inner, outer))).toEqual([]);
    expect(at.get('end')?.x).toBeGreaterThan((at.get('outer')?.x ?? 0) + (at.get('outer')?.width ?? 0) / 2);
    const layers = new Map(graphOf(nested).nodes.map(({ id, zIndex }) => [id, zIndex ?? 0]));
    expect(layers.get('a')).toBeGreaterThan(layers.get('inner') ?? 99);
  });

  it('takes the positions of the definition as centres', () => {
    const placed = {
      ...FLOW,
      layout: Object.fromEntries(FLOW.nodes.map(({ id }, index) => [id, { x: index * 200, y: 100 }])),
    };
    const start = graphOf(placed).nodes[0];
    expect([start?.position.x, start?.position.y]).toEqual([-19, 81]);
  });

  it('shows a long flow around its live step instead of too small to read', () => {
    const { nodes } = graphOf(FLOW, progressOf(instance(APPROVING, ['finance'])));
    const box = { width: 600, height: 400 };
    const view = firstView(nodes, box);
    const finance = nodes.find(({ id }) => id === 'finance');
    const centre = ((finance?.position.x ?? 0) + 82) * view.zoom + view.x;
    expect(view.zoom).toBeGreaterThan(0.6);
    expect(centre).toBeGreaterThan(0);
    expect(centre).toBeLessThan(box.width);
  });
});

class NoResize {
  observe() {}
  unobserve() {}
  disconnect() {}
}

describe('canvas', () => {
  beforeAll(() => {
    globalThis.ResizeObserver ??= NoResize as unknown as typeof ResizeObserver;
  });

  it('draws every node type with its shape and name', () => {
    const flow = { ...FLOW, nodes: NODE_KINDS.map(({ type, first }) => node(type, type, first)), edges: [] };
    flow.nodes = flow.nodes.map((one) => (one.type === 'boundary_event' ? { ...one, attached_to: 'user_task' } : one));
    const { container } = render(
      <TestFrame>
        <FlowCanvas flow={flow} height={400} />
      </TestFrame>,
    );
    for (const { type, shape } of NODE_KINDS) {
      const drawn = container.querySelector(`[data-node-type="${type}"]`);
      expect(drawn, type).not.toBeNull();
      expect(drawn?.querySelector(`[data-shape="${shape}"]`), type).not.toBeNull();
    }
    expect(NODE_KINDS).toHaveLength(36);
  });

  it('draws where an instance is', () => {
    const { container } = render(
      <TestFrame>
        <FlowCanvas flow={FLOW} progress={progressOf(instance(TRIAGED, ['quality', 'plan']))} height={400} />
      </TestFrame>,
    );
    expect(container.querySelectorAll('[data-node-type]')).toHaveLength(FLOW.nodes.length);
    expect(container.querySelectorAll('[data-state="live"]')).toHaveLength(2);
  });

  it('draws how often an activity runs and what undoes it', () => {
    const flow = {
      ...FLOW,
      nodes: [
        node('each', 'user_task', { loop: { kind: 'parallel', collection: 'xs' } }),
        node('undo', 'service_task', { for_compensation: true }),
        node('free', 'ad_hoc_sub_process', { loop: { kind: 'standard', condition: 'true' } }),
      ],
      edges: [],
    };
    const { container } = render(
      <TestFrame>
        <FlowCanvas flow={flow} height={400} />
      </TestFrame>,
    );
    const marks = (id: string) =>
      [...container.querySelectorAll(`[data-node-id="${id}"] [data-marker]`)].map((one) =>
        one.getAttribute('data-marker'),
      );
    expect([marks('each'), marks('undo'), marks('free')]).toEqual([
      ['parallel'],
      ['compensation'],
      ['standard', 'ad_hoc'],
    ]);
  });

  it('has the same as a list', () => {
    render(
      <TestFrame>
        <FlowSteps flow={FLOW} progress={progressOf(instance(TRIAGED, ['quality', 'plan']))} />
      </TestFrame>,
    );
    const steps = screen.getByRole('list', { name: 'Steps of the flow' });
    expect(within(steps).getAllByText('In progress')).toHaveLength(2);
    expect(within(steps).getByText('finance')).toBeInTheDocument();
  });
});

describe('incidents', () => {
  it('are told in the language of the reader, which errors come in', () => {
    const said = incidentText({ code: 'action_failed', detail: 'record.invalid: 有 1 处需要修改 ｜ 1 value is wrong' });
    expect(said.zh).toMatch(/：有 1 处需要修改$/);
    expect(said.en).toMatch(/: 1 value is wrong$/);
    expect(incidentText({ code: 'action_failed', detail: 'gone' }).zh).toMatch(/：gone$/);
  });
});
