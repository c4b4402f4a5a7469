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
  incident: { zh: '异常', en: 'Incident' },
};

const INCIDENTS: Record<string, Text> = {
  nobody_found: { zh: '没有人可以接这个任务，已交给管理员', en: 'Nobody can get this task; an administrator has it' },
  deadlock: { zh: '各分支互相等待，流程走不下去', en: 'The branches wait for each other; the flow cannot go on' },
  step_budget: { zh: '自动步骤太多，可能在空转', en: 'Too many automatic steps; it may go round in circles' },
  no_path: { zh: '没有条件满足，也没有默认出口', en: 'No condition holds, and there is no default' },
  not_started: { zh: '还没能启动，会一直自动重试', en: 'It could not be started yet; it is tried again by itself' },
  action_failed: { zh: '自动任务执行失败', en: 'The service task failed' },
};

/** "Nobody can get this task": the code itself for those a newer server names. */
export function incidentText({ code, detail }: Pick<Incident, 'code' | 'detail'>): Text {
  const said = INCIDENTS[code] ?? { zh: code, en: code };
  if (!detail || code === 'nobody_found') return said;
  return { zh: `${said.zh}：${detail}`, en: `${said.en}: ${detail}` };
}

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
    const outcome = item.data?.outcome ?? item.data?.signal;
    if (typeof outcome !== 'string' || !outcome) return said;
    const node = flow.nodes.find(({ id }) => id === item.node_id);
    const end = flow.nodes.find((one) => one.type === 'end_event' && one.outcome === outcome);
    const label = node?.outcomes?.find(({ key }) => key === outcome)?.label ?? end?.title;
    if (item.type === 'end_reached') return said;
    return t({ zh: '{said}：{outcome}', en: '{said}: {outcome}' }, { said, outcome: label ? t(label) : outcome });
  };
}
