/** The fields of a form with their rights at a step, as rows of a matrix. */

import { kindOf } from '@/fields/registry';
import type { Text } from '@/i18n';
import type { Entity, Field, Form } from '@/metadata';
import type { Right } from '../../types';

export interface RightRow {
  /** As in the node's rights: `amount`, `items.price`, `items.+`. */
  key: string;
  label: Text;
  /** Of a sub-table: a column, or what may be done with its rows. */
  inside: 'field' | 'column' | 'rows';
  /** What may be chosen. */
  choices: Right[];
  /** What it is when nothing is said. */
  usual: Right | null;
}

const READING: Right[] = ['hidden', 'masked', 'read'];
const WRITING: Right[] = [...READING, 'write', 'required'];

export function rightRows(form: Form, entity: Entity): RightRow[] {
  const items = form.sections.flatMap((section) => section.items);
  return items.flatMap((item) => {
    const field = entity.fields.find(({ key }) => key === item.field);
    if (!field) return [];
    const fixed = !!kindOf(field.type).automatic || !!item.computed;
    const written: Right = item.required || field.required ? 'required' : 'write';
    const row: RightRow = {
      key: field.key,
      label: item.label ?? field.label,
      inside: 'field',
      choices: fixed ? READING : WRITING,
      usual: fixed || item.access === 'read' ? 'read' : written,
    };
    return field.type === 'sub_table' ? [row, ...inside(field)] : [row];
  });
}

/** Columns and rows follow the table where nothing is said. */
function inside(table: Field): RightRow[] {
  const columns = (table.fields ?? []).map(
    (column): RightRow => ({
      key: `${table.key}.${column.key}`,
      label: column.label,
      inside: 'column',
      choices: kindOf(column.type).automatic ? READING : WRITING,
      usual: null,
    }),
  );
  const rows = (sign: '+' | '-', label: Text): RightRow => ({
    key: `${table.key}.${sign}`,
    label,
    inside: 'rows',
    choices: ['read', 'write'],
    usual: null,
  });
  return [...columns, rows('+', { zh: '加行', en: 'Adding rows' }), rows('-', { zh: '删行', en: 'Removing rows' })];
}

export type Rights = Record<string, Right>;

/** Of a table that is not given out nothing inside can be said. */
export const isShut = (rights: Rights, key: string): boolean => {
  const [table = '', inner] = key.split('.');
  return inner !== undefined && (rights[table] === 'hidden' || rights[table] === 'masked');
};

/** With one right said, or left as it is usually. */
export function withRight(rights: Rights, key: string, right: Right | null): Rights {
  const { [key]: _, ...rest } = rights;
  const next = right ? { ...rest, [key]: right } : rest;
  return Object.fromEntries(Object.entries(next).filter(([each]) => !isShut(next, each)));
}

/** Every row that can be is so. */
export function withAll(rights: Rights, rows: RightRow[], right: Right | null): Rights {
  return rows
    .filter((row) => row.inside === 'field' && (right === null || row.choices.includes(right)))
    .reduce((all, row) => withRight(all, row.key, right), rights);
}

/** How many fields are of each kind, where it is said here. */
export function countsOf(rights: Rights, rows: RightRow[]): [Right, number][] {
  const known = new Set(rows.map(({ key }) => key));
  const said = Object.entries(rights).filter(([key]) => known.has(key));
  return (['required', 'write', 'read', 'masked', 'hidden'] as const).flatMap((right): [Right, number][] => {
    const count = said.filter(([, each]) => each === right).length;
    return count ? [[right, count]] : [];
  });
}
