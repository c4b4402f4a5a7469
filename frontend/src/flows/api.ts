/** Instances: the queries, and starting a flow. */
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FlowSummary, useMetadata } from '@/metadata';
import { api } from '@/providers/http';
import { useFollow } from '@/providers/live';
import { useMe } from '@/providers/me';
import { type Page, usePages } from '@/providers/paging';
import type { HistoryItem, Instance, InstanceItem } from './types';

/** '' for whatever is not asked. */
export function useInstances(filter: { flow: string; status: string }) {
  return usePages<Page<InstanceItem>>(['instances', 'list'], '/api/instances', filter);
}

/** One instance, asked again when it or a task moves. */
export function useInstance(id: string) {
  const queryKey = ['instances', 'one', id];
  useFollow(queryKey, ['task']);
  return useQuery({ queryKey, queryFn: () => api.get<Instance>(`/api/instances/${id}`) });
}

interface HistoryPage {
  /** Oldest first. */
  items: HistoryItem[];
  next: number | null;
}

/** What happened in an instance, the latest page first; `steps`: also each node that was passed. */
export function useInstanceHistory(id: string, steps: boolean) {
  const queryKey = ['instances', 'history', id, steps];
  useFollow(queryKey, ['task']);
  return useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam: before }) =>
      api.get<HistoryPage>(`/api/instances/${id}/history`, { before, steps, limit: 100 }),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });
}

/** Flows that the reader may start by hand. */
export function useStartable(): FlowSummary[] {
  const me = useMe();
  const { flows } = useMetadata();
  return flows.filter((flow) => me?.flows.includes(flow.key));
}

interface Start {
  flow: string;
  record: string | null;
  /** Who gets the tasks whose people the initiator chooses, by node. */
  chosen?: Record<string, string[]>;
}

/** Starts a flow about a record. */
export function useStartFlow() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ flow, record, chosen }: Start) =>
      api.post<{ id: string }>(`/api/flows/${flow}/instances`, { record_id: record, ...(chosen && { chosen }) }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['instances'] }),
  });
}
