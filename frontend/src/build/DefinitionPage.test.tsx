/** The editor: what is saved, on which version, what a refusal leaves, and where a problem leads. */
import { QueryClient } from '@tanstack/react-query';
import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { EditorView } from 'codemirror';
import { AdminContext, memoryStore } from 'react-admin';
import { createMemoryRouter, RouterProvider } from 'react-router-dom';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ConfirmProvider } from '@/components';
import { i18nProvider } from '@/i18n';
import { lightTheme } from '@/theme';
import type { Definition } from './api';
import DefinitionPage from './DefinitionPage';

const TEXT = 'rule loud\n  when social.post as p\n  then tag(["吵"])\nend\n';
const content = { kind: 'rule', key: 'loud', label: { zh: '吵', en: 'Loud' }, text: TEXT };
const published: Definition = {
  kind: 'rule',
  key: 'loud',
  version: 4,
  content,
  draft: null,
  removed: false,
  draft_base_version: null,
  draft_at: null,
  versions: [{ version: 4, at: '2026-11-23T00:00:00Z', current: true }],
  problems: [],
};

const json = (body: unknown, status = 200) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });

let stored: Definition;
let sent: { content: Record<string, unknown>; base_version?: number }[];
let refusals: Response[];

/** Like the server: keeps the draft and says that `t` is no action. */
function save(body: (typeof sent)[number]): Response {
  sent.push(body);
  const refusal = refusals.shift();
  if (refusal) return refusal;
  const start = String(body.content.text).indexOf('tagg');
  const problem = { kind: 'rule', key: 'loud', path: '/text', code: 'expression.unknown_action' } as const;
  const message = { zh: '没有动作', en: 'no action is called tagg' };
  stored = {
    ...stored,
    draft: body.content,
    draft_base_version: 4,
    draft_at: '2026-11-23T01:00:00Z',
    problems:
      start < 0 ? [] : [{ ...problem, message, suggestion: 'tag', severity: 'error', span: [start, start + 4] }],
  };
  return json(stored);
}

beforeEach(() => {
  stored = published;
  sent = [];
  refusals = [];
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    if (init.method === 'PUT') return save(JSON.parse(String(init.body)));
    if (path === '/api/publish') return json({ changes: [], problems: stored.problems, published: false, version: 9 });
    return json(stored);
  });
});

afterEach(() => vi.unstubAllGlobals());

function open() {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const element = (
    <AdminContext
      i18nProvider={i18nProvider}
      store={memoryStore({ locale: 'en' })}
      theme={lightTheme}
      queryClient={client}
    >
      <ConfirmProvider>
        <DefinitionPage />
      </ConfirmProvider>
    </AdminContext>
  );
  const routes = [{ path: '/build/definitions/:kind/:key', element }];
  render(<RouterProvider router={createMemoryRouter(routes, { initialEntries: ['/build/definitions/rule/loud'] })} />);
}

async function editor(name: string): Promise<EditorView> {
  const view = EditorView.findFromDOM(await screen.findByRole('textbox', { name }));
  if (!view) throw new Error('no editor there');
  return view;
}

async function misspell(): Promise<void> {
  const view = await editor('Rule text');
  const at = view.state.doc.toString().indexOf('tag(');
  view.dispatch({ changes: { from: at, to: at + 3, insert: 'tagg' } });
  await screen.findByText('Unsaved');
}

it('saves the rule as the whole document on the version it started from, and leads to its problem', async () => {
  const user = userEvent.setup();
  open();
  await misspell();
  await user.click(screen.getByRole('button', { name: 'Save draft' }));
  await user.click(await screen.findByRole('button', { name: /no action is called tagg/ }));

  expect(sent).toEqual([{ content: { ...content, text: TEXT.replace('tag(', 'tagg(') }, base_version: 4 }]);
  expect(screen.queryByText('Unsaved')).not.toBeInTheDocument();
  const { state } = await editor('Rule text');
  expect(state.sliceDoc(state.selection.main.from, state.selection.main.to)).toBe('tagg');
  expect(screen.getByRole('button', { name: 'Publish' })).toBeDisabled();
});

it('keeps the edit when somebody published meanwhile, and saves it on top when told to', async () => {
  const user = userEvent.setup();
  const message = { zh: '已被更新', en: 'changed to version 5 meanwhile' };
  refusals = [json({ error: { code: 'definition.draft_outdated', message } }, 409)];
  open();
  await misspell();
  await user.click(screen.getByRole('button', { name: 'Save draft' }));
  expect(await screen.findByText(/changed to version 5 meanwhile/)).toBeInTheDocument();
  expect((await editor('Rule text')).state.doc.toString()).toContain('tagg(');

  await user.click(screen.getByRole('button', { name: 'Save mine on top' }));
  await waitFor(() => expect(sent).toHaveLength(2));
  expect(sent[1]).not.toHaveProperty('base_version');
});

it('sends nothing while the JSON is half-written', async () => {
  const user = userEvent.setup();
  open();
  await user.click(await screen.findByRole('tab', { name: 'JSON' }));
  const view = await editor('JSON of the definition');
  view.dispatch({ changes: { from: 0, to: 1, insert: '' } });
  await screen.findByText('Unsaved');
  await user.click(screen.getByRole('button', { name: 'Save draft' }));
  expect(sent).toEqual([]);
});
