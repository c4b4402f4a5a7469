/** The one list of what people may do with a task beside deciding it; what is allowed here and now, the server says. */
import {
  AtSign,
  BellRing,
  BookCheck,
  CornerDownLeft,
  Hand,
  type LucideIcon,
  MessageCircleQuestion,
  MessageSquareReply,
  Split,
  Undo2,
  UndoDot,
  UserRoundPlus,
  UserRoundX,
  Users,
  UsersRound,
} from 'lucide-react';
import type { Text } from '@/i18n';
import { type OperationRequest, operate, reclaim, withdraw } from './commands';
import type { TaskDetail } from './types';

export interface Operation {
  /** As the API calls it. */
  key: string;
  label: Text;
  /** One sentence: what it does, and what comes of it. */
  hint: Text;
  icon: LucideIcon;
  /** Whom it names. */
  people?: 'one' | 'several';
  /** An opinion or reason may or must be given. */
  comment?: 'optional' | 'required';
  /** It is asked about although nothing is to be filled in. */
  asked?: boolean;
  /** A button beside the decision, not a line of the menu; `alone`: only for whoever has nothing to decide. */
  beside?: true | 'alone';
  /** The task is no longer the reader's afterwards. */
  leaves?: boolean;
  shortcut?: string;
  /** Said when it is done. */
  done: Text;
  send?: (task: TaskDetail, request: Omit<OperationRequest, 'operation'>) => Promise<unknown>;
}

/** Asking for haste, which stays on the page while it rests. */
export const URGE = 'urge';

export const OPERATIONS: Operation[] = [
  {
    key: 'claim',
    label: { zh: '认领', en: 'Claim' },
    hint: { zh: '这个任务归你处理，别人不能再处理。', en: 'It is yours to decide, and nobody else’s.' },
    icon: Hand,
    beside: true,
    shortcut: 'i',
    done: { zh: '已认领', en: 'Claimed' },
  },
  {
    key: 'advise',
    label: { zh: '回复意见', en: 'Answer' },
    hint: { zh: '把你的意见告诉处理人，不影响审批。', en: 'Says what you think; decides nothing.' },
    icon: MessageSquareReply,
    comment: 'required',
    beside: true,
    done: { zh: '意见已回复', en: 'Answered' },
  },
  {
    key: 'read',
    label: { zh: '已阅', en: 'Mark as read' },
    hint: { zh: '告诉对方你已经看过。', en: 'Lets them know that you have seen it.' },
    icon: BookCheck,
    beside: 'alone',
    done: { zh: '已标记为已阅', en: 'Marked as read' },
  },
  {
    key: 'add_before',
    label: { zh: '前加签', en: 'Add before me' },
    hint: { zh: '先请他们处理，都同意后再回到你。', en: 'They decide first; it comes back to you when all agree.' },
    icon: UserRoundPlus,
    people: 'several',
    comment: 'optional',
    done: { zh: '已加签', en: 'Added' },
  },
  {
    key: 'add_after',
    label: { zh: '后加签', en: 'Add after me' },
    hint: { zh: '你同意之后，还要他们同意才算完成。', en: 'After you agree, they must agree too.' },
    icon: Users,
    people: 'several',
    comment: 'optional',
    done: { zh: '已加签', en: 'Added' },
  },
  {
    key: 'add_alongside',
    label: { zh: '并加签', en: 'Add alongside' },
    hint: { zh: '与你同时处理，按这一步的规则一起计票。', en: 'They sign beside you and count like everybody here.' },
    icon: UsersRound,
    people: 'several',
    comment: 'optional',
    done: { zh: '已加签', en: 'Added' },
  },
  {
    key: 'consult',
    label: { zh: '征询意见', en: 'Ask for an opinion' },
    hint: { zh: '请他们说说看法，你不用等他们。', en: 'They say what they think; nothing waits for it.' },
    icon: MessageCircleQuestion,
    people: 'several',
    comment: 'optional',
    done: { zh: '已征询', en: 'Asked' },
  },
  {
    key: 'cc',
    label: { zh: '抄送', en: 'Copy to' },
    hint: { zh: '让他们知悉，不需要处理。', en: 'They are to know of it; nothing is asked of them.' },
    icon: AtSign,
    people: 'several',
    comment: 'optional',
    done: { zh: '已抄送', en: 'Copied' },
  },
  {
    key: 'delegate',
    label: { zh: '委派', en: 'Delegate' },
    hint: {
      zh: '请他先处理，完成后回到你来决定。',
      en: 'They work on it first; then it comes back for you to decide.',
    },
    icon: Split,
    people: 'one',
    comment: 'optional',
    leaves: true,
    done: { zh: '已委派', en: 'Delegated' },
  },
  {
    key: 'transfer',
    label: { zh: '转办', en: 'Hand over' },
    hint: { zh: '由他负责处理，不再回到你。', en: 'It becomes theirs, and does not come back.' },
    icon: UserRoundX,
    people: 'one',
    comment: 'optional',
    leaves: true,
    done: { zh: '已转办', en: 'Handed over' },
  },
  {
    key: 'release',
    label: { zh: '退回认领', en: 'Give back to the group' },
    hint: { zh: '放回候选组，别人可以认领。', en: 'Anybody of the group may claim it again.' },
    icon: CornerDownLeft,
    done: { zh: '已放回候选组', en: 'Given back' },
  },
  {
    key: URGE,
    label: { zh: '催办', en: 'Urge' },
    hint: { zh: '提醒还没处理的人，每 30 分钟最多一次。', en: 'Reminds those it waits for, at most every 30 minutes.' },
    icon: BellRing,
    shortcut: 'u',
    done: { zh: '已催办', en: 'They have been reminded' },
  },
  {
    key: 'reclaim',
    label: { zh: '拿回', en: 'Take back' },
    hint: { zh: '后面的人还没处理，可以拿回来重新决定。', en: 'Nobody has acted on it since: decide it anew.' },
    icon: UndoDot,
    asked: true,
    done: { zh: '已拿回', en: 'Taken back' },
    send: (task, { command_id }) => reclaim(task, command_id),
  },
  {
    key: 'withdraw',
    label: { zh: '撤销流程', en: 'Withdraw the request' },
    hint: { zh: '流程结束，所有未完成的任务撤回。', en: 'The run ends, and every open task of it is withdrawn.' },
    icon: Undo2,
    comment: 'optional',
    asked: true,
    leaves: true,
    done: { zh: '已撤销', en: 'Withdrawn' },
    send: ({ instance_id }, { command_id, comment }) => withdraw(instance_id ?? '', command_id, comment),
  },
];

export const sendOperation = (operation: Operation, task: TaskDetail, request: Omit<OperationRequest, 'operation'>) =>
  operation.send?.(task, request) ?? operate(task.id, { operation: operation.key, ...request });

/** Whether something must be asked before it is sent. */
export const isAsked = ({ people, comment, asked }: Operation): boolean => !!(people || comment || asked);
