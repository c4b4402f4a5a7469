/** The one list of what a box can be narrowed and sorted by. */
import type { Text, TextReader } from '@/i18n';
import type { FlowSummary } from '@/metadata';
import type { Box } from './types';

export interface TaskFilter {
  /** As the API calls it. */
  key: string;
  label: Text;
  boxes: readonly Box[];
  /** Values and what they are called; a filter of one value is a switch. */
  options: (flows: FlowSummary[], t: TextReader) => [value: string, label: string][];
}

const ALL: readonly Box[] = ['todo', 'done', 'started', 'cc', 'drafts'];
const words =
  (...options: [string, Text][]) =>
  (_: FlowSummary[], t: TextReader): [string, string][] =>
    options.map(([value, text]) => [value, t(text)]);

export const SORT = 'sort';

export const FILTERS: TaskFilter[] = [
  {
    key: SORT,
    label: { zh: '排序', en: 'Sort' },
    boxes: ALL,
    options: words(
      ['oldest', { zh: '最早的在前', en: 'Oldest first' }],
      ['due', { zh: '先到期的在前', en: 'Due first' }],
      ['priority', { zh: '紧急的在前', en: 'Urgent first' }],
    ),
  },
  {
    key: 'flow',
    label: { zh: '流程', en: 'Flow' },
    boxes: ALL,
    options: (flows, t) => flows.map(({ key, label }) => [key, t(label)]),
  },
  {
    key: 'status',
    label: { zh: '状态', en: 'State' },
    boxes: ['done', 'started', 'cc'],
    options: words(
      ['open', { zh: '进行中', en: 'Open' }],
      ['completed', { zh: '已完成', en: 'Completed' }],
      ['cancelled', { zh: '已撤回', en: 'Withdrawn' }],
    ),
  },
  {
    key: 'overdue',
    label: { zh: '只看超时', en: 'Late only' },
    boxes: ['todo', 'started', 'cc'],
    options: words(['true', { zh: '超时', en: 'Late' }]),
  },
  {
    key: 'unread',
    label: { zh: '只看未读', en: 'Unread only' },
    boxes: ['todo', 'cc'],
    options: words(['true', { zh: '未读', en: 'Unread' }]),
  },
  {
    key: 'priority',
    label: { zh: '只看紧急', en: 'Urgent only' },
    boxes: ['todo', 'started', 'cc'],
    options: words(['1', { zh: '紧急', en: 'Urgent' }]),
  },
];
