/** History items in words, from one table of their types. */
import { type Text, useText } from '@/i18n';
import type { Flow, HistoryItem } from './types';

const TEXTS: Record<string, Text> = {
  'instance.started': { zh: '流程开始', en: 'Flow started' },
  'instance.completed': { zh: '流程结束', en: 'Flow completed' },
  'instance.cancelled': { zh: '流程取消', en: 'Flow cancelled' },
  'instance.failed': { zh: '流程失败', en: 'Flow failed' },
  'node.entered': { zh: '到达', en: 'Reached' },
  'node.left': { zh: '离开', en: 'Left' },
  'node.cancelled': { zh: '撤回', en: 'Withdrawn' },
  'task.opened': { zh: '任务已分派', en: 'Task opened' },
  'task.completed': { zh: '任务完成', en: 'Task completed' },
  'task.cancelled': { zh: '任务撤回', en: 'Task withdrawn' },
  'task.escalated': { zh: '任务升级', en: 'Task escalated' },
  'service.completed': { zh: '自动执行完成', en: 'Carried out' },
  'service.failed': { zh: '自动执行失败', en: 'Failed' },
  'timer.armed': { zh: '开始计时', en: 'Timer set' },
  'timer.fired': { zh: '到时', en: 'Timer fired' },
  'sent.back': { zh: '退回', en: 'Sent back' },
  incident: { zh: '异常', en: 'Incident' },
};

function typeText(type: string): Text {
  const dotted = type.replaceAll('_', '.');
  return TEXTS[type] ?? TEXTS[dotted] ?? { zh: type, en: type };
}

/** `say(item)` -> "Task completed: Confirm". */
export function useHistoryText(flow: Flow): (item: HistoryItem) => string {
  const t = useText();
  return (item) => {
    const said = t(typeText(item.type));
    const outcome = item.data?.outcome;
    if (typeof outcome !== 'string' || !outcome) return said;
    const node = flow.nodes.find(({ id }) => id === item.node_id);
    const label = node?.outcomes?.find(({ key }) => key === outcome)?.label;
    return t({ zh: '{said}：{outcome}', en: '{said}: {outcome}' }, { said, outcome: label ? t(label) : outcome });
  };
}
