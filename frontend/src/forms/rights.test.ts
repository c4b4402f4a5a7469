/** Forms under a step's rights, and what is sent and kept of sub-tables of which some columns are only shown. */
import { expect, it } from 'vitest';
import type { Field } from '@/metadata';
import { fieldsUnder, formUnder, withoutShownColumns, withShownColumns } from './rights';
import type { LiveForm } from './types';

const text = (en: string) => ({ zh: en, en });
const column = (key: string, type: Field['type'] = 'text'): Field => ({ key, type, label: text(key) });
const LINES: Field = {
  ...column('lines', 'sub_table'),
  fields: [column('name'), column('price', 'money'), column('cost', 'money'), column('secret')],
};
const RIGHTS = {
  a: 'hidden',
  b: 'read',
  c: 'required',
  salary: 'masked',
  'lines.price': 'read',
  'lines.cost': 'masked',
  'lines.secret': 'hidden',
  'lines.name': 'required',
  'lines.-': 'read',
} as const;

it('leaves out what is hidden, and makes the rest read-only or required', () => {
  const items = ['a', 'b', 'c', 'd', 'salary'].map((field) => ({ field }));
  const form: LiveForm = { key: 'f', label: text('f'), entity: 'e', sections: [{ items }] };
  expect(formUnder(form, RIGHTS).sections[0]?.items).toEqual([
    { field: 'b', access: 'read', required: false },
    { field: 'c', access: 'write', required: true },
    { field: 'd' },
    { field: 'salary', access: 'read', required: false },
  ]);
});

it('shows what is masked as text, and knows the columns and rows of a table', () => {
  const { salary, lines } = fieldsUnder({ salary: column('salary', 'money'), lines: LINES }, RIGHTS);
  expect(salary?.type).toBe('text');
  expect(lines?.fields?.map(({ key, type, access, required }) => [key, type, access, required])).toEqual([
    ['name', 'text', undefined, true],
    ['price', 'money', 'read', undefined],
    ['cost', 'text', 'read', undefined],
  ]);
  expect(lines?.rows).toEqual({ add: true, remove: false });
});

it('sends no columns that are only shown, and finds them again for what was kept', () => {
  const fields = fieldsUnder({ lines: LINES }, RIGHTS);
  const stored = { lines: [{ id: '1', name: 'belt', price: '2.00', cost: '***' }] };
  const sent = withoutShownColumns({ lines: [{ ...stored.lines[0], name: 'drum' }, { name: 'new' }] }, fields);
  expect(sent).toEqual({ lines: [{ id: '1', name: 'drum' }, { name: 'new' }] });
  expect(withShownColumns(sent, fields, stored)).toEqual({
    lines: [{ id: '1', name: 'drum', price: '2.00', cost: '***' }, { name: 'new' }],
  });
});
