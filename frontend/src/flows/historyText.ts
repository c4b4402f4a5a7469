/** History items in words, from one table of their types. */
import { type Text, useText } from '@/i18n';
import { approvalText } from './approvalHistory';
import { useActorName } from './describe';
import { outcomeOf } from './nodeTypes';
import type { Flow, HistoryItem, Incident } from './types';

const TEXTS: Record<string, Text> = {
  started: { zh: '流程开始', en: 'Flow started' },
  completed: { zh: '流程结束', en: 'Flow completed' },
  cancelled: { zh: '流程取消', en: 'Flow cancelled' },
  task_opened: { zh: '任务已分派', en: 'Task opened' },
  task_decided: { zh: '作出决定', en: 'Decided' },
  task_completed: { zh: '任务完成', en: 'Task completed' },
  task_cancelled: { zh: '任务撤回', en: 'Task withdrawn' },
  attached: { zh: '添加附件', en: 'Attached' },
  detached: { zh: '移除附件', en: 'Attachment removed' },
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

/** As the server words them: what it says of an incident, and what can be done. */
const INCIDENTS: Record<string, IncidentWords> = {
  nobody_found: {
    said: { zh: '没有找到可以处理任务的人', en: 'Nobody fitting was found for a task' },
    mending: {
      zh: '任务已交给管理员：由他处理，或给角色、部门配上人',
      en: 'An administrator has the task: let them decide it, or put people into the role or department',
    },
  },
  deadlock: {
    said: { zh: '汇合处等不到任何分支', en: 'A join waits for branches that will never come' },
    mending: {
      zh: '用“移动步骤”移到汇合之后，或在新版本里改正流程并迁移',
      en: 'Move the token behind the join, or mend the flow in a new version and migrate',
    },
  },
  step_budget: {
    said: { zh: '自动步骤循环不止', en: 'Automatic steps go round without end' },
    mending: {
      zh: '改变让循环继续的变量后重试，或在新版本里改正循环并迁移',
      en: 'Change the variables that keep the loop going and try again, or mend the loop in a new version and migrate',
    },
  },
  no_path: {
    said: { zh: '没有一条出口的条件成立', en: 'No way out has a condition that holds' },
    mending: {
      zh: '改正变量后重试，或在新版本里给网关加默认出口',
      en: 'Mend the variables and try again, or give the gateway a default',
    },
  },
  not_started: {
    said: { zh: '流程还没有启动', en: 'The flow has not started yet' },
    mending: { zh: '流程引擎恢复后自动启动，不必处理', en: 'It starts by itself when the flow engine is back' },
  },
  action_failed: {
    said: { zh: '动作失败', en: 'An action failed' },
    mending: {
      zh: '按所说的原因改好记录、设置或变量后重试',
      en: 'Mend the record, the settings or the variables as it says, then try again',
    },
  },
  error_uncaught: {
    said: { zh: '出错而没有处理它的事件', en: 'An error that nothing catches' },
    mending: {
      zh: '排除原因后重试；要由流程处理，就在步骤上加一个错误边界事件',
      en: 'Mend the cause and try again; to have the flow handle it, put an error boundary event on the step',
    },
  },
  flow_unknown: {
    said: { zh: '要调用的流程不存在', en: 'The flow to call does not exist' },
    mending: { zh: '发布那个流程，或改变量，再重试', en: 'Publish that flow or change the variables, then try again' },
  },
  no_transaction: {
    said: { zh: '取消没有发生在事务里', en: 'A cancellation outside of a transaction' },
    mending: { zh: '在新版本里改正流程并迁移', en: 'Mend the flow in a new version and migrate' },
  },
  too_many_instances: {
    said: { zh: '多实例的数量太多', en: 'Too many instances of a step' },
    mending: { zh: '缩短集合或减小数量后重试', en: 'Shorten the collection or the number, then try again' },
  },
  expression_failed: {
    said: { zh: '表达式算不出来', en: 'An expression cannot be evaluated' },
    mending: { zh: '改它用到的变量，再重试', en: 'Mend the variables that it reads, then try again' },
  },
  value_unfit: {
    said: { zh: '收到的值放不进变量', en: 'What arrived does not fit its variable' },
    mending: { zh: '给变量填上合适的值后重试', en: 'Give the variables values that fit, then try again' },
  },
  value_too_long: { said: { zh: '算出的值太长', en: 'A step makes a value that is too long' } },
  outputs_too_long: { said: { zh: '多实例收集的结果太长', en: 'The results that a loop collects are too long' } },
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

/** `code: 中文 ｜ English`, as errors are told, without the code; what comes in one language only is told to everybody. */
function inBoth(detail: string): Text {
  const plain = detail.replace(/^(?:[a-z_]+(?:\.[a-z_]+)+: )+/, '');
  const [, zh = plain, en = plain] = /^(.*?) ｜ (.*)$/s.exec(plain) ?? [];
  return { zh, en };
}

export const incidentMending = ({ code, mending }: Pick<Incident, 'code' | 'mending'>): Text | null =>
  mending ?? INCIDENTS[code]?.mending ?? null;

/** A decision that settles its task is told once, not as decided and completed; a step with its task, not as withdrawn and interrupted. */
export function withoutEchoes(history: HistoryItem[]): HistoryItem[] {
  const of = (kind: string) => history.filter(({ type }) => type === kind);
  const decided = new Set(of('task_decided').map(({ data }) => data?.task));
  const withdrawn = new Set(of('task_cancelled').map(({ node_id, at }) => `${node_id} ${at}`));
  return history.filter(
    ({ type, data, node_id, at }) =>
      !(type === 'task_completed' && decided.has(data?.task)) &&
      !(type === 'node_cancelled' && withdrawn.has(`${node_id} ${at}`)),
  );
}

/** Outcomes of a run that no end event names. */
export const ENDED_BY: Record<string, Text> = {
  withdrawn: { zh: '发起人撤销', en: 'Withdrawn' },
};

/** `say(item)` -> "Task completed: Confirm". */
export function useHistoryText(flow: Flow): (item: HistoryItem) => string {
  const t = useText();
  const actor = useActorName();
  return (item) => {
    const approval = approvalText(item);
    if (approval) {
      const named = (ids: string[]) => ids.map((id) => actor(id)).join(t({ zh: '、', en: ', ' }));
      return t(approval.said, { user: named(approval.people.user), users: named(approval.people.users) });
    }
    const said = t(TEXTS[item.type] ?? item.type);
    if (item.type === 'incident') return t(incidentText(item.data as { code: string }));
    const outcome = item.data?.outcome ?? item.data?.signal ?? item.data?.code ?? item.data?.name;
    if (typeof outcome !== 'string' || !outcome) return said;
    const node = flow.nodes.find(({ id }) => id === item.node_id);
    const end = flow.nodes.find((one) => one.type === 'end_event' && one.outcome === outcome);
    const label = (node && outcomeOf(node, outcome)?.label) ?? end?.title;
    if (item.type === 'end_reached') return said;
    const ended = label ?? ENDED_BY[outcome];
    return t({ zh: '{said}：{outcome}', en: '{said}: {outcome}' }, { said, outcome: ended ? t(ended) : outcome });
  };
}
