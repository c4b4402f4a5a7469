/** What operators and the initiator may do with a run: try again what stopped, and end it. */
import { Button } from '@mui/material';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Ban, RotateCcw } from 'lucide-react';
import { useNotify } from 'react-admin';
import { errorText, useConfirm } from '@/components';
import { useText } from '@/i18n';
import { api } from '@/providers/http';
import { useMay, useMe } from '@/providers/me';
import { newCommandId } from './commandId';
import type { Instance } from './types';

type Command = 'cancel' | 'retry';

/** The id is made with the click, before the request, so that the library's own repetition stays one command. */
interface Order {
  command: Command;
  command_id: string;
}

function useOrder(id: string) {
  const t = useText();
  const client = useQueryClient();
  const notify = useNotify();
  return useMutation({
    mutationFn: ({ command, command_id }: Order) => api.post(`/api/instances/${id}/${command}`, { command_id }),
    onError: (error) => notify(errorText(error, t).message, { type: 'error' }),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ['instances'] });
      void client.invalidateQueries({ queryKey: ['tasks'] });
    },
  });
}

export function InstanceActions({ instance }: { instance: Instance }) {
  const t = useText();
  const me = useMe();
  const operates = useMay()('operate');
  const confirm = useConfirm();
  const order = useOrder(instance.id);
  const ended = instance.status === 'completed' || instance.status === 'cancelled';
  const initiator = typeof instance.initiator === 'string' ? instance.initiator : instance.initiator?.id;
  const stuck =
    instance.incident && (instance.incident.all ?? [instance.incident]).some(({ blocking }) => blocking !== false);
  const send = (command: Command) => order.mutate({ command, command_id: newCommandId() });
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
    if (sure) send('cancel');
  };
  if (ended) return null;
  return (
    <>
      {operates && stuck && (
        <Button
          variant="contained"
          startIcon={<RotateCcw size={15} />}
          loading={order.isPending}
          onClick={() => send('retry')}
        >
          {t({ zh: '重试', en: 'Try again' })}
        </Button>
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
