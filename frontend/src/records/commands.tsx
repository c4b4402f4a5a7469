/** What can be done to a record, with what is said afterwards. */
import { type Query, type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query';
import { useNotify } from 'react-admin';
import { UndoNotice, useSayError } from '@/components';
import { useStarting } from '@/flows/useStarting';
import { useText } from '@/i18n';
import { api } from '@/providers/http';
import { resourceOf } from './paths';
import type { WeftRecord } from './types';

export function useRestore(entity: string) {
  const t = useText();
  const client = useQueryClient();
  const notify = useNotify();
  return useMutation({
    mutationFn: (id: string) => api.post<WeftRecord>(`/api/records/${entity}/${id}/restore`),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: [resourceOf(entity)] });
      notify(t({ zh: '已恢复', en: 'Restored' }), { type: 'success' });
    },
    onError: useSayError(),
  });
}

const mentions = (queryKey: QueryKey, id: string) => JSON.stringify(queryKey).includes(id);

/** To the trash, with undo instead of a question. */
export function useTrash(entity: string, onDone: () => void) {
  const t = useText();
  const client = useQueryClient();
  const notify = useNotify();
  const restore = useRestore(entity);
  return useMutation({
    mutationFn: (id: string) => api.delete(`/api/records/${entity}/${id}`),
    onSuccess: (_, id) => {
      onDone();
      // Not the record's own page: it is being left, and would ask for what is no longer there.
      const others = { queryKey: [resourceOf(entity)], predicate: ({ queryKey }: Query) => !mentions(queryKey, id) };
      void client.invalidateQueries(others);
      const undo = () => restore.mutate(id);
      notify(<UndoNotice text={t({ zh: '已移到回收站', en: 'Moved to the trash' })} onUndo={undo} />, {
        autoHideDuration: 10_000,
      });
    },
    onError: useSayError(),
  });
}

/** Starts a flow about a record by hand. */
export function useStartFlow(recordId: string, onStarted: (instance: string) => void) {
  const t = useText();
  const notify = useNotify();
  const starting = useStarting((instance) => {
    notify(t({ zh: '流程已启动', en: 'The flow has started' }), { type: 'success' });
    onStarted(instance);
  }, useSayError());
  return { ...starting, start: (flow: string) => starting.begin(flow, recordId) };
}
