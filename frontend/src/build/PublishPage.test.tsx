/** Publishing: only the chosen drafts, never with errors, never losing something unasked. */
import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { TestFrame } from '@/testing/TestFrame';
import type { DefinitionEntry, Plan } from './api';
import PublishPage from './PublishPage';

const entry = (kind: DefinitionEntry['kind'], key: string): DefinitionEntry => {
  return { kind, key, label: { zh: key, en: key }, app: 'crm', version: 1, draft: true, removed: false };
};
const change = (key: string, destructive: boolean): Plan['changes'][number] => ({
  kind: 'entity',
  key,
  action: 'update',
  summary: { zh: `修改 ${key}`, en: `Change ${key}` },
  details: [{ table: key, change: { zh: '去掉列', en: 'Column goes' }, lock: 'exclusive', destructive }],
  uses: [],
});
const refusal: Plan['problems'][number] = {
  kind: 'rule',
  key: 'loud',
  path: '/text',
  code: 'expression.unknown_name',
  message: { zh: '没有', en: 'There is no x' },
  suggestion: null,
  severity: 'error',
};

interface Asked {
  dry_run: boolean;
  keys: { kind: string; key: string }[];
}

let asked: Asked[];
const published = () => asked.filter(({ dry_run }) => !dry_run);

/** A server with a broken rule and an entity whose change hides a column. */
function answer(path: string, init: RequestInit): unknown {
  if (path.startsWith('/api/publications')) return { items: [] };
  if (path !== '/api/publish') return [entry('entity', 'visit'), entry('rule', 'loud')];
  const body: Asked = JSON.parse(String(init.body));
  asked.push(body);
  const names = body.keys.map(({ key }) => key);
  return {
    changes: names.includes('visit') ? [change('visit', true)] : [],
    problems: names.includes('loud') ? [refusal] : [],
    published: !body.dry_run,
    version: 7,
  };
}

beforeEach(() => {
  asked = [];
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    return new Response(JSON.stringify(answer(path, init)), { headers: { 'content-type': 'application/json' } });
  });
});

afterEach(() => vi.unstubAllGlobals());

it('refuses while a chosen draft is wrong, and plans anew when it is left out', async () => {
  const user = userEvent.setup();
  render(<PublishPage />, { wrapper: TestFrame });
  expect(await screen.findByText('There is no x')).toBeInTheDocument();
  expect(screen.getByRole('button', { name: 'Publish 2' })).toBeDisabled();

  await user.click(screen.getByRole('checkbox', { name: 'Rule loud' }));
  await waitFor(() => expect(screen.getByRole('button', { name: 'Publish 1' })).toBeEnabled());
  expect(screen.queryByText('There is no x')).not.toBeInTheDocument();
  expect(published()).toEqual([]);
});

it('asks before something is lost, and publishes what was chosen', async () => {
  const user = userEvent.setup();
  render(<PublishPage />, { wrapper: TestFrame });
  await user.click(await screen.findByRole('checkbox', { name: 'Rule loud' }));
  const button = await screen.findByRole('button', { name: 'Publish 1' });
  await waitFor(() => expect(button).toBeEnabled());

  await user.click(button);
  await user.click(await screen.findByRole('button', { name: 'Cancel' }));
  expect(published()).toEqual([]);

  await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
  await user.click(button);
  await user.click(await screen.findByRole('button', { name: 'Publish anyway' }));
  await waitFor(() => expect(published()).toEqual([{ dry_run: false, keys: [{ kind: 'entity', key: 'visit' }] }]));
});
