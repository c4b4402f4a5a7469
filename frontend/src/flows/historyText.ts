/** History items in words, from one table of their types. */
import { type Text, useText } from '@/i18n';
import type { Flow, HistoryItem, Incident } from './types';

const TEXTS: Record<string, Text> = {
  started: { zh: '流程开始', en: 'Flow started' },
  completed: { zh: '流程结束', en: 'Flow completed' },
  cancelled: { zh: '流程取消', en: 'Flow cancelled' },
  task_opened: { zh: '任务已分派', en: 'Task opened' },
  task_decided: { zh: '作出决定', en: 'Decided' },
  task_completed: { zh: '任务完成', en: 'Task completed' },
  task_cancelled: { zh: '任务撤回', en: 'Task withdrawn' },
  task_escalated: { zh: '任务升级给上级', en: 'Escalated to the superior' },
  action_run: { zh: '自动执行完成', en: 'Carried out' },
  timer_fired: { zh: '到时', en: 'Time is up' },
  sent_back: { zh: '退回', en: 'Sent back' },
  joined: { zh: '汇合', en: 'Branches joined' },
  end_reached: { zh: '到达结束', en: 'End reached' },
  signalled: { zh: '收到信号', en: 'Signalled' },
  retried: { zh: '重试', en: 'Tried again' },
  node_entered: { zh: '到达', en: 'Reached' },
  node_left: { zh: '走完', en: 'Left' },
  node_cancelled: { zh: '中断', en: 'Interrupted' },
  event_caught: { zh: '等到事件', en: 'Event received' },
  error_thrown: { zh: '抛出错误', en: 'Error thrown' },
  escalation_thrown: { zh: '升级到上一层', en: 'Escalated to the level above' },
  message_thrown: { zh: '发出消息', en: 'Message sent' },
  signal_thrown: { zh: '发出信号', en: 'Signal sent' },
  compensated: { zh: '撤回已完成的步骤', en: 'Undone' },
  child_started: { zh: '启动被调用的流程', en: 'Called flow started' },
  service_called: { zh: '调用外部系统', en: 'Another system called' },
  copied: { zh: '已抄送', en: 'Copied' },
  throw_failed: { zh: '发出的消息或信号没能启动流程', en: 'What was sent could not start its flow' },
  child_ended: { zh: '被调用的流程结束', en: 'Called flow ended' },
  activated: { zh: '由人启动', en: 'Started by hand' },
  triggered: { zh: '由人触发', en: 'Triggered by hand' },
  suspended: { zh: '流程暂停', en: 'Flow suspended' },
  resumed: { zh: '流程继续', en: 'Flow resumed' },
  modified: { zh: '流程被调整', en: 'Flow modified' },
  migrated: { zh: '换成新版本', en: 'Moved to another version' },
  variables_set: { zh: '修改变量', en: 'Variables changed' },
  failed: { zh: '流程因错误结束', en: 'Flow ended by an error' },
  incident: { zh: '异常', en: 'Incident' },
};

interface IncidentWords {
  said: Text;
  /** What can be done about it. */
  mending?: Text;
}

