/** The editor of a rule: problems and blocks beside the text, a dry run that becomes a test case, and what is saved of it. */
import { QueryClient } from '@tanstack/react-query';
import { configure, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { EditorView } from 'codemirror';
import { AdminContext, memoryStore } from 'react-admin';
import { createMemoryRouter, RouterProvider } from 'react-router-dom';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Definition } from '@/build/api';
import { ConfirmProvider } from '@/components';
import { i18nProvider } from '@/i18n';
import { lightTheme } from '@/theme';
import type { RuleItem } from './api';
import RulePage from './RulePage';
import RulesPage from './RulesPage';

const TEXT = 'rule loud\n  when social.post as p\n  if p.text contains "!"\n  then tag(["loud"])\nend\n';
const content = { kind: 'rule', key: 'loud', label: { zh: '吵', en: 'Loud' }, text: TEXT };
const said = (en: string) => ({ zh: en, en });
const definition: Definition = {
  kind: 'rule',
  key: 'loud',
  version: 4,
  content,
  draft: null,
  removed: false,
  draft_base_version: null,
  draft_at: null,
  versions: [],
  problems: [],
};
const running: RuleItem = {
  key: 'loud',
  label: content.label,
  description: null,
  text: TEXT,
  enabled: true,
  off: false,
  off_reason: null,
  off_at: null,
  off_by: null,
  version: 4,
  problem: null,
  purpose: null,
  trigger: { kind: 'event', sentence: said('somebody posts') },
  fired: 7,
  limited: 0,
  failed: 0,
  retracted: 0,
  incidents: 0,
  pending: 0,
  last_fired_at: null,
};
const silent: RuleItem = {
  ...running,
  key: 'silent',
  label: said('Silent'),
  off: true,
  off_reason: 'too many',
  text: 'x',
};
const me = {
  user: {
    id: 'u',
    name: 'A',
    email: 'a',
    locale: null,
    position: null,
    department_id: null,
    department: null,
    is_admin: true,
  },
  ...{ permissions: [] as string[], entities: {}, flows: [], roles: [] },
  app: { name: 'Weft', version: '0', timezone: 'Asia/Shanghai' },
};
const firing = {
  at: '2026-11-23T01:00:00Z',
  event: { id: 12, type: 'social.post', text: 'Hey!' },
  person: { id: 'p1', name: 'Wang Wei' },
  branch: 'then',
  status: 'fired',
  quiet_until: null,
  actions: [{ action: 'tag', arguments: { tags: ['loud'] }, later: false, refused: null }],
  trace: { 'p.text': 'Hey!', 'person.level': 'vip' },
};
const read = {
  ...{
    key: 'loud',
    title: '',
    priority: 0,
    purpose: null,
    calendar: null,
    actions: ['tag'],
    windows: 0,
    indexed_by: null,
  },
  trigger: { kind: 'event', sentence: said('somebody posts'), entity: null, events: ['social.post'] },
  sentence: said('When somebody posts, tag them'),
};

type Body = Record<string, unknown> & { text?: string; content?: Record<string, unknown> };
let reader: typeof me;
let asked: { path: string; body: Body }[];

function check({ text = '' }: Body) {
  const start = text.indexOf('tagg');
  if (start < 0) return { problems: [], rule: read };
  const problem = { code: 'x', start, end: start + 4, message: said('No action is called tagg'), suggestions: ['tag'] };
  return { problems: [problem], rule: null };
}

