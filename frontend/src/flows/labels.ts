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

const WITHDRAWN: { label: Text; color: ToneName } = { label: { zh: '已撤销', en: 'Withdrawn' }, color: 'grey' };

/** What has stopped is an incident, whatever else goes on; what only wants looking at leaves a run running. */
export function statusOf(instance: Pick<InstanceItem, 'status' | 'incident' | 'ended_at' | 'outcome'>): {
  label: Text;
  color: ToneName;
} {
  const { status, incident, ended_at } = instance;
  const stopped =
    !!incident && !ended_at && (status === 'starting' || status === 'failed' || incident.blocking !== false);
  if (status === 'cancelled' && instance.outcome === 'withdrawn') return WITHDRAWN;
  const shown = stopped ? 'incident' : status;
  return INSTANCE_STATUS[shown] ?? { label: { zh: shown, en: shown }, color: 'grey' };
}

/** Something wants looking at although the run goes on: a task that nobody has. */
export const wantsLooking = ({ incident, ended_at }: Pick<InstanceItem, 'incident' | 'ended_at'>): boolean =>
  !!incident && !ended_at && incident.blocking === false;
