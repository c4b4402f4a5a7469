/** What waits at one step goes to another: looked at first, then done. */
import { useMutation } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { FormDialog } from '@/components';
import { useText } from '@/i18n';
import { api } from '@/providers/http';
import { newCommandId } from '../commandId';
import { mayComeTo } from '../designer/flowDocument';
import { ChoiceInput } from '../designer/inputs';
import { nodeKind } from '../nodeTypes';
import { useOrder } from '../orders';
import type { Instance } from '../types';
import { useWaitingText } from '../waitingText';
import { type Foreseen, Preview } from './Preview';

export function MoveDialog({ instance, onClose }: { instance: Instance; onClose: () => void }) {
  const t = useText();
  const say = useWaitingText(instance);
  const order = useOrder(instance.id);
  const { definition: flow, tokens } = instance;
  const movable = tokens.filter(({ id }) => id !== null && id !== undefined);
  const [token, setToken] = useState(String(movable[0]?.id ?? ''));
  const [target, setTarget] = useState('');
  const name = (id: string) => {
    const node = flow.nodes.find((one) => one.id === id);
    return (node && (t(node.title) || `${t(nodeKind(node.type).label)} ${id}`)) || id;
  };
  const { mutate, reset, ...tried } = useMutation({
    mutationFn: (body: object) =>
      api.post<Foreseen>(`/api/instances/${instance.id}/modify`, {
        ...body,
        command_id: newCommandId(),
        dry_run: true,
      }),
  });
  useEffect(() => {
    if (token && target) mutate({ instructions: [{ kind: 'move', token: Number(token), node_id: target }] });
    else reset();
  }, [token, target, mutate, reset]);
  return (
    <FormDialog
      open
      title={t({ zh: '移动步骤', en: 'Move to another step' })}
      action={t({ zh: '移动', en: 'Move' })}
      ready={tried.isSuccess}
      changed={target !== ''}
      onClose={onClose}
      onSubmit={() => order.ask('modify', { instructions: [{ kind: 'move', token: Number(token), node_id: target }] })}
    >
      <ChoiceInput
        label={t({ zh: '现在在', en: 'It is at' })}
        value={token}
        options={movable.map((each) => ({
          value: String(each.id),
          label: [name(each.node_id), say(each)].filter(Boolean).join(' · '),
        }))}
        onChange={setToken}
      />
      <ChoiceInput
        label={t({ zh: '移到', en: 'Move it to' })}
        value={target}
        options={flow.nodes.filter((node) => mayComeTo(node)).map(({ id }) => ({ value: id, label: name(id) }))}
        onChange={setTarget}
        help={t({ zh: '从那一步重新开始，那里的任务会发出去', en: 'It begins there anew: its tasks are opened' })}
      />
      <Preview flow={flow} query={tried} />
    </FormDialog>
  );
}