const ANSWERS: Record<string, (body: Body) => unknown> = {
  '/api/me': () => reader,
  '/api/rules': () => [running, silent],
  '/api/rules/silent': () => silent,
  '/api/rules/firings': () => ({ items: [], next: null }),
  '/api/definitions': () => [
    { kind: 'rule', key: 'new', label: said('New'), app: '', version: 0, draft: true, removed: false },
  ],
  '/api/rules/check': check,
  '/api/rules/matches': () => ({
    entity: 'person',
    count: 3,
    exact: true,
    basis: 'person',
    sentence: said('3 would match'),
  }),
  '/api/rules/dry-run': ({ days }) => ({
    ...{ from: firing.at, to: firing.at, events: 9, considered: 2, fired: 1, limited: 0, persons: 1, sends: 0 },
    truncated: days === 30,
    firings: days === 30 ? [] : [firing],
  }),
  '/api/rules/test': ({ tests }) => ({
    results: (tests as { title: unknown; expect: unknown[] }[]).map(({ title, expect: expected }) => ({
      ...{ title, passed: false, expected, found: [], sentence: said('It did not fire') },
    })),
  }),
  '/api/definitions/rule/loud': ({ content: draft }) =>
    draft ? { ...definition, draft, draft_base_version: 4 } : definition,
  '/api/publish': () => ({ changes: [], problems: [], published: false, version: 9 }),
};

// What is written is checked after a pause, and a busy machine makes it a long one.
configure({ asyncUtilTimeout: 8_000 });

beforeEach(() => {
  reader = me;
  asked = [];
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    const path = url.split('?')[0] ?? '';
    const body = init.body ? (JSON.parse(String(init.body)) as Body) : {};
    if (init.method !== 'GET') asked.push({ path, body });
    const answer = ANSWERS[path]?.(body) ?? {};
    return new Response(JSON.stringify(answer), { headers: { 'content-type': 'application/json' } });
  });
});
afterEach(() => vi.unstubAllGlobals());

const sent = (path: string) => asked.filter((each) => each.path === path).map(({ body }) => body);

function open(path: string) {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const around = (page: React.ReactNode) => (
    <AdminContext
      i18nProvider={i18nProvider}
      store={memoryStore({ locale: 'en' })}
      theme={lightTheme}
      queryClient={client}
    >
      <ConfirmProvider>{page}</ConfirmProvider>
    </AdminContext>
  );
  const routes = [
    { path: '/rules', element: around(<RulesPage />) },
    { path: '/rules/:key', element: around(<RulePage />) },
  ];
  render(<RouterProvider router={createMemoryRouter(routes, { initialEntries: [path] })} />);
}

async function editor(): Promise<EditorView> {
  const view = EditorView.findFromDOM(await screen.findByRole('textbox', { name: 'Rule text' }));
  if (!view) throw new Error('no editor there');
  return view;
}

it('tells a problem with its mend, and what the rule means once there is none', async () => {
  const user = userEvent.setup();
  open('/rules/loud');
  const view = await editor();
  expect(await screen.findByText('When somebody posts, tag them')).toBeInTheDocument();
  expect(await screen.findByText('3 would match')).toBeInTheDocument();

  const at = TEXT.indexOf('tag(');
  view.dispatch({ changes: { from: at, to: at + 3, insert: 'tagg' } });
  await user.click(await screen.findByRole('button', { name: 'Change to tag' }));
  expect(view.state.doc.toString()).toBe(TEXT);
  expect(await screen.findByText('Nothing wrong')).toBeInTheDocument();
});

it('leads from a block to its words, and puts a new part where it belongs', async () => {
  const user = userEvent.setup();
  open('/rules/loud');
  const view = await editor();
  await user.click(await screen.findByRole('button', { name: 'Condition if p.text contains "!"' }));
  const { from, to } = view.state.selection.main;
  expect(view.state.sliceDoc(from, to)).toBe('if p.text contains "!"');

  await user.click(screen.getByRole('button', { name: 'Add' }));
  await user.click(await screen.findByRole('menuitem', { name: 'Limit' }));
  await waitFor(() => expect(view.hasFocus).toBe(true));
  expect(view.state.doc.toString()).toBe(TEXT.replace('end\n', '  limit 1 per person per 6 hours\nend\n'));
});

