/** A hand-over is looked at first, carried out with a result for each line, and given back. */
import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { Route, Routes } from 'react-router-dom';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { TestFrame } from '@/testing/TestFrame';
import type { Handover, HandoverLine } from './api';
import HandoverPage from './HandoverPage';
import HandoversPage from './HandoversPage';

const text = (en: string) => ({ zh: en, en });
const PEOPLE = [
  { id: 'u1', name: 'Wang Wei', active: false },
  { id: 'u2', name: 'Li Na', active: true },
];
const METADATA = {
  ...{ version: 1, entities: [], views: [], forms: [], flows: [], departments: [], roles: [] },
  users: [{ id: 'u2', name: 'Li Na', department_id: null }],
};

let handover: Handover;
let lines: HandoverLine[];
let asked: [string, string, unknown][];
let empty: boolean;

function answer(method: string, path: string, body: unknown): unknown {
  asked.push([method, path, body]);
  if (path.startsWith('/api/users')) return { items: PEOPLE };
  if (path === '/api/handovers' && method === 'POST') return { ...handover, lines, next: null };
  if (path.startsWith('/api/handovers/h1/run')) {
    handover = { ...handover, status: 'done', counts: { done: 1, failed: 1 } };
    lines = [
      { ...line(1), status: 'done' },
      { ...line(2), status: 'failed', code: 'task.already_in', detail: text('Li Na is there already') },
    ];
  }
  if (path.startsWith('/api/handovers/h1/reverse')) {
    handover = { ...handover, status: 'reversed', counts: { reversed: 1, failed: 1 } };
  }
  if (path.startsWith('/api/handovers/h1')) return { ...handover, lines, next: null };
  return { items: empty ? [] : [handover], next: null };
}

const line = (id: number): HandoverLine => ({
  ...{ id, kind: 'item', label: text(`Task ${id}`), detail: null, code: null, status: 'planned', link: `/tasks/${id}` },
});

beforeEach(() => {
  asked = [];
  empty = false;
  handover = {
    ...{ id: 'h1', from: { id: 'u1', name: 'Wang Wei' }, to: { id: 'u2', name: 'Li Na' }, parts: ['items'] },
    ...{ status: 'preview', counts: { planned: 2 }, created_by: null, created_at: '2026-11-23T01:00:00Z' },
    finished_at: null,
  };
  lines = [line(1), line(2)];
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    const body = init.body ? JSON.parse(String(init.body)) : null;
    return new Response(JSON.stringify(answer(init.method ?? 'GET', path, body)), {
      headers: { 'content-type': 'application/json' },
    });
  });
});

afterEach(() => vi.unstubAllGlobals());

function open(at: string) {
  render(
    <TestFrame metadata={METADATA} at={at}>
      <Routes>
        <Route path="/handovers" element={<HandoversPage />} />
        <Route path="/handovers/:id" element={<HandoverPage />} />
      </Routes>
    </TestFrame>,
  );
  return userEvent.setup();
}

it('offers to make the first one once', async () => {
  empty = true;
  open('/handovers');
  expect(await screen.findByText('No hand-overs yet')).toBeVisible();
  expect(screen.getAllByRole('button', { name: 'New hand-over' })).toHaveLength(1);
});

it('lists what would change, also of somebody who cannot sign in any more', async () => {
  const user = open('/handovers');
  await user.click(await screen.findByRole('button', { name: 'New hand-over' }));
  const dialog = await screen.findByRole('dialog');
  await user.click(within(dialog).getByRole('combobox', { name: /Whose work/ }));
  await user.click(await screen.findByRole('option', { name: /Wang Wei \(disabled\)/ }));
  await user.click(within(dialog).getByRole('combobox', { name: /To whom/ }));
  await user.click(await screen.findByRole('option', { name: /Li Na/ }));
  await user.click(within(dialog).getByRole('checkbox', { name: /Records they own/ }));
  await user.click(within(dialog).getByRole('button', { name: 'List what would change' }));
  expect(await screen.findByText('Work of Wang Wei to Li Na')).toBeVisible();
  expect(asked.find(([method]) => method === 'POST')?.[2]).toEqual({
    from_user: 'u1',
    to_user: 'u2',
    parts: ['items', 'definitions', 'superiors', 'departments', 'agents', 'instances'],
  });
  expect(screen.getByText(/nothing has yet/)).toBeVisible();
});

it('is carried out once confirmed, says what failed and why, and is given back', async () => {
  const user = open('/handovers/h1');
  await user.click(await screen.findByRole('button', { name: 'Carry it out' }));
  expect(asked.some(([method]) => method === 'POST')).toBe(false);
  await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Carry it out' }));
  expect(await screen.findByText('Li Na is there already')).toBeVisible();
  expect(await screen.findByRole('button', { name: 'Try the failed ones' })).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'Undo' }));
  await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Undo' }));
  expect(await screen.findByText('Undone')).toBeVisible();
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(screen.queryByRole('button', { name: 'Undo' })).toBeNull();
});
