/** Words and colours of rules: triggers, states, what is pending, what a firing came to. */
import { CalendarClock, Eye, Hourglass, ListOrdered, type LucideIcon, PenLine, UsersRound, Zap } from 'lucide-react';
import type { Text } from '@/i18n';
import type { ToneName } from '@/theme';
import type { PendingKind, RuleItem } from './api';
import type { DryStatus, TriggerKind } from './authoring';

export const TRIGGERS: Record<TriggerKind, { label: Text; icon: LucideIcon }> = {
  event: { label: { zh: '事件', en: 'Event' }, icon: Zap },
  sequence: { label: { zh: '先后发生', en: 'Sequence' }, icon: ListOrdered },
  absence: { label: { zh: '到期未发生', en: 'Absence' }, icon: Hourglass },
  change: { label: { zh: '字段变更', en: 'Change' }, icon: PenLine },
  segment: { label: { zh: '进出人群', en: 'Segment' }, icon: UsersRound },
  schedule: { label: { zh: '定时', en: 'Schedule' }, icon: CalendarClock },
  watch: { label: { zh: '监测', en: 'Watch' }, icon: Eye },
};

export const PENDING: Record<PendingKind, { label: Text; color: ToneName }> = {
  absence: { label: { zh: '到期未发生', en: 'Absence' }, color: 'blue' },
  after: { label: { zh: '延后的步骤', en: 'Later step' }, color: 'purple' },
  retry: { label: { zh: '重试', en: 'Another try' }, color: 'orange' },
};

export const DRY_STATUS: Record<DryStatus, { label: Text; color: ToneName }> = {
  fired: { label: { zh: '会触发', en: 'Fires' }, color: 'green' },
  limited: { label: { zh: '被限次拦下', en: 'Held back' }, color: 'grey' },
  refused: { label: { zh: '不会发送', en: 'Refused' }, color: 'red' },
  retracted: { label: { zh: '会被撤回', en: 'Retracted' }, color: 'orange' },
  failed: { label: { zh: '会出错', en: 'Fails' }, color: 'red' },
};

export type RuleStateKey = 'on' | 'off' | 'disabled' | 'broken' | 'draft';

export const RULE_STATES: Record<RuleStateKey, { label: Text; color: ToneName }> = {
  on: { label: { zh: '运行中', en: 'On' }, color: 'green' },
  off: { label: { zh: '已关闭', en: 'Switched off' }, color: 'red' },
  disabled: { label: { zh: '已停用', en: 'Disabled' }, color: 'grey' },
  broken: { label: { zh: '不能运行', en: 'Cannot run' }, color: 'red' },
  draft: { label: { zh: '草稿', en: 'Draft' }, color: 'orange' },
};

export function stateOf({ off, problem, enabled }: Pick<RuleItem, 'off' | 'problem' | 'enabled'>): RuleStateKey {
  if (problem) return 'broken';
  if (off) return 'off';
  return enabled ? 'on' : 'disabled';
}

/** `else`, `else_if_2`: which branch of a rule was taken. */
export function branchLabel(branch: string): Text | string {
  const number = /^else_if_(\d+)$/.exec(branch)?.[1];
  if (number) return { zh: `否则如果 ${number}`, en: `else if ${number}` };
  return branch === 'else' ? { zh: '否则', en: 'else' } : branch;
}
