/** A form as one step of a flow has it: what is hidden there, only shown, masked or required, down to the rows and columns of sub-tables. */
import type { Field } from '@/metadata';
import type { FieldsByKey, LiveForm, LiveFormItem, Values } from './types';

type Right = 'hidden' | 'read' | 'write' | 'required' | 'masked';
/** `field`, `table.column`, `table.+` (adding rows), `table.-` (removing them) -> what may be done. */
export type FieldRights = Record<string, Right>;

function itemUnder(item: LiveFormItem, right: Right | undefined): LiveFormItem[] {
  if (right === 'hidden') return [];
  if (right === 'read' || right === 'masked') return [{ ...item, access: 'read', required: false }];
  if (right === 'required') return [{ ...item, access: 'write', required: true }];
  return [item];
}

export function formUnder(form: LiveForm, rights: FieldRights | null | undefined): LiveForm {
  if (!rights) return form;
  const sections = form.sections.map((section) => ({
    ...section,
    items: section.items.flatMap((item) => itemUnder(item, rights[item.field])),
  }));
  return { ...form, sections };
}

/** What is masked comes as text, whatever it is. */
const masked = ({ key, label }: Field): Field => ({ key, label, type: 'text' });

function columnUnder(column: Field, right: Right | undefined): Field[] {
  if (right === 'hidden') return [];
  if (right === 'masked') return [{ ...masked(column), access: 'read' }];
  if (right === 'read') return [{ ...column, access: 'read' }];
  if (right === 'required') return [{ ...column, required: true }];
  return [column];
}

function fieldUnder(field: Field, rights: FieldRights): Field {
  if (!field.fields) return rights[field.key] === 'masked' ? masked(field) : field;
  return {
    ...field,
    fields: field.fields.flatMap((column) => columnUnder(column, rights[`${field.key}.${column.key}`])),
    rows: { add: rights[`${field.key}.+`] !== 'read', remove: rights[`${field.key}.-`] !== 'read' },
  };
}

export function fieldsUnder(fields: FieldsByKey, rights: FieldRights | null | undefined): FieldsByKey {
  if (!rights) return fields;
  return Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, fieldUnder(field, rights)]));
}

type Row = Values & { id?: unknown };
const rowsOf = (value: unknown): Row[] => (Array.isArray(value) ? value : []);

/** Values without the columns that are only shown: nobody means to write those. */
export function withoutShownColumns(data: Values, fields: FieldsByKey): Values {
  const written = ([key, value]: [string, unknown]): [string, unknown] => {
    const shown = new Set(fields[key]?.fields?.filter(({ access }) => access === 'read').map((column) => column.key));
    if (shown.size === 0 || !Array.isArray(value)) return [key, value];
    return [
      key,
      rowsOf(value).map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => !shown.has(name)))),
    ];
  };
  return Object.fromEntries(Object.entries(data).map(written));
}

/** The reverse, for what was kept: rows that are there get the columns that are only shown from what is stored. */
export function withShownColumns(data: Values, fields: FieldsByKey, stored: Values): Values {
  const whole = ([key, value]: [string, unknown]): [string, unknown] => {
    if (!fields[key]?.fields || !Array.isArray(value)) return [key, value];
    const kept = new Map(rowsOf(stored[key]).map((row) => [row.id, row]));
    return [key, rowsOf(value).map((row) => ({ ...(row.id ? kept.get(row.id) : {}), ...row }))];
  };
  return Object.fromEntries(Object.entries(data).map(whole));
}
