/** What happened to tasks and runs beside decisions, in words: people brought in, handed on, agreed automatically, taken back. */
import type { Text } from '@/i18n';
import type { HistoryItem } from './types';

/** Of a change of a task by its operation; `{users}` are those it names. */
const OPERATIONS: Record<string, Text> = {
  add_before: { zh: '前加签：{users}', en: 'Added before: {users}' },
  add_after: { zh: '后加签：{users}', en: 'Added after: {users}' },
  add_alongside: { zh: '并加签：{users}', en: 'Added alongside: {users}' },
  remove: { zh: '减签：{users}', en: 'Removed: {users}' },
  transfer: { zh: '转办给{users}', en: 'Transferred to {users}' },
  delegate: { zh: '委派给{users}', en: 'Delegated to {users}' },
  reassign: { zh: '改派给{users}', en: 'Reassigned to {users}' },
  claim: { zh: '认领', en: 'Claimed' },
  release: { zh: '放回给大家', en: 'Given back to the group' },
  reclaim: { zh: '拿回自己的处理', en: 'Own decision taken back' },
  urge: { zh: '催办', en: 'Urged' },
  escalate: { zh: '上级也收到：{users}', en: 'The superior got it too: {users}' },
  appoint: { zh: '代理人也收到：{users}', en: 'The agent got it too: {users}' },
  appoint_alone: { zh: '交给代理人：{users}', en: 'The agent got it: {users}' },
  dismiss: { zh: '代理结束：{users}', en: 'No longer the agent: {users}' },
  cc: { zh: '抄送给{users}', en: 'Copied to {users}' },
  consult: { zh: '征询{users}的意见', en: '{users} asked for an opinion' },
  advise: { zh: '给出意见', en: 'Gave an opinion' },
  read: { zh: '已读', en: 'Read' },
};

/** By type, and by what more is said of it. */
const TEXTS: Record<string, Record<string, Text>> = {
  agreed_automatically: {
    '': { zh: '自动同意：{user}', en: 'Agreed automatically: {user}' },
    earlier: { zh: '{user} 此前同意过，自动同意', en: '{user} agreed earlier, so agrees automatically' },
    consecutive: { zh: '{user} 上一步刚同意过，自动同意', en: '{user} agreed just before, so agrees automatically' },
    own: { zh: '{user} 是发起人，自动同意', en: '{user} is the initiator, so agrees automatically' },
  },
  overdue: {
    '': { zh: '逾期', en: 'Overdue' },
    remind: { zh: '逾期，已提醒', en: 'Overdue: reminded' },
    agree: { zh: '逾期，自动同意', en: 'Overdue: agreed automatically' },
    refuse: { zh: '逾期，自动驳回', en: 'Overdue: refused automatically' },
    superior: { zh: '逾期，上级也收到', en: 'Overdue: the superior got it too' },
    jump: { zh: '逾期，转到另一步', en: 'Overdue: went to another step' },
  },
  nobody_found: {
    '': { zh: '没有找到可以处理的人', en: 'Nobody was found' },
    admin: { zh: '没有找到可以处理的人，交给管理员', en: 'Nobody was found: an administrator got it' },
    pass: { zh: '没有找到可以处理的人，自动通过', en: 'Nobody was found: it passed' },
    refuse: { zh: '没有找到可以处理的人，自动驳回', en: 'Nobody was found: it was refused' },
    user: { zh: '没有找到可以处理的人，交给指定的人', en: 'Nobody was found: a named person got it' },
    incident: { zh: '没有找到可以处理的人，停下来了', en: 'Nobody was found: it stopped' },
  },
  reclaimed: { '': { zh: '拿回自己的决定', en: 'Decision taken back' } },
  withdrawn: { '': { zh: '发起人撤销', en: 'Withdrawn' } },
  voided: { '': { zh: '结果作废', en: 'Declared void' } },
  reopened: { '': { zh: '重新打开', en: 'Begun again' } },
  initiator_changed: { '': { zh: '发起人换成 {user}', en: 'The initiator is now {user}' } },
  too_late: { '': { zh: '来得太晚，没有生效', en: 'Came too late and had no effect' } },
  not_done: {
    '': { zh: '没有生效', en: 'Had no effect' },
    'task.too_many_people': {
      zh: '任务的人已经太多，没有再加人',
      en: 'The task has too many people already: nobody was added',
    },
  },
};

/** Members of a line that say more about it. */
const MORE = ['reason', 'action', 'policy'];

/** What is said of a line, with the people that it names by their ids; nothing for lines of another kind. */
export function approvalText({
  type,
  data,
}: HistoryItem): { said: Text; people: { user: string[]; users: string[] } } | null {
  const ids = (value: unknown) => (Array.isArray(value) ? value : [value]).filter((id) => typeof id === 'string');
  const people = { user: ids(data?.user), users: ids(data?.users) };
  if (type === 'task_changed') {
    const said = OPERATIONS[String(data?.operation)] ?? { zh: '任务变动', en: 'Task changed' };
    return { said, people };
  }
  const texts = TEXTS[type];
  if (!texts) return null;
  const more = MORE.map((name) => texts[String(data?.[name])]).find(Boolean);
  const said = more ?? texts[''];
  return said ? { said, people } : null;
}
