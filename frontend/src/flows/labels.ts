/** Words and tones of what an instance can be. */
import type { Text } from '@/i18n';
import type { ToneName } from '@/theme';
import type { InstanceItem, InstanceStatus } from './types';

export const INSTANCE_STATUS: Record<InstanceStatus, { label: Text; color: ToneName }> = {
  starting: { label: { zh: '启动中', en: 'Starting' }, color: 'grey' },
  running: { label: { zh: '进行中', en: 'Running' }, color: 'blue' },
  completed: { label: { zh: '已结束', en: 'Completed' }, color: 'green' },
  cancelled: { label: { zh: '已取消', en: 'Cancelled' }, color: 'grey' },
  failed: { label: { zh: '失败', en: 'Failed' }, color: 'red' },
  incident: { label: { zh: '异常', en: 'Incident' }, color: 'red' },
};

/** An incident outweighs "running" and "starting". */
export function statusOf(instance: InstanceItem): { label: Text; color: ToneName } {
  const under = instance.status === 'running' || instance.status === 'starting';
  const status = instance.incident && under ? 'incident' : instance.status;
  return INSTANCE_STATUS[status] ?? { label: { zh: status, en: status }, color: 'grey' };
}
