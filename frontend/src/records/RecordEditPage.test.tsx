/** Editing: only what changed is sent with its version; a conflict is told and loses nothing; leaving asks. */
import { QueryClient } from '@tanstack/react-query';
import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { AdminContext, memoryStore } from 'react-admin';
import { createMemoryRouter, Link, RouterProvider } from 'react-router-dom';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ConfirmProvider } from '@/components';
import { i18nProvider } from '@/i18n';
import { type Entity, MetadataProvider } from '@/metadata';
import { dataProvider } from '@/providers/data';
import { lightTheme } from '@/theme';
import RecordEditPage from './RecordEditPage';

const entity: Entity = {
  key: 'ticket',
  label: { zh: '工单', en: 'Ticket' },
  title: 'title',
  fields: [
    { key: 'title', type: 'text', label: { zh: '标题', en: 'Title' } },
    { key: 'batch', type: 'text', label: { zh: '批次', en: 'Batch' } },
    { key: 'number', type: 'auto_number', label: { zh: '编号', en: 'Number' } },
  ],
};

const record = { id: 't1', version: 3, title: 'Leak', batch: 'A', number: 'T-1', _title: 'Leak', _labels: {} };
const everything = { create: true, read: true, update: true, delete: true, fields: {} };
const me = { user: { id: 'u', name: 'Li' }, roles: [], permissions: [], entities: { ticket: everything }, flows: [] };

const conflict = {
  error: {
    code: 'record.version',
    message: { zh: '有人改过', en: 'Somebody changed it' },
    params: { who: 'Wang' },
    problems: [{ field: 'batch', path: '/batch', code: 'field.changed', old: 'A', new: 'B' }],
  },
};

const json = (body: unknown, status = 200) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });

let sent: unknown[];
let answers: Response[];

beforeEach(() => {
  sent = [];
  answers = [];
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    if (init.method === 'PATCH') {
      sent.push(JSON.parse(String(init.body)));
      return answers.shift();
    }
    return json(path === '/api/me' ? me : record);
  });
});

afterEach(() => vi.unstubAllGlobals());

function Page() {
  const empty = { version: 1, views: [], forms: [], flows: [], users: [], departments: [], roles: [] };
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  return (
    <AdminContext
      dataProvider={dataProvider}
      i18nProvider={i18nProvider}
      store={memoryStore({ locale: 'en' })}
      theme={lightTheme}
      queryClient={client}
    >
      <MetadataProvider value={{ ...empty, entities: [entity] }}>
        <ConfirmProvider>
          <Link to="/elsewhere">Elsewhere</Link>
          <RecordEditPage entityKey="ticket" />
        </ConfirmProvider>
      </MetadataProvider>
    </AdminContext>
  );
}

async function open() {
  const routes = [
    { path: '/records/ticket/:id/edit', element: <Page /> },
    { path: '*', element: <p>Another page</p> },
  ];
  render(<RouterProvider router={createMemoryRouter(routes, { initialEntries: ['/records/ticket/t1/edit'] })} />);
  return screen.findByLabelText('Title');
}

it('sends what was changed and the version it began with', async () => {
  answers = [json({ ...record, version: 4 })];
  await userEvent.type(await open(), 'ing');
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  expect(await screen.findByText('Another page')).toBeInTheDocument();
  expect(sent).toEqual([{ version: 3, data: { title: 'Leaking' } }]);
});

it('tells who changed what meanwhile, and keeps what was typed', async () => {
  answers = [json(conflict, 409)];
  await userEvent.type(await open(), 'ing');
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  expect(await screen.findByText(/Wang changed this record/)).toBeInTheDocument();
  await userEvent.click(screen.getByRole('button', { name: 'Load theirs, keep my changes' }));
  await waitFor(() => expect(screen.queryByText(/Wang changed/)).not.toBeInTheDocument());
  expect(screen.getByLabelText('Title')).toHaveValue('Leaking');
});

it('asks before unsaved changes are left', async () => {
  await userEvent.type(await open(), '!');
  await userEvent.click(screen.getByRole('link', { name: 'Elsewhere' }));
  const question = await screen.findByRole('dialog', { name: 'Discard unsaved changes?' });
  await userEvent.click(within(question).getByRole('button', { name: 'Cancel' }));
  expect(screen.getByLabelText('Title')).toHaveValue('Leak!');
});
