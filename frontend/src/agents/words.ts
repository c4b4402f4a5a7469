/** What the kinds and states of an agency are called. */
import type { Text } from '@/i18n';
import type { ToneName } from '@/theme';
import type { AgentMode, AgentStatus } from './api';

export const AGENT_MODES: Record<AgentMode, { label: Text; help: Text }> = {
  both: {
    label: { zh: '两人都能处理', en: 'Both may act' },
    help: { zh: '任务两人都收到，谁先处理就算数', en: 'Both get the tasks; whoever acts first settles them' },
  },
  agent_only: {
    label: { zh: '只由代理人处理', en: 'Only the agent acts' },
    help: { zh: '期间的新任务只给代理人', en: 'Meanwhile new tasks go to the agent alone' },
  },
};

export const AGENT_STATUS: Record<AgentStatus, { label: Text; color: ToneName }> = {
  planned: { label: { zh: '未开始', en: 'Planned' }, color: 'blue' },
  active: { label: { zh: '生效中', en: 'Active' }, color: 'green' },
  ended: { label: { zh: '已结束', en: 'Ended' }, color: 'grey' },
  revoked: { label: { zh: '已撤销', en: 'Revoked' }, color: 'grey' },
};
