/** Where definitions hold expressions: for each kind, the places in its document, what they may name and what they must give. */
import { type About, typeOf, type Variable } from '@/expressions';
import type { Text } from '@/i18n';
import type { Field, Metadata } from '@/metadata';
import type { Content } from './api';
import type { Kind } from './kinds';

export interface ExpressionPlace {
  /** The way to the text in the document. */
  path: (string | number)[];
  label: Text;
  about: About;
  entity: string | null;
  /** A condition, unless something else is wanted. */
  expects?: string;
  target?: 'sql' | 'python' | 'browser';
  /** Empty where the document says nothing there. */
  text: string;
  /** It may say nothing there. */
  optional: boolean;
}

interface Around {
  key: string;
  metadata: Metadata;
}

type Find = (document: Content, around: Around) => ExpressionPlace[];

const asText = (value: unknown): string => (typeof value === 'string' ? value : '');
const asObject = (value: unknown): Content =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Content) : {};
const asObjects = (value: unknown): Content[] => (Array.isArray(value) ? value.map(asObject) : []);
const labelOf = (value: unknown, otherwise: string): Text => {
  const { zh, en } = asObject(value);
  const known = asText(zh) || asText(en);
  return known ? { zh: asText(zh) || known, en: asText(en) || known } : { zh: otherwise, en: otherwise };
};

const ofView: Find = (document) => {
  const entity = asText(document.entity);
  const label = { zh: '筛选', en: 'Filter' };
  return [
    {
      path: ['filter'],
      label,
      about: { entity },
      entity,
      target: 'sql',
      text: asText(document.filter),
      optional: true,
    },
  ];
};

const CHECK: (message: Text) => Text = ({ zh, en }) => ({ zh: `校验 · ${zh}`, en: `Check · ${en}` });

function checksOf(document: Content, about: About, entity: string): ExpressionPlace[] {
  return asObjects(document.checks).map(({ expression, message }, index) => ({
    path: ['checks', index, 'expression'],
    label: CHECK(labelOf(message, String(index + 1))),
    about,
    entity,
    target: 'python',
    text: asText(expression),
    optional: false,
  }));
}

const ofEntity: Find = (document, { key }) => checksOf(document, { entity: key }, key);

/** Types that a text can be asked to give by their name alone. */
const SIMPLE = new Set(['text', 'number', 'money', 'boolean', 'date', 'datetime']);

/** What the value of a field must be; anything where that takes more than a name to say. */
const expectedOf = (field: Field | undefined): string => {
  const type = field ? typeOf(field) : '';
  return SIMPLE.has(type.split(':', 1)[0] ?? '') ? type : '';
};

const COMPUTED = 'computed';
const ITEM_CONDITIONS: [member: string, label: Text][] = [
  ['visible_when', { zh: '显示条件', en: 'Shown when' }],
  ['required_when', { zh: '必填条件', en: 'Required when' }],
  [COMPUTED, { zh: '计算值', en: 'Computed value' }],
];

/** A form that is not published yet is checked over its entity: the same fields, without the form's own labels. */
const ofForm: Find = (document, { key, metadata }) => {
  const entity = asText(document.entity);
  const published = metadata.forms.some((form) => form.key === key && form.entity === entity);
  const about: About = published ? { form: key } : { entity };
  const fields = metadata.entities.find((each) => each.key === entity)?.fields ?? [];
  const ofItem = (item: Content, path: (string | number)[]) =>
    ITEM_CONDITIONS.map(([member, label]): ExpressionPlace => {
      const field = asText(item.field);
      const known = fields.find((each) => each.key === field);
      const name = labelOf(item.label ?? known?.label, field);
      return {
        path: [...path, member],
        label: { zh: `${name.zh} · ${label.zh}`, en: `${name.en} · ${label.en}` },
        about,
        entity,
        target: 'browser',
        ...(member === COMPUTED ? { expects: expectedOf(known) } : {}),
        text: asText(item[member]),
        optional: true,
      };
    });
  const items = asObjects(document.sections).flatMap((section, at) =>
    asObjects(section.items).flatMap((item, index) => ofItem(item, ['sections', at, 'items', index])),
  );
  return [...items, ...checksOf(document, about, entity)];
};

