/** What a row may speak of: the fields that an expression can name, with the type the language gives them. */
import { useMemo } from 'react';
import { SYSTEM_FIELDS } from '@/fields';
import type { Text } from '@/i18n';
import { type Field, type FieldType, type Metadata, useMetadata } from '@/metadata';
import { type About, kindOfType, type Tree, type Variable } from '../tree';

export interface Subject {
  node: Tree;
  /** As inputs know it. */
  field: Field;
  label: Text;
  /** Whose field it is, where it lies behind a reference. */
  group: Text | null;
}

const TYPES: Record<FieldType, (field: Field) => string> = {
  text: () => 'text',
  long_text: () => 'text',
  phone: () => 'text',
  email: () => 'text',
  auto_number: () => 'text',
  number: () => 'number',
  money: ({ currency }) => `money:${currency ?? 'CNY'}`,
  boolean: () => 'boolean',
  date: () => 'date',
  datetime: () => 'datetime',
  choice: () => 'choice',
  stage: () => 'choice',
  multi_choice: () => 'list:choice',
  tags: () => 'list:text',
  reference: ({ entity }) => (entity ? `reference:${entity}` : 'reference'),
  user: () => 'reference:user',
  department: () => 'reference:department',
  sub_table: () => 'list:record',
};

/** The type the language gives a field. */
export const typeOf = (field: Field): string => TYPES[field.type]?.(field) ?? 'text';

const plain = (key: string, type: FieldType, zh: string, en: string): Field => ({ key, type, label: { zh, en } });

/** What lies behind a user or a department. */
const PEOPLE: Record<string, Field[]> = {
  user: [
    plain('name', 'text', '姓名', 'Name'),
    plain('email', 'email', '邮箱', 'E-mail'),
    plain('department', 'department', '部门', 'Department'),
  ],
  department: [plain('key', 'text', '代号', 'Key'), plain('name', 'text', '名称', 'Name')],
};

const targetOf = ({ type, entity }: Field): string | null =>
  type === 'reference' ? (entity ?? null) : type === 'user' || type === 'department' ? type : null;

function fieldsOf(metadata: Metadata, key: string): Field[] {
  const entity = metadata.entities.find((each) => each.key === key);
  return entity ? [...entity.fields, ...SYSTEM_FIELDS] : (PEOPLE[key] ?? []);
}

function subject(field: Field, before: Subject | null): Subject {
  const target = before && targetOf(before.field);
  const path = [...(before?.node.path ?? []), field.key];
  const hops = before ? [...(before.node.hops ?? (before.node.path ?? []).slice(1).map(() => null)), target] : [];
  const node: Tree = { op: 'field', type: typeOf(field), path, ...(hops.some(Boolean) ? { hops } : {}) };
  const both = (locale: keyof Text) =>
    before ? `${before.label[locale]} › ${field.label[locale]}` : field.label[locale];
  return { node, field, label: { zh: both('zh'), en: both('en') }, group: before?.label ?? null };
}

/** One step on through each reference; `deep` says how many steps more. */
function through(metadata: Metadata, first: Subject[], deep: number): Subject[] {
  if (deep === 0) return [];
  return first.flatMap((each) => {
    const target = targetOf(each.field);
    const next = target ? fieldsOf(metadata, target).map((field) => subject(field, each)) : [];
    return [...next, ...through(metadata, next, deep - 1)];
  });
}

const RECORD_LABEL: Text = { zh: '记录', en: 'Record' };

function flowSubjects(metadata: Metadata, entity: string, variables: readonly Variable[]): Subject[] {
  const own = [
    plain('outcome', 'text', '结果', 'Outcome'),
    plain('initiator', 'user', '发起人', 'Initiator'),
    // What is of a type that only the whole flow tells is written, not put together.
    ...variables.filter(({ type }) => (type as string) !== 'unknown'),
  ].map((field) => subject(field, null));
  const record = subject({ key: 'record', type: 'reference', label: RECORD_LABEL, entity }, null);
  const ofRecord = fieldsOf(metadata, entity).map((field) => subject(field, record));
  return [...own, record, ...ofRecord, ...through(metadata, ofRecord, 1)];
}

