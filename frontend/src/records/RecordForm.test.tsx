/** The conditions of an entity's own form at work on its pages: shown, required, checked, computed. */
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { AdminContext, memoryStore } from 'react-admin';
import { createMemoryRouter, RouterProvider } from 'react-router-dom';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { LiveForm, Tree } from '@/forms';
import { i18nProvider } from '@/i18n';
import { type Entity, type Form, MetadataProvider } from '@/metadata';
import { lightTheme } from '@/theme';
import { RecordForm } from './RecordForm';

const text = (en: string) => ({ zh: en, en });

const DEAL: Entity = {
  key: 'deal',
  label: text('Deal'),
  title: 'name',
  fields: [
    { key: 'name', type: 'text', label: text('Name') },
    { key: 'reason', type: 'text', label: text('Reason') },
    { key: 'price', type: 'number', label: text('Price') },
    { key: 'total', type: 'number', label: text('Total') },
  ],
};

const field = (type: string, key: string): Tree => ({ op: 'field', type, path: [key] });
const number = (value: string): Tree => ({ op: 'const', type: 'number', value });
const nameIsLost: Tree = {
  v: 2,
  op: '=',
  type: 'boolean',
  args: [field('text', 'name'), { op: 'const', type: 'text', value: 'lost' }],
};
const priceIsSmall: Tree = { v: 2, op: '<=', type: 'boolean', args: [field('number', 'price'), number('100')] };
const twice: Tree = { v: 2, op: '*', type: 'number', args: [field('number', 'price'), number('2')] };

const FORM: Omit<LiveForm, 'checks'> & { checks: unknown[] } = {
  key: 'deal_full',
  label: text('Deal'),
  entity: 'deal',
  sections: [
    {
      items: [
        { field: 'name' },
        { field: 'reason', visible_when_tree: nameIsLost, required_when_tree: nameIsLost },
        { field: 'price' },
        { field: 'total', computed: 'price * 2', computed_tree: twice },
      ],
    },
  ],
  checks: [{ expression: 'price <= 100', expression_tree: priceIsSmall, message: text('At most 100'), field: 'price' }],
};

const rights = { create: true, read: true, update: true, delete: true, fields: {} };
const me = { user: { id: 'u', name: 'Li' }, roles: [], permissions: [], entities: { deal: rights }, flows: [] };

beforeEach(() => {
  const answer = JSON.stringify(me);
  vi.stubGlobal('fetch', async () => new Response(answer, { headers: { 'content-type': 'application/json' } }));
});
afterEach(() => vi.unstubAllGlobals());

function open() {
  const save = vi.fn(async () => undefined);
  const empty = { version: 1, views: [], flows: [], users: [], departments: [], roles: [] };
  const page = (
    <AdminContext i18nProvider={i18nProvider} store={memoryStore({ locale: 'en' })} theme={lightTheme}>
      <MetadataProvider value={{ ...empty, entities: [DEAL], forms: [FORM as unknown as Form] }}>
        <RecordForm entity={DEAL} onSave={save} onCancel={() => undefined} />
      </MetadataProvider>
    </AdminContext>
  );
  render(<RouterProvider router={createMemoryRouter([{ path: '/', element: page }])} />);
  return save;
}

it('shows a field when its condition holds, asks for it, and forgets it when it is hidden again', async () => {
  const save = open();
  const name = await screen.findByLabelText('Name');
  expect(screen.queryByLabelText(/Reason/)).not.toBeInTheDocument();
  await userEvent.type(name, 'lost');
  expect(await screen.findByLabelText(/Reason/)).toBeRequired();
  await userEvent.type(screen.getByLabelText(/Reason/), 'price');
  await userEvent.type(name, '!');
  expect(screen.queryByLabelText(/Reason/)).not.toBeInTheDocument();
  await userEvent.type(screen.getByLabelText('Price'), '5');
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  expect(save).toHaveBeenCalledWith(expect.objectContaining({ name: 'lost!' }));
  expect(save).toHaveBeenCalledWith(expect.not.objectContaining({ reason: 'price' }));
});

it('computes as one types, and nobody types what is computed', async () => {
  const save = open();
  await userEvent.type(await screen.findByLabelText('Price'), '21');
  expect(await screen.findByText('42')).toBeInTheDocument();
  expect(screen.queryByLabelText('Total')).not.toBeInTheDocument();
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  const [sent] = save.mock.calls[0] as unknown as [Record<string, unknown>];
  expect(String(sent.total)).toBe('42');
});

it('says at the field which check does not hold, and saves nothing', async () => {
  const save = open();
  await userEvent.type(await screen.findByLabelText('Price'), '101');
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  expect(await screen.findByText('At most 100')).toBeInTheDocument();
  expect(save).not.toHaveBeenCalled();
});
