/** Instances: the queries, and starting a flow. */
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '@/providers/http';
import { useLive } from '@/providers/live';
import type { Instance, InstanceItem, InstanceStatus } from './types';

export interface InstanceFilter {
  flow?: string;
  status?: InstanceStatus | '';
}

interface InstancePage {
  items: InstanceItem[];
  next: string | null;
}

export function useInstances(filter: InstanceFilter) {
  return useInfiniteQuery({
    queryKey: ['instances', 'list', filter.flow ?? '', filter.status ?? ''],
    queryFn: ({ pageParam }) => api.get<InstancePage>('/api/instances', { ...filter, after: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });
}

/** One instance, asked again when it or a task moves. */
export function useInstance(id: string) {
  const client = useQueryClient();
  const query = useQuery({
    queryKey: ['instances', 'one', id],
    queryFn: () => api.get<Instance>(`/api/instances/${id}`),
  });
  useLive(
    (event) => event.kind === 'task',
    () => void client.invalidateQueries({ queryKey: ['instances', 'one', id] }),
  );
  return query;
}

export function useStartFlow() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ flow, record }: { flow: string; record: string | null }) =>
      api.post<{ id: string }>(`/api/flows/${flow}/instances`, { record_id: record }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['instances'] }),
  });
}
