/** What operators and the initiator may do with a run: try again what stopped, and end it. */
import { Button } from '@mui/material';
import { Ban, Pause, Play, RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { useConfirm } from '@/components';
import { useText } from '@/i18n';
import { useMay, useMe } from '@/providers/me';
import { useIncidentNames } from './incidentNames';
import { useOrder } from './orders';
import { RetryDialog } from './RetryDialog';
import type { Instance } from './types';

export function InstanceActions({ instance }: { instance: Instance }) {
  const t = useText();
  const me = useMe();
  const operates = useMay()('operate');
  const confirm = useConfirm();
  const order = useOrder(instance.id);
  const [retrying, setRetrying] = useState(false);
  const say = useIncidentNames(instance.definition);
  const ended = instance.status === 'completed' || instance.status === 'cancelled';
  const initiator = typeof instance.initiator === 'string' ? instance.initiator : instance.initiator?.id;
  const all = instance.incident ? (instance.incident.all ?? [instance.incident]) : [];
  const stuck = all.some(({ blocking }) => blocking !== false);
  const cancel = async () => {
    const sure = await confirm({
      title: t({ zh: '结束这个流程？', en: 'End this run?' }),
      body: t({
        zh: '未完成的任务会从所有人的收件箱撤回。已经完成的步骤和记录不变。',
        en: 'Open tasks are withdrawn from every inbox. Steps already done, and the record, stay as they are.',
      }),
      action: t({ zh: '结束流程', en: 'End the run' }),
      destructive: true,
    });
    if (sure) order.send('cancel');
  };
  if (ended) return null;
  return (
    <>
      {operates && instance.status === 'running' && (
        <Button
          variant="outlined"
          startIcon={instance.suspended ? <Play size={15} /> : <Pause size={15} />}
          disabled={order.isPending}
          onClick={() => order.send(instance.suspended ? 'resume' : 'suspend')}
        >
          {instance.suspended ? t({ zh: '继续', en: 'Resume' }) : t({ zh: '暂停', en: 'Suspend' })}
        </Button>
      )}
      {operates && stuck && (
        <Button
          variant="contained"
          startIcon={<RotateCcw size={15} />}
          disabled={order.isPending}
          onClick={() => setRetrying(true)}
          aria-haspopup="dialog"
        >
          {t({ zh: '重试', en: 'Try again' })}
        </Button>
      )}
      {retrying && (
        <RetryDialog
          flow={instance.definition}
          variables={instance.variables}
          count={1}
          about={all
            .filter(({ blocking }) => blocking !== false)
            .map((one, index) => <div key={index}>{say(one)}</div>)}
          onClose={() => setRetrying(false)}
          onRetry={(variables) => order.ask('retry', { variables })}
        />
      )}
      {(operates || (!!me && initiator === me.id)) && (
        <Button
          variant="outlined"
          startIcon={<Ban size={15} />}
          disabled={order.isPending}
          onClick={() => void cancel()}
        >
          {t({ zh: '结束流程', en: 'End the run' })}
        </Button>
      )}
    </>
  );
}
