/** What the settings of a step for people are called, and what each choice means, in words that need no manual. */
import type { Text } from '@/i18n';
import type { Assignment, Mode, Outcome, Right, TaskOperation } from '../../types';

interface Said {
  label: Text;
  help: Text;
}

/** How many must agree. */
export const MODE_WORDS: Record<Mode, Said> = {
  any: {
    label: { zh: '任一人', en: 'Any of them' },
    help: {
      zh: '或签：第一个同意或驳回的人就替大家定了。',
      en: 'The first to agree or refuse decides for everybody.',
    },
  },
  all: {
    label: { zh: '所有人', en: 'Everybody' },
    help: { zh: '会签：同时发给每个人，全都同意才通过。', en: 'All get it at once; it passes when all have agreed.' },
  },
  sequence: {
    label: { zh: '依次', en: 'In turn' },
    help: {
      zh: '依次审批：前一个人同意了，才轮到下一个，顺序就是上面的顺序。',
      en: 'One after the other, in the order above: the next gets it when the one before has agreed.',
    },
  },
  vote: {
    label: { zh: '投票', en: 'By vote' },
    help: {
      zh: '票签：同意的够了就通过；不可能再够时立刻驳回。',
      en: 'Passes when enough have agreed; refused as soon as that can no longer happen.',
    },
  },
  claim: {
    label: { zh: '认领', en: 'Claim' },
    help: {
      zh: '大家都看得到，谁先认领谁处理；可以放回去。',
      en: 'All see it; whoever claims it does it, and may give it back.',
    },
  },
  one: {
    label: { zh: '第一个人', en: 'The first' },
    help: { zh: '只给上面找到的第一个人。', en: 'Only the first person found above gets it.' },
  },
  random: {
    label: { zh: '随机一人', en: 'By lot' },
    help: { zh: '从中抽一个人，每个任务抽一次。', en: 'One of them is drawn by lot, once for each task.' },
  },
};

export const REFUSALS: Record<NonNullable<Assignment['refusal']>, Text> = {
  at_once: { zh: '有一人驳回，立刻驳回', en: 'One refusal refuses at once' },
  wait: { zh: '等所有人表态后再算', en: 'Wait until everybody has answered' },
};

export const KINDS: Record<NonNullable<Outcome['kind']>, Text> = {
  complete: { zh: '同意，往下走', en: 'Agrees: goes on' },
  refuse: { zh: '驳回（算反对）', en: 'Refuses (counts against)' },
  abstain: { zh: '弃权（都不算）', en: 'Abstains (counts as neither)' },
  send_back: { zh: '退回重做', en: 'Sends back' },
};

/** Targets that are no step. */
export const PLACES: Record<'end' | 'initiator' | 'previous', Text> = {
  end: { zh: '结束流程', en: 'The end of the flow' },
  initiator: { zh: '发起人', en: 'The initiator' },
  previous: { zh: '上一步', en: 'The step before' },
};

export const OPERATIONS: Record<TaskOperation, Said> = {
  add_before: {
    label: { zh: '前加签', en: 'Add before' },
    help: { zh: '先请别人看，再轮到自己', en: 'Somebody else first, then oneself' },
  },
  add_after: {
    label: { zh: '后加签', en: 'Add after' },
    help: { zh: '自己同意后，再请别人看', en: 'After oneself, somebody else' },
  },
  add_alongside: {
    label: { zh: '并加签', en: 'Add alongside' },
    help: { zh: '请别人一起看', en: 'Somebody else at the same time' },
  },
  remove: {
    label: { zh: '减签', en: 'Remove' },
    help: { zh: '去掉加进来、还没表态的人', en: 'Take out people brought in who have not acted' },
  },
  transfer: {
    label: { zh: '转办', en: 'Transfer' },
    help: { zh: '交给别人，责任一起过去', en: 'Hand it on; responsibility moves' },
  },
  delegate: {
    label: { zh: '委派', en: 'Delegate' },
    help: { zh: '请别人办，办完回到自己定', en: 'Let somebody do it; it returns to decide' },
  },
  reclaim: {
    label: { zh: '拿回', en: 'Take back' },
    help: { zh: '下一步没人动之前，收回自己的决定', en: 'Undo one’s decision while nobody has acted on it' },
  },
  consult: {
    label: { zh: '征询', en: 'Consult' },
    help: { zh: '问问别人的意见，不影响进度', en: 'Ask for an opinion; nothing waits for it' },
  },
};

export const DUPLICATES: Record<NonNullable<Assignment['duplicates']>, Text> = {
  never: { zh: '每次都要处理', en: 'Asked every time' },
  earlier: { zh: '同意过的人自动同意', en: 'Agrees automatically if they agreed before' },
  consecutive: { zh: '只在连续两步时自动同意', en: 'Agrees automatically right after their own step' },
};

export const OWN: Record<NonNullable<Assignment['own']>, Text> = {
  approve: { zh: '自己审自己的', en: 'Decides on their own request' },
  skip: { zh: '自动跳过', en: 'Is skipped' },
  superior: { zh: '换成上级', en: 'Their superior instead' },
  head: { zh: '换成部门负责人', en: 'The head of their department instead' },
};

export const NOBODY: Record<NonNullable<Assignment['nobody']>, Text> = {
  admin: { zh: '交给管理员', en: 'An administrator gets it' },
  pass: { zh: '自动通过', en: 'It passes' },
  refuse: { zh: '自动驳回', en: 'It is refused' },
  user: { zh: '交给指定的人', en: 'A named person gets it' },
  incident: { zh: '停下来，等运维处理', en: 'It stops as an incident' },
};

export const CHOSEN_BY: Record<NonNullable<Assignment['chosen_by']>, Text> = {
  initiator: { zh: '发起人在这些人里挑', en: 'The initiator picks among them' },
  previous: { zh: '上一步处理人在这些人里挑', en: 'Whoever did the step before picks among them' },
};

export const RIGHTS: Record<Right, Said> = {
  hidden: {
    label: { zh: '隐藏', en: 'Hidden' },
    help: { zh: '看不到，也改不了', en: 'Neither seen nor changed' },
  },
  masked: {
    label: { zh: '打码', en: 'Masked' },
    help: { zh: '只看得到一部分，如 138****0001', en: 'Only a part is seen, such as 138****0001' },
  },
  read: { label: { zh: '只读', en: 'Read' }, help: { zh: '看得到，改不了', en: 'Seen, not changed' } },
  write: { label: { zh: '可填', en: 'Write' }, help: { zh: '可以填写和修改', en: 'May be filled in' } },
  required: { label: { zh: '必填', en: 'Required' }, help: { zh: '不填不能提交', en: 'Must be filled in' } },
};
