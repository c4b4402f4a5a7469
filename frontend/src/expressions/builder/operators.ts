/**
 * What a row can say of a field: one object for each operator, with the shape of tree it reads and writes. The order is
 * that of the menu, and of reading: the first whose shape fits has the row.
 */
import type { Text } from '@/i18n';
import { condition, constant, itemType, kindOfType, negated, operand, type Tree } from '../tree';

export interface Operator {
  key: string;
  label: Text;
  takes: 'none' | 'one' | 'two' | 'many';
  /** Whether it goes with a field of this type. */
  suits: (type: string) => boolean;
  /** Shown as what it is, never offered: the same is said by another. */
  hidden?: boolean;
  /** The field and the values in a node of this shape. */
  read: (node: Tree) => Parts | null;
  write: (field: Tree, values: readonly Tree[], listType: string) => Tree;
}

export interface Parts {
  field: Tree;
  values: readonly Tree[];
  /** Type of the list the values stand in. */
  listType?: string;
}

const kinds =
  (...names: string[]) =>
  (type: string): boolean =>
    names.includes(kindOfType(type));
const ordered = kinds('number', 'money', 'date', 'time', 'datetime', 'duration', 'period');
const timed = kinds('date', 'datetime');
const single = kinds(
  'text',
  'choice',
  'number',
  'money',
  'date',
  'time',
  'datetime',
  'duration',
  'period',
  'reference',
);
const anything = (): boolean => true;
const isField = (node: Tree | undefined): node is Tree => node?.op === 'field';

type Shape = Pick<Operator, 'read' | 'write'>;

/** `field op value`. */
const binary = (op: string): Shape => ({
  read: (node) => {
    const [field, value] = node.args ?? [];
    return node.op === op && isField(field) && value && node.args?.length === 2 ? { field, values: [value] } : null;
  },
  write: (field, [value]) => condition(op, field, value as Tree),
});

/** `field op [value, ...]`. */
const listed = (op: string): Shape => ({
  read: (node) => {
    const [field, list] = node.args ?? [];
    if (node.op !== op || !isField(field) || list?.op !== 'list') return null;
    return { field, values: list.args ?? [], listType: list.type };
  },
  write: (field, values, listType) =>
    condition(op, field, { op: 'list', type: listType, ...(values.length > 0 ? { args: values } : {}) }),
});

const bareField: Shape = {
  read: (node) => (isField(node) && node.type === 'boolean' ? { field: node, values: [] } : null),
  write: (field) => field,
};

const emptiness: Shape = {
  read: (node) => {
    const field = operand(node);
    return node.op === 'is_empty' && isField(field) ? { field, values: [] } : null;
  },
  write: (field) => condition('is_empty', field),
};

const answer = (value: boolean): Shape => ({
  read: (node) => {
    const [field, given] = node.args ?? [];
    return node.op === '=' && isField(field) && given?.op === 'const' && given.value === value
      ? { field, values: [] }
      : null;
  },
  write: (field) => condition('=', field, constant('boolean', value)),
});

/** Two comparisons of one field, which the checker makes of `between`. */
const between: Shape = {
  read: (node) => {
    const [low, high] = node.args ?? [];
    const [field, least] = low?.args ?? [];
    const [again, most] = high?.args ?? [];
    const bounds = node.op === 'and' && node.args?.length === 2 && low?.op === '>=' && high?.op === '<=';
    if (!bounds || !isField(field) || !isField(again) || !least || !most) return null;
    return field.path?.join('.') === again.path?.join('.') ? { field, values: [least, most] } : null;
  },
  write: (field, [least, most]) =>
    condition('and', condition('>=', field, least as Tree), condition('<=', field, most as Tree)),
};

const not = ({ read, write }: Shape): Shape => ({
  read: (node) => {
    const inner = operand(node);
    return node.op === 'not' && inner ? read(inner) : null;
  },
  write: (...parts) => negated(write(...parts)),
});

