/** Agents are appointed for a time and for flows, seen from both sides, and revoked once asked. */
import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { TestFrame } from '@/testing/TestFrame';
import AgentsPage from './AgentsPage';
import type { StandingAgent } from './api';

const ME = {
  user: { id: 'me', name: 'Sun Li', is_admin: false },
  roles: [],
  permissions: [],
  entities: {},
  flows: [],
  app: null,
};
const METADATA = {
  ...{ version: 1, entities: [], views: [], forms: [], departments: [], roles: [] },
  users: [
    { id: 'me', name: 'Sun Li', department_id: null },
    { id: 'u2', name: 'Li Na', department_id: null },
  ],
  flows: [{ key: 'complaint', label: { zh: '投诉', en: 'Complaint' }, entity: 'ticket' }],
};
const agent = (id: string, more: Partial<StandingAgent>): StandingAgent => ({
  ...{ id, principal: { id: 'me', name: 'Sun Li' }, agent: { id: 'u2', name: 'Li Na' }, mode: 'both', flows: null },
  ...{ starts_at: '2026-11-20T01:00:00Z', ends_at: null, revoked_at: null, status: 'active', created_by: null },
  ...{ created_at: '2026-11-20T01:00:00Z', mine: true },
  ...more,
});

let given: StandingAgent[];
let asked: [string, string, unknown][];

beforeEach(() => {
  asked = [];
  given = [agent('a1', { flows: ['complaint'] }), agent('a2', { status: 'ended' })];
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    const method = init.method ?? 'GET';
    const body = init.body ? JSON.parse(String(init.body)) : null;
    if (path.startsWith('/api/agents')) asked.push([method, path, body]);
    if (method === 'DELETE') given = given.filter(({ id }) => !path.endsWith(id));
    if (method === 'DELETE') return new Response(null, { status: 204 });
    const said = path.startsWith('/api/me')
      ? ME
      : method === 'POST'
        ? { ...agent('a3', {}), applied: { done: 2, failed: 1 } }
        : { given, received: [] };
    return new Response(JSON.stringify(said), { headers: { 'content-type': 'application/json' } });
  });
});

afterEach(() => vi.unstubAllGlobals());

function open() {
  render(
    <TestFrame metadata={METADATA}>
      <AgentsPage />
    </TestFrame>,
  );
  return userEvent.setup();
}

it('says who acts for whom, for what and until when; only what goes on can be revoked', async () => {
  const user = open();
  const own = await screen.findByRole('region', { name: 'Who acts for me' });
  expect(own).toHaveTextContent('Both may act · Complaint');
  expect(own).toHaveTextContent('until revoked');
  expect(within(own).getAllByRole('button', { name: 'Revoke' })).toHaveLength(1);
  expect(screen.queryByLabelText(/Whose/)).toBeNull();
  await user.click(within(own).getByRole('button', { name: 'Revoke' }));
  await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Revoke' }));
  expect(asked.at(-2)?.slice(0, 2)).toEqual(['DELETE', '/api/agents/a1']);
});

it('is appointed for some flows, never oneself', async () => {
  const user = open();
  await user.click(await screen.findByRole('button', { name: 'Appoint an agent' }));
  const dialog = await screen.findByRole('dialog');
  await user.click(within(dialog).getByRole('combobox', { name: /Agent/ }));
  expect(screen.queryByRole('option', { name: /Sun Li/ })).toBeNull();
  await user.click(await screen.findByRole('option', { name: /Li Na/ }));
  await user.click(within(dialog).getByRole('radio', { name: /Only the agent acts/ }));
  await user.click(within(dialog).getByRole('combobox', { name: /Which flows/ }));
  await user.click(await screen.findByRole('option', { name: 'Complaint' }));
  await user.keyboard('{Escape}');
  await user.click(within(dialog).getByRole('button', { name: 'Appoint' }));
  const [, , body] = asked.find(([method]) => method === 'POST') ?? [];
  expect(body).toEqual({
    ...{ agent_id: 'u2', mode: 'agent_only', flows: ['complaint'], starts_at: null, ends_at: null, open_tasks: true },
  });
});