/** A variable as far as it is written. */
function variableOf({ key, type, label, entity, currency }: Content): Variable[] {
  if (!asText(key) || !asText(type)) return [];
  const more = { entity: asText(entity) || null, currency: asText(currency) || null };
  return [{ key: asText(key), type: asText(type) as Variable['type'], label: labelOf(label, asText(key)), ...more }];
}

const ofFlow: Find = (document, { key }) => {
  const entity = asText(document.entity);
  const draft = { entity, variables: asObjects(document.variables).flatMap(variableOf) };
  const shared = { about: { flow: key, draft }, entity };
  const nodes = asObjects(document.nodes);
  const titleOf = (id: unknown) => labelOf(nodes.find((node) => node.id === id)?.title, asText(id));
  const branches = asObjects(document.edges).map(({ source, target, when }, index): ExpressionPlace => {
    const [from, to] = [titleOf(source), titleOf(target)];
    const label = { zh: `${from.zh} → ${to.zh}`, en: `${from.en} → ${to.en}` };
    return { ...shared, path: ['edges', index, 'when'], label, text: asText(when), optional: true };
  });
  const values = nodes.flatMap((node, index) =>
    Object.entries(asObject(node.arguments)).map(([name, value]): ExpressionPlace => {
      const title = labelOf(node.title, asText(node.id));
      const label = { zh: `${title.zh} · ${name}`, en: `${title.en} · ${name}` };
      const path = ['nodes', index, 'arguments', name];
      return { ...shared, path, label, expects: '', text: asText(value), optional: false };
    }),
  );
  return [...branches, ...values];
};

const ofSegment: Find = (document) => {
  const entity = asText(document.entity);
  const label = { zh: '谁在其中', en: 'Who belongs to it' };
  const text = asText(document.condition);
  return [{ path: ['condition'], label, about: { entity }, entity, target: 'sql', text, optional: true }];
};

/** The rows of each grant; a grant on every entity names no fields that a condition could ask about. */
const ofRole: Find = (document, { metadata }) =>
  asObjects(document.grants).flatMap(({ entity: key, where }, index): ExpressionPlace[] => {
    const entity = asText(key);
    if (!entity || entity === '*') return [];
    const name = labelOf(metadata.entities.find((each) => each.key === entity)?.label, entity);
    return [
      {
        path: ['grants', index, 'where'],
        label: { zh: `${name.zh} · 只限这些记录`, en: `${name.en} · Only these records` },
        about: { entity },
        entity,
        target: 'sql',
        text: asText(where),
        optional: true,
      },
    ];
  });

const FINDERS: Partial<Record<Kind, Find>> = {
  view: ofView,
  segment: ofSegment,
  role: ofRole,
  entity: ofEntity,
  form: ofForm,
  flow: ofFlow,
};

/** Every place of a document that holds an expression or may hold one. */
export function expressionPlaces(kind: Kind, document: Content | null, around: Around): ExpressionPlace[] {
  return document ? (FINDERS[kind]?.(document, around) ?? []) : [];
}

/** The document with another text at a place; an empty one takes the member away where it may say nothing. */
export function withExpression(document: Content, { path, optional }: ExpressionPlace, text: string): Content {
  return changed(document, path, text.trim() || !optional ? text : undefined) as Content;
}

function changed(value: unknown, [step, ...rest]: (string | number)[], text: string | undefined): unknown {
  if (step === undefined) return text;
  if (Array.isArray(value)) return value.map((each, index) => (index === step ? changed(each, rest, text) : each));
  const object = asObject(value);
  const inner = changed(object[step], rest, text);
  if (inner !== undefined) return { ...object, [step]: inner };
  const { [step]: _, ...others } = object;
  return others;
}
