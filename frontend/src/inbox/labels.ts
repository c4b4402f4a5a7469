/** Words and tones of boxes, task states, work items and reasons. */

import type { Text } from '@/i18n';
import type { ToneName } from '@/theme';
import type { Box, Counts, ItemKind, Mode, Sign, TaskItem, TaskOutcome, WorkItem } from './types';

export interface BoxWords {
  key: Box;
  label: Text;
  empty: Text;
  hint: Text;
  /** The number beside the tab. */
  count?: (counts: Counts) => number | undefined;
}

export const BOXES: BoxWords[] = [
  {
    key: 'todo',
    label: { zh: '待办', en: 'To do' },
    empty: { zh: '没有待办', en: 'Nothing to do' },
    hint: { zh: '分派给你的任务会立刻出现在这里。', en: 'A task given to you appears here at once.' },
    count: ({ todo }) => todo,
  },
  {
    key: 'done',
    label: { zh: '已办', en: 'Done' },
    empty: { zh: '还没有办过任务', en: 'Nothing done yet' },
    hint: { zh: '你处理过的任务留在这里，可随时查看。', en: 'Tasks you decided stay here to look at.' },
  },
  {
    key: 'started',
    label: { zh: '我发起', en: 'Started' },
    empty: { zh: '你还没有发起流程', en: 'You have started nothing yet' },
    hint: { zh: '从“发起申请”开始。', en: 'Begin with “New request”.' },
    count: ({ started_open }) => started_open,
  },
  {
    key: 'cc',
    label: { zh: '抄送', en: 'CC' },
    empty: { zh: '没有抄送', en: 'No copies' },
    hint: {
      zh: '别人请你知悉或征询你意见的任务会出现在这里。',
      en: 'Tasks you are to know of, or are asked about, appear here.',
    },
    count: ({ cc_unread }) => cc_unread,
  },
  {
    key: 'drafts',
    label: { zh: '草稿', en: 'Drafts' },
    empty: { zh: '没有草稿', en: 'No drafts' },
    hint: {
      zh: '填了一半的任务和申请会自动保存，从这里接着填。',
      en: 'Tasks and requests left half filled in are kept by themselves; go on with them here.',
    },
    count: ({ drafts }) => drafts,
  },
];

export const STATUS: Record<TaskItem['status'], { label: Text; color: ToneName }> = {
  open: { label: { zh: '进行中', en: 'Open' }, color: 'blue' },
  completed: { label: { zh: '已完成', en: 'Completed' }, color: 'green' },
  cancelled: { label: { zh: '已撤回', en: 'Withdrawn' }, color: 'grey' },
};

/** The tones of what was decided. */
export const OUTCOMES: Record<TaskOutcome['kind'], ToneName> = {
  complete: 'green',
  refuse: 'red',
  abstain: 'grey',
  send_back: 'orange',
};

/** What became of a task: its outcome where it has one. */
export function resultOf(task: TaskItem): { label: Text; color: ToneName } {
  const { label, color } = STATUS[task.status];
  const tone = task.outcome_kind ? OUTCOMES[task.outcome_kind] : color;
  return { label: task.outcome_label ?? label, color: tone };
}

/** What a task of no flow is called where others name their flow. */
export const ALONE: Text = { zh: '独立任务', en: 'Task of its own' };

/** How several people make one decision. */
export const MODES: Record<Mode, Text> = {
  one: { zh: '一人处理', en: 'One person decides' },
  any: { zh: '或签：任一人决定', en: 'Any one of them decides' },
  all: { zh: '会签：所有人同意', en: 'All must agree' },
  sequence: { zh: '依次审批', en: 'One after the other' },
  vote: { zh: '票签', en: 'Vote' },
  claim: { zh: '认领后处理', en: 'Whoever claims it decides' },
  random: { zh: '随机一人处理', en: 'One of them, drawn at random' },
};

