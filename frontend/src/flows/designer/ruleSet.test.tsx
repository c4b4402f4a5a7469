/** A rule task asks a table or a set of rules: one of them is written down, never both. */
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { TestFrame } from '@/testing/TestFrame';
import type { Flow, FlowNode } from '../types';
import { type Design, DesignContext } from './design';
import { withNode } from './flowDocument';
import { DecisionSection } from './WorkSections';

const text = (en: string) => ({ zh: en, en });
const METADATA = { version: 1, entities: [], views: [], forms: [], flows: [], users: [], departments: [], roles: [] };
const FLOW: Flow = {
  key: 'f',
  label: text('F'),
  entity: 'ticket',
  nodes: [{ id: 'rate', type: 'rule_task', title: text('Rate'), decision: 'desk', outputs: { b: 'c' } }],
  edges: [],
};
const DEFINITIONS = [
  { kind: 'decision_table', key: 'desk', label: text('Desk') },
  { kind: 'rule', key: 'nightly', label: text('Nightly') },
];

let now: FlowNode | undefined;

function Section() {
  const [flow, setFlow] = useState(FLOW);
  const node = flow.nodes[0] as FlowNode;
  now = node;
  const design: Design = {
    ...{ flow, document: {}, readOnly: false, chosen: { kind: 'node', id: 'rate' }, problems: [], actions: [] },
    choose: () => undefined,
    change: (_, next) => setFlow(next),
    setNode: (_, each, change) => setFlow((before) => withNode(before, each.id, change)),
    setEdge: () => undefined,
    add: () => undefined,
    remove: () => undefined,
  };
  return (
    <DesignContext.Provider value={design}>
      <DecisionSection node={node} />
    </DesignContext.Provider>
  );
}

beforeEach(() => {
  vi.stubGlobal('fetch', async (path: string) => {
    const answer = /definitions\/\w/.test(String(path)) ? { content: {} } : DEFINITIONS;
    return new Response(JSON.stringify(answer), { headers: { 'content-type': 'application/json' } });
  });
});
afterEach(() => vi.unstubAllGlobals());

it('goes over from a table to rules and back', async () => {
  render(
    <TestFrame metadata={METADATA}>
      <Section />
    </TestFrame>,
  );
  const user = userEvent.setup();
  const pick = async (label: RegExp, option: string) => {
    await user.click(screen.getByRole('combobox', { name: label }));
    await user.click(await screen.findByRole('option', { name: option }));
  };
  await pick(/Table or rules/, 'A set of rules');
  expect([now?.decision, now?.outputs]).toEqual([undefined, undefined]);
  await pick(/^Rules/, 'Nightly');
  expect(now?.rules).toEqual(['nightly']);
  await pick(/Table or rules/, 'Desk');
  expect([now?.decision, now?.rules]).toEqual(['desk', undefined]);
});