/** What an expression about this place may name, own fields first. `entity` is the one whose records it is about. */
export function subjectsOf(metadata: Metadata, about: About, entity: string | null): Subject[] {
  if (!entity) return [];
  if ('flow' in about) return flowSubjects(metadata, entity, about.draft?.variables ?? []);
  const own = fieldsOf(metadata, entity).map((field) => subject(field, null));
  return [...own, ...through(metadata, own, 1)];
}

/** The same object from drawing to drawing, which is what inputs that search in a list go by. */
export function useSubject(subjects: readonly Subject[], node: Tree): Subject {
  const metadata = useMetadata();
  return useMemo(() => subjectFor(subjects, node, metadata), [subjects, node, metadata]);
}

export function useSubjects(about: About, entity: string | null): Subject[] {
  const metadata = useMetadata();
  const said = JSON.stringify(about);
  return useMemo(() => subjectsOf(metadata, JSON.parse(said) as About, entity), [metadata, said, entity]);
}

/** `me` and `me.id` are one reading. */
const pathOf = ({ path }: Tree): string => (path?.join('.') === 'me' ? 'me.id' : (path ?? []).join('.'));

export const samePath = (left: Tree, right: Tree): boolean => pathOf(left) === pathOf(right);

const FIELD_TYPES: Record<string, FieldType> = {
  text: 'text',
  number: 'number',
  money: 'money',
  boolean: 'boolean',
  date: 'date',
  datetime: 'datetime',
  choice: 'choice',
  reference: 'reference',
  list: 'tags',
};

/** The subject of a node: the very object of the list, else one found by going its path, else one made of what the node says
 * (fields go, and are hidden). */
export function subjectFor(subjects: readonly Subject[], node: Tree, metadata?: Metadata): Subject {
  const known = subjects.find((each) => samePath(each.node, node)) ?? (metadata && walked(metadata, subjects, node));
  if (known) return known;
  const name = (node.path ?? []).join('.');
  const detail = node.type.includes(':') ? node.type.slice(node.type.indexOf(':') + 1) : null;
  const people = detail === 'user' || detail === 'department' ? detail : null;
  const type = people ?? FIELD_TYPES[kindOfType(node.type)] ?? 'text';
  const label = { zh: name, en: name };
  return { node, label, group: null, field: { key: name, type, label, entity: detail, currency: detail } };
}

/** A field further off than the list goes, and those of the reader, under the names of each step. */
function walked(metadata: Metadata, subjects: readonly Subject[], node: Tree): Subject | null {
  const [first, ...rest] = node.path ?? [];
  const roots = [...subjects.filter((each) => each.node.path?.length === 1), READER];
  let here = roots.find((each) => each.node.path?.[0] === first) ?? null;
  for (const key of rest) {
    const target: string | null = here && targetOf(here.field);
    const field = target ? fieldsOf(metadata, target).find((each) => each.key === key) : undefined;
    here = field ? subject(field, here) : null;
  }
  return here && { ...here, node, group: null };
}

const READER = subject(plain('me', 'user', '我', 'Me'), null);

/** The reader, where a user or a department is wanted. */
const ME: Record<string, Subject[]> = {
  'reference:user': [
    {
      node: { op: 'field', type: 'reference:user', path: ['me', 'id'], hops: ['user'] },
      field: plain('me', 'user', '我', 'Me'),
      label: { zh: '我（看的人）', en: 'Me (whoever looks)' },
      group: null,
    },
  ],
  'reference:department': [
    {
      node: { op: 'field', type: 'reference:department', path: ['me', 'department'], hops: ['user'] },
      field: plain('department', 'department', '我的部门', 'My department'),
      label: { zh: '我的部门', en: 'My department' },
      group: null,
    },
  ],
};

/** Other fields that may stand beside a field of this type. */
export function counterparts(subjects: readonly Subject[], type: string, than: Tree): Subject[] {
  return [...(ME[type] ?? []), ...subjects.filter(({ node }) => node.type === type && !samePath(node, than))];
}
