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
    mutationFn: ({ path, body }: Order) => api.post(`/api/instances/${id}/${path}`, body),
    onSettled: () => {
      for (const topic of ['instances', 'tasks', 'incidents']) void client.invalidateQueries({ queryKey: [topic] });
    },
  });
  const order = (path: string, body: Record<string, unknown> = {}): Order => ({
    path,
    body: { ...body, command_id: newCommandId() },
  });
  return {
    isPending: mutation.isPending,
    /** Says itself what was refused. */
    send: (path: string, body?: Record<string, unknown>) => mutation.mutate(order(path, body), { onError: say }),
    /** Throws what was refused. */
    ask: (path: string, body?: Record<string, unknown>) => mutation.mutateAsync(order(path, body)),
  };
}
