/** Filter operators in the product's language, and literals for them. */
import type { FilterOperator } from './types';

const binary = (key: string, zh: string, en: string, sign: string): FilterOperator => ({
  key,
  label: { zh, en },
  takes: 'one',
  write: (name, value) => `${name} ${sign} ${value}`,
});

const unary = (key: string, zh: string, en: string, words: string): FilterOperator => ({
  key,
  label: { zh, en },
  takes: 'none',
  write: (name) => `${name} ${words}`,
});

const equal = binary('equal', '等于', 'is', '=');
const unequal = binary('unequal', '不等于', 'is not', '!=');
const empty = unary('empty', '为空', 'is empty', 'is empty');
const filled = unary('filled', '不为空', 'is not empty', 'is not empty');
const contains = binary('contains', '包含', 'contains', 'contains');
const lacks = binary('lacks', '不包含', 'does not contain', 'not contains');
const isIn: FilterOperator = {
  key: 'in',
  label: { zh: '是其中之一', en: 'is one of' },
  takes: 'many',
  write: (name, value) => `${name} in [${value}]`,
};

export const presence = [empty, filled];
export const linkOperators = [equal, unequal, ...presence];
export const textOperators = [contains, equal, unequal, lacks, ...presence];
export const orderOperators = [
  equal,
  unequal,
  binary('more', '大于', 'is more than', '>'),
  binary('least', '不小于', 'is at least', '>='),
  binary('less', '小于', 'is less than', '<'),
  binary('most', '不大于', 'is at most', '<='),
  ...presence,
];
export const timeOperators = [
  binary('from', '不早于', 'is on or after', '>='),
  binary('until', '早于', 'is before', '<'),
  ...presence,
];
export const choiceOperators = [equal, unequal, isIn, ...presence];
export const listOperators = [contains, lacks, ...presence];
export const booleanOperators = [
  unary('yes', '为是', 'is yes', '= true'),
  unary('no', '为否', 'is no', '= false'),
  empty,
];

export const quoted = (value: unknown): string => JSON.stringify(String(value ?? ''));
export const plain = (value: unknown): string => String(value ?? '');