it('keeps a firing of a dry run as a test case, which is run and saved with the rule', async () => {
  const user = userEvent.setup();
  open('/rules/loud');
  await screen.findByText('Nothing wrong');
  await user.click(screen.getByRole('button', { name: 'Dry run' }));
  const found = await screen.findByRole('list', { name: 'What would have fired' });
  expect(within(found).getByText('Wang Wei')).toBeInTheDocument();
  await user.click(within(found).getByRole('button', { name: 'Keep as test' }));

  const test = {
    title: { zh: '应触发：Hey!', en: 'Fires on: Hey!' },
    given: [
      ...[
        {
          at: '2026-11-23T09:00',
          event: 'social.post',
          values: { text: 'Hey!' },
          person: { name: 'Wang Wei', level: 'vip' },
        },
      ],
    ],
    expect: [{ at: '2026-11-23T09:00', branch: 'then', actions: [{ action: 'tag' }] }],
  };
  await user.click(await screen.findByRole('button', { name: 'Run the tests' }));
  expect(await screen.findByText('1 of 1 fail')).toBeInTheDocument();
  expect(screen.getByText('Missing')).toBeInTheDocument();
  expect(sent('/api/rules/test')).toEqual([{ text: TEXT, tests: [test] }]);

  await user.click(screen.getByRole('button', { name: 'Save draft' }));
  await waitFor(() => expect(sent('/api/definitions/rule/loud')).toHaveLength(1));
  expect(sent('/api/definitions/rule/loud')[0]).toEqual({ content: { ...content, tests: [test] }, base_version: 4 });
});

it('says of a dry run that not the whole time was tried, and does not advise a longer one', async () => {
  const user = userEvent.setup();
  open('/rules/loud');
  await screen.findByText('Nothing wrong');
  await user.click(screen.getByRole('combobox', { name: 'Over' }));
  await user.click(await screen.findByRole('option', { name: 'the last 30 days' }));
  await user.click(screen.getByRole('button', { name: 'Dry run' }));
  expect(await screen.findByText(/only the part above was tried/)).toBeInTheDocument();
  expect(screen.getByText('Ask of an event why it does not.')).toBeInTheDocument();
});

it('lists rules with drafts that were never published, and finds one by its words', async () => {
  const user = userEvent.setup();
  open('/rules');
  const table = await screen.findByRole('table', { name: 'Rules' });
  expect(await within(table).findByText('New')).toBeInTheDocument();
  expect(within(table).getByText('Switched off')).toBeInTheDocument();
  await user.type(screen.getByRole('textbox', { name: 'Search name, key or text' }), 'contains "!"');
  await waitFor(() => expect(within(table).queryByText('Silent')).not.toBeInTheDocument());
  expect(within(table).getByText('Loud')).toBeInTheDocument();
});

it('switches a rule off only with a reason', async () => {
  const user = userEvent.setup();
  open('/rules/loud');
  await user.click(await screen.findByRole('switch', { name: 'Switch of “Loud”' }));
  const dialog = await screen.findByRole('dialog');
  expect(within(dialog).getByRole('button', { name: 'Switch off' })).toBeDisabled();
  await user.type(within(dialog).getByRole('textbox', { name: /Reason/ }), 'wrong words');
  await user.click(within(dialog).getByRole('button', { name: 'Switch off' }));
  await waitFor(() => expect(sent('/api/rules/loud/switch')).toEqual([{ off: true, reason: 'wrong words' }]));
});

it('is read, not written, by those who only run it', async () => {
  reader = { ...me, user: { ...me.user, is_admin: false }, permissions: ['operate'] };
  open('/rules/silent');
  expect(await screen.findByRole('group', { name: 'Rule text' })).toHaveTextContent('x');
  expect(screen.getByText(/Switched off by Weft itself: too many/)).toBeInTheDocument();
  expect(screen.queryByRole('textbox', { name: 'Rule text' })).not.toBeInTheDocument();
  expect(screen.queryByRole('button', { name: 'Save draft' })).not.toBeInTheDocument();
  expect(screen.getAllByRole('tab').map((tab) => tab.textContent?.trim())).toEqual(['Firings', 'Pending', 'Incidents']);
  expect(screen.getByRole('switch', { name: 'Switch of “Silent”' })).not.toBeChecked();
});
