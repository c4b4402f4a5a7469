/** A record's history: the newest page first, and the rest of it on demand, down to the beginning. */
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import type { Entity } from '@/metadata';
import { TestFrame } from '@/testing/TestFrame';
import { History } from './History';

const entity: Entity = {
  key: 'ticket',
  label: { zh: '工单', en: 'Ticket' },
  title: 'title',
  fields: [{ key: 'title', type: 'text', label: { zh: '标题', en: 'Title' } }],
};

const entry = (id: number, type: string) => ({
  id,
  at: '2026-11-23T03:00:00Z',
  actor: { id: 'u', name: `Li ${id}` },
  type: `ticket.${type}`,
  changes: { title: [`old ${id}`, `new ${id}`] },
});

afterEach(() => vi.unstubAllGlobals());

it('shows the newest changes, and the older ones when asked for more', async () => {
  const fetch = vi
    .fn()
    .mockResolvedValueOnce(Response.json({ items: [entry(9, 'updated'), entry(7, 'updated')], next: '7' }))
    .mockResolvedValueOnce(Response.json({ items: [entry(3, 'created')], next: null }));
  vi.stubGlobal('fetch', fetch);
  render(<History entity={entity} id="t1" />, { wrapper: TestFrame });
  await screen.findByText('Li 9');
  expect(screen.queryByText('Li 3')).toBeNull();
  await userEvent.click(screen.getByRole('button', { name: 'More' }));
  await screen.findByText('Li 3');
  expect(screen.getByText('Li 7')).toBeInTheDocument();
  expect(screen.queryByRole('button', { name: 'More' })).toBeNull();
  const asked = fetch.mock.calls.map(([path]) => path);
  expect(asked).toEqual(['/api/records/ticket/t1/history?limit=50', '/api/records/ticket/t1/history?limit=50&after=7']);
});
