/** Words and tones of boxes, task states and decisions. */

import type { Text } from '@/i18n';
import type { ToneName } from '@/theme';
import type { Box, TaskItem } from './api';

export const BOXES: { key: Box; label: Text; empty: Text; hint: Text }[] = [
  {
    key: 'todo',
    label: { zh: '待办', en: 'To do' },
    empty: { zh: '没有待办', en: 'Nothing to do' },
    hint: { zh: '分派给你的任务会立刻出现在这里。', en: 'A task given to you appears here at once.' },
  },
  {
    key: 'done',
    label: { zh: '已办', en: 'Done' },
    empty: { zh: '还没有办过任务', en: 'Nothing done yet' },
    hint: { zh: '你处理过的任务留在这里，可随时查看。', en: 'Tasks you decided stay here to look at.' },
  },
  {
    key: 'started',
    label: { zh: '我发起的', en: 'Started by me' },
    empty: { zh: '你还没有发起流程', en: 'You have started nothing yet' },
    hint: { zh: '在“流程实例”页可以发起流程。', en: 'Flows are started on the page “Instances”.' },
  },
  {
    key: 'cc',
    label: { zh: '抄送我的', en: 'CC' },
    empty: { zh: '没有抄送', en: 'No copies' },
    hint: { zh: '别人请你知悉的任务会出现在这里。', en: 'Tasks you are only to know of appear here.' },
  },
];

export const STATUS: Record<TaskItem['status'], { label: Text; color: ToneName }> = {
  open: { label: { zh: '进行中', en: 'Open' }, color: 'blue' },
  completed: { label: { zh: '已完成', en: 'Completed' }, color: 'green' },
  cancelled: { label: { zh: '已撤回', en: 'Withdrawn' }, color: 'grey' },
};

/** What became of a task: its outcome where it has one. */
export function resultOf(task: TaskItem): { label: Text; color: ToneName } {
  const { label, color } = STATUS[task.status];
  return { label: task.outcome_label ?? label, color };
}

export const ASSIGNEE_STATUS: Record<string, Text> = {
  open: { zh: '待处理', en: 'to decide' },
  done: { zh: '已处理', en: 'decided' },
  skipped: { zh: '已由他人处理', en: 'others decided' },
};

/** What a task of no flow is called where others name their flow. */
export const ALONE: Text = { zh: '独立任务', en: 'Task of its own' };