/** Why somebody has a part; nothing for those whom the flow itself names. */
export const KINDS: Record<ItemKind, Text | null> = {
  assignee: null,
  before: { zh: '前加签', en: 'Added before' },
  after: { zh: '后加签', en: 'Added after' },
  alongside: { zh: '并加签', en: 'Added alongside' },
  delegate: { zh: '委派', en: 'Delegated to' },
  agent: { zh: '代理', en: 'Agent' },
  escalation: { zh: '升级', en: 'Escalated to' },
  cc: { zh: '抄送', en: 'Copied' },
  consult: { zh: '征询', en: 'Consulted' },
};

const ADDED: Text = { zh: '加签', en: 'Added' };

/** The same in the reader's own list. */
export const MY_PARTS: Partial<Record<ItemKind, Text>> = {
  before: ADDED,
  after: ADDED,
  alongside: ADDED,
  delegate: { zh: '委派给我', en: 'Delegated to me' },
  consult: { zh: '征询我的意见', en: 'Asks for my opinion' },
};

/** Why a part was decided without its person. */
export const REASONS: Record<string, Text> = {
  earlier: { zh: '此前已同意过，自动同意', en: 'Agreed earlier in this run, so agreed automatically' },
  consecutive: { zh: '上一步刚同意过，自动同意', en: 'Agreed at the step just before, so agreed automatically' },
  own: { zh: '发起人本人，自动同意', en: 'Is the initiator, so agreed automatically' },
  nobody_found: { zh: '找不到处理人，按规则自动处理', en: 'Nobody was found, so decided by the rule for that' },
  overdue: { zh: '超时，按规则自动处理', en: 'Overdue, so decided by the rule for that' },
};

const SIGNS: Record<Sign, { label: Text; color: ToneName }> = {
  agree: { label: { zh: '已同意', en: 'Agreed' }, color: 'green' },
  refuse: { label: { zh: '已拒绝', en: 'Refused' }, color: 'red' },
  abstain: { label: { zh: '已弃权', en: 'Abstained' }, color: 'grey' },
};

const PARTS: Record<WorkItem['status'], { label: Text; color: ToneName }> = {
  waiting: { label: { zh: '等待前面', en: 'Not yet their turn' }, color: 'grey' },
  open: { label: { zh: '待处理', en: 'To decide' }, color: 'blue' },
  done: { label: { zh: '已处理', en: 'Decided' }, color: 'green' },
  skipped: { label: { zh: '无需处理', en: 'Not needed any more' }, color: 'grey' },
  moved: { label: { zh: '已转交', en: 'Handed on' }, color: 'grey' },
  removed: { label: { zh: '已减签', en: 'Taken out' }, color: 'grey' },
};

const CLAIMED = { label: { zh: '已被他人认领', en: 'Claimed by somebody else' }, color: 'grey' } as const;

const KNOWING: Partial<Record<ItemKind, Record<'open' | 'done', { label: Text; color: ToneName }>>> = {
  cc: {
    open: { label: { zh: '未读', en: 'Not read' }, color: 'grey' },
    done: { label: { zh: '已阅', en: 'Read' }, color: 'green' },
  },
  consult: {
    open: { label: { zh: '待回复', en: 'Asked' }, color: 'blue' },
    done: { label: { zh: '已回复', en: 'Answered' }, color: 'green' },
  },
};

/** How far somebody's part is: their outcome in the flow's own words where they have one. */
export function stateOf(item: WorkItem, mode?: Mode | null): { label: Text; color: ToneName } {
  const knowing = KNOWING[item.kind];
  if (knowing) return knowing[item.status === 'open' || item.status === 'waiting' ? 'open' : 'done'];
  if (mode === 'claim' && item.status === 'waiting') return CLAIMED;
  if (item.status !== 'done') return PARTS[item.status];
  const sign = item.sign ? SIGNS[item.sign] : PARTS.done;
  return { label: item.outcome_label ?? sign.label, color: sign.color };
}
