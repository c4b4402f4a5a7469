/** Commands to one instance: try again, end, suspend, trigger; each with an id of its own, made with the click. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useSayError } from '@/components';
import { api } from '@/providers/http';
import { newCommandId } from './commandId';

interface Order {
  path: string;
  body: Record<string, unknown>;
}

export function useOrder(id: string) {
  const client = useQueryClient();
  const say = useSayError();
  const mutation = useMutation({
    mutationFn: ({ path, body }: Order) => api.post<unknown>(`/api/instances/${id}/${path}`, body),
    onSettled: () => {
      for (const topic of ['instances', 'tasks', 'incidents']) void client.invalidateQueries({ queryKey: [topic] });
    },
  });
  const order = (path: string, body: Record<string, unknown> = {}, repeatable = true): Order => ({
    path,
    body: repeatable ? { ...body, command_id: newCommandId() } : body,
  });
  return {
    isPending: mutation.isPending,
    /** Says itself what was refused. */
    send: (path: string, body?: Record<string, unknown>, done?: () => void) =>
      mutation.mutate(order(path, body), { onError: say, ...(done ? { onSuccess: done } : {}) }),
    /** Throws what was refused. `repeatable`: it has an id, so that sending it twice does it once. */
    ask: async <Answer = unknown>(path: string, body?: Record<string, unknown>, repeatable?: boolean) =>
      (await mutation.mutateAsync(order(path, body, repeatable))) as Answer,
  };
}
