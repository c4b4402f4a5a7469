/** What is done when several rows match, in one sentence each (DMN's hit policies and aggregates). */
import type { Text } from '@/i18n';
import type { Aggregate, HitPolicy } from './tableDocument';

interface Policy {
  key: HitPolicy;
  /** DMN's letter. */
  letter: string;
  label: Text;
  about: Text;
}

export const HIT_POLICIES: Policy[] = [
  {
    key: 'unique',
    letter: 'U',
    label: { zh: '唯一', en: 'Unique' },
    about: {
      zh: '最多只有一行会命中；几行同时命中就是错误。',
      en: 'At most one row matches; several at once are a mistake.',
    },
  },
  {
    key: 'any',
    letter: 'A',
    label: { zh: '任一', en: 'Any' },
    about: {
      zh: '可以有几行命中，但它们的结果必须相同。',
      en: 'Several rows may match, as long as they answer the same.',
    },
  },
  {
    key: 'first',
    letter: 'F',
    label: { zh: '首行', en: 'First' },
    about: { zh: '从上往下，第一个命中的行算数。', en: 'From the top, the first row that matches counts.' },
  },
  {
    key: 'priority',
    letter: 'P',
    label: { zh: '优先级', en: 'Priority' },
    about: {
      zh: '命中的行里，结果在输出取值中排得最前的算数。',
      en: 'Of the rows that match, the one counts whose answer stands first among the output’s values.',
    },
  },
  {
    key: 'rule_order',
    letter: 'R',
    label: { zh: '按行序列出', en: 'Rule order' },
    about: {
      zh: '所有命中的行都列出来，按表里的顺序。',
      en: 'All rows that match are listed, as they stand in the table.',
    },
  },
  {
    key: 'output_order',
    letter: 'O',
    label: { zh: '按结果序列出', en: 'Output order' },
    about: {
      zh: '所有命中的行都列出来，按输出取值的顺序。',
      en: 'All rows that match are listed, in the order of the output’s values.',
    },
  },
  {
    key: 'collect',
    letter: 'C',
    label: { zh: '汇集', en: 'Collect' },
    about: {
      zh: '所有命中的行合在一起，可以再求和、取最小、取最大或计数。',
      en: 'All rows that match are put together, and may be summed, counted, or their least or greatest taken.',
    },
  },
];

export const AGGREGATES: { key: Aggregate; label: Text; about: Text }[] = [
  { key: 'sum', label: { zh: '求和', en: 'Sum' }, about: { zh: '结果加在一起。', en: 'The answers are added up.' } },
  { key: 'min', label: { zh: '最小', en: 'Least' }, about: { zh: '取最小的结果。', en: 'The least answer is taken.' } },
  {
    key: 'max',
    label: { zh: '最大', en: 'Greatest' },
    about: { zh: '取最大的结果。', en: 'The greatest answer is taken.' },
  },
  { key: 'count', label: { zh: '计数', en: 'Count' }, about: { zh: '命中了多少行。', en: 'How many rows match.' } },
];