const isList = kinds('list');
const ofScalars = (type: string): boolean => isList(type) && itemType(type) !== 'record';
const textual = kinds('text');
const holder = (type: string): boolean => textual(type) || ofScalars(type);
const untimed = (type: string): boolean => single(type) && kindOfType(type) !== 'datetime';
const orderedUntimed = (type: string): boolean => ordered(type) && !timed(type);

const label = (zh: string, en: string): Text => ({ zh, en });

export const OPERATORS: readonly Operator[] = [
  { key: 'yes', label: label('为是', 'is yes'), takes: 'none', suits: kinds('boolean'), ...bareField },
  { key: 'not_yes', label: label('不为是', 'is not yes'), takes: 'none', suits: kinds('boolean'), ...not(bareField) },
  { key: 'no', label: label('为否', 'is no'), takes: 'none', suits: kinds('boolean'), ...answer(false) },
  {
    key: 'equal_yes',
    label: label('为是', 'is yes'),
    takes: 'none',
    suits: kinds('boolean'),
    hidden: true,
    ...answer(true),
  },
  { key: 'contains', label: label('包含', 'contains'), takes: 'one', suits: holder, ...binary('contains') },
  {
    key: 'lacks',
    label: label('不包含', 'does not contain'),
    takes: 'one',
    suits: holder,
    ...not(binary('contains')),
  },
  { key: 'equal', label: label('等于', 'is'), takes: 'one', suits: untimed, ...binary('=') },
  { key: 'unequal', label: label('不等于', 'is not'), takes: 'one', suits: untimed, ...not(binary('=')) },
  { key: 'in', label: label('是其中之一', 'is one of'), takes: 'many', suits: untimed, ...listed('in') },
  {
    key: 'not_in',
    label: label('不是其中之一', 'is none of'),
    takes: 'many',
    suits: untimed,
    ...not(listed('in')),
  },
  {
    key: 'contains_any',
    label: label('包含任一', 'contains any of'),
    takes: 'many',
    suits: holder,
    ...listed('contains_any'),
  },
  {
    key: 'contains_all',
    label: label('包含全部', 'contains all of'),
    takes: 'many',
    suits: holder,
    ...listed('contains_all'),
  },
  {
    key: 'contains_none',
    label: label('不包含任一', 'contains none of'),
    takes: 'many',
    suits: holder,
    ...not(listed('contains_any')),
  },
  { key: 'more', label: label('大于', 'is more than'), takes: 'one', suits: orderedUntimed, ...binary('>') },
  { key: 'least', label: label('不小于', 'is at least'), takes: 'one', suits: orderedUntimed, ...binary('>=') },
  { key: 'less', label: label('小于', 'is less than'), takes: 'one', suits: orderedUntimed, ...binary('<') },
  { key: 'most', label: label('不大于', 'is at most'), takes: 'one', suits: orderedUntimed, ...binary('<=') },
  { key: 'from', label: label('不早于', 'is on or after'), takes: 'one', suits: timed, ...binary('>=') },
  { key: 'before', label: label('早于', 'is before'), takes: 'one', suits: timed, ...binary('<') },
  { key: 'after', label: label('晚于', 'is after'), takes: 'one', suits: timed, ...binary('>') },
  { key: 'until', label: label('不晚于', 'is no later than'), takes: 'one', suits: timed, ...binary('<=') },
  { key: 'between', label: label('介于', 'is between'), takes: 'two', suits: ordered, ...between },
  { key: 'not_between', label: label('不介于', 'is not between'), takes: 'two', suits: ordered, ...not(between) },
  { key: 'empty', label: label('为空', 'is empty'), takes: 'none', suits: anything, ...emptiness },
  { key: 'filled', label: label('不为空', 'is not empty'), takes: 'none', suits: anything, ...not(emptiness) },
];

const BY_KEY = new Map(OPERATORS.map((operator) => [operator.key, operator]));

export function operatorOf(key: string): Operator {
  const found = BY_KEY.get(key);
  if (!found) throw new Error(`there is no operator ${key}`);
  return found;
}

/** The operators to choose from for a field of this type, with the one in force. */
export const operatorsFor = (type: string, current?: string): Operator[] =>
  OPERATORS.filter((operator) => (operator.suits(type) && !operator.hidden) || operator.key === current);