const INCIDENTS: Record<string, IncidentWords> = {
  nobody_found: {
    said: { zh: '没有人可以接这个任务，已交给管理员', en: 'Nobody can get this task; an administrator has it' },
    mending: {
      zh: '给角色或部门加人，或改流程里的处理人',
      en: 'Give the role or department people, or change who gets it',
    },
  },
  deadlock: {
    said: { zh: '各分支互相等待，流程走不下去', en: 'The branches wait for each other; the flow cannot go on' },
    mending: {
      zh: '改流程后把实例换到新版本，或结束它',
      en: 'Mend the flow and move the run to the new version, or end it',
    },
  },
  step_budget: {
    said: { zh: '自动步骤太多，可能在空转', en: 'Too many automatic steps; it may go round in circles' },
    mending: {
      zh: '改变量让它走出循环，再重试',
      en: 'Change the variables so that it leaves the loop, then try again',
    },
  },
  no_path: {
    said: { zh: '没有条件满足，也没有默认出口', en: 'No condition holds, and there is no default' },
    mending: { zh: '改变量让一个条件满足，再重试', en: 'Change a variable so that a condition holds, then try again' },
  },
  not_started: {
    said: { zh: '还没能启动，会一直自动重试', en: 'It could not be started yet; it is tried again by itself' },
  },
  action_failed: {
    said: { zh: '自动任务执行失败', en: 'The service task failed' },
    mending: { zh: '按原因改变量或数据，再重试', en: 'Mend the variables or the data it names, then try again' },
  },
  error_uncaught: {
    said: { zh: '错误没有人接住', en: 'Nothing catches an error' },
    mending: {
      zh: '消除原因后重试，或在流程里接住这个错误',
      en: 'Remove the cause and try again, or catch this error in the flow',
    },
  },
  flow_unknown: {
    said: { zh: '没有要调用的流程', en: 'There is no flow to call' },
    mending: { zh: '发布那个流程，或改变量，再重试', en: 'Publish that flow or change the variables, then try again' },
  },
  no_transaction: { said: { zh: '不在事务里，无法取消', en: 'There is no transaction to cancel' } },
  too_many_instances: {
    said: { zh: '份数太多', en: 'Too many instances of a step' },
    mending: { zh: '把列表改短，再重试', en: 'Make the list shorter, then try again' },
  },
  expression_failed: {
    said: { zh: '表达式算不出来', en: 'An expression cannot be evaluated' },
    mending: { zh: '改它用到的变量，再重试', en: 'Mend the variables that it reads, then try again' },
  },
  value_unfit: {
    said: { zh: '收到的值放不进变量', en: 'What arrived does not fit its variable' },
    mending: { zh: '给变量填上合适的值，再重试', en: 'Give the variables values that fit, then try again' },
  },
  value_too_long: { said: { zh: '算出的值太长', en: 'A step makes a value that is too long' } },
  outputs_too_long: { said: { zh: '各份结果合起来太长', en: 'The results of a loop are too long together' } },
  state_too_large: { said: { zh: '流程的数据太大', en: 'The run carries too much data' } },
};

/** What every node does; the list of what happened tells it only when all steps are asked for. */
const STEPS = new Set(['node_entered', 'node_left']);
export const isStep = ({ type }: HistoryItem): boolean => STEPS.has(type);

/** Their details are ids of tasks, edges and nodes, which say nothing to people. */
const NAMES_ONLY = new Set(['nobody_found', 'deadlock', 'no_path', 'step_budget', 'no_transaction']);

/** "Nobody can get this task": the code itself for those a newer server names. */
export function incidentText({ code, detail, message }: Pick<Incident, 'code' | 'detail' | 'message'>): Text {
  const said = message ?? INCIDENTS[code]?.said ?? { zh: code, en: code };
  if (!detail || NAMES_ONLY.has(code)) return said;
  const { zh, en } = inBoth(detail);
  return { zh: `${said.zh}：${zh}`, en: `${said.en}: ${en}` };
}

/** `code: 中文 ｜ English`, as errors are told; what comes in one language only is told to everybody. */
function inBoth(detail: string): Text {
  const [, code = '', zh = detail, en = detail] = /^([a-z_.]+: )?(.*?) ｜ (.*)$/s.exec(detail) ?? [];
  return { zh: code + zh, en: code + en };
}

export const incidentMending = ({ code, mending }: Pick<Incident, 'code' | 'mending'>): Text | null =>
  mending ?? INCIDENTS[code]?.mending ?? null;

/** A decision that settles its task is told once, not as decided and completed. */
export function withoutEchoes(history: HistoryItem[]): HistoryItem[] {
  const decided = new Set(history.filter(({ type }) => type === 'task_decided').map(({ data }) => data?.task));
  return history.filter(({ type, data }) => type !== 'task_completed' || !decided.has(data?.task));
}

/** `say(item)` -> "Task completed: Confirm". */
export function useHistoryText(flow: Flow): (item: HistoryItem) => string {
  const t = useText();
  return (item) => {
    const said = t(TEXTS[item.type] ?? item.type);
    if (item.type === 'incident') return t(incidentText(item.data as { code: string }));
    const outcome = item.data?.outcome ?? item.data?.signal ?? item.data?.code ?? item.data?.name;
    if (typeof outcome !== 'string' || !outcome) return said;
    const node = flow.nodes.find(({ id }) => id === item.node_id);
    const end = flow.nodes.find((one) => one.type === 'end_event' && one.outcome === outcome);
    const label = node?.outcomes?.find(({ key }) => key === outcome)?.label ?? end?.title;
    if (item.type === 'end_reached') return said;
    return t({ zh: '{said}：{outcome}', en: '{said}: {outcome}' }, { said, outcome: label ? t(label) : outcome });
  };
}
