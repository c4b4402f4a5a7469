/** Hand-over of everything somebody holds to somebody else: looked at first, done with a result for each part, and undone. */
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import type { Text } from '@/i18n';
import { api } from '@/providers/http';
import { useFollow } from '@/providers/live';
import { type Page, usePages } from '@/providers/paging';

interface Named {
  id: string;
  name: string;
}

export type Part = 'items' | 'definitions' | 'superiors' | 'departments' | 'agents' | 'instances' | 'records';
export type HandoverStatus = 'preview' | 'running' | 'done' | 'reversed';
export type LineStatus = 'planned' | 'done' | 'failed' | 'skipped' | 'reversed';

export interface Handover {
  id: string;
  from: Named;
  to: Named;
  parts: Part[];
  status: HandoverStatus;
  counts: Partial<Record<LineStatus, number>>;
  created_by: Named | null;
  created_at: string;
  finished_at: string | null;
}

export interface HandoverLine {
  id: number;
  kind: 'item' | 'definition' | 'superior' | 'department' | 'agent' | 'instance' | 'record';
  label: Text;
  /** What became of it. */
  detail: Text | null;
  code: string | null;
  status: LineStatus;
  link: string | null;
  /** Of a definition: how many running instances went to its new version. */
  migrated?: number | null;
  not_migrated?: number | null;
}

interface HandoverAnswer extends Handover {
  lines: HandoverLine[];
  next: number | string | null;
}

export function useHandovers() {
  return usePages<Page<Handover>>(['handovers', 'list'], '/api/handovers', {});
}

const WHILE_RUNNING_MS = 1_000;

/** One hand-over with its lines, page by page; asked again while it goes on. */
export function useHandover(id: string, status: string) {
  const queryKey = ['handovers', 'one', id, status];
  useFollow(queryKey, ['task']);
  return useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam: after }) =>
      api.get<HandoverAnswer>(`/api/handovers/${id}`, {
        status,
        after: after === null ? null : String(after),
        limit: 100,
      }),
    initialPageParam: null as number | string | null,
    getNextPageParam: (page) => page.next ?? null,
    refetchInterval: ({ state }) => (state.data?.pages[0]?.status === 'running' ? WHILE_RUNNING_MS : false),
  });
}

export function useHandoverOrder<Input, Output>(order: (input: Input) => Promise<Output>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: order,
    onSettled: () => {
      for (const topic of ['handovers', 'tasks', 'instances', 'agents', 'definitions'])
        void client.invalidateQueries({ queryKey: [topic] });
    },
  });
}

export const preview = (asked: { from_user: string; to_user: string; parts: Part[] }) =>
  api.post<Handover>('/api/handovers', asked);
export const run = (id: string) => api.post<Handover>(`/api/handovers/${id}/run`, {});
export const reverse = (id: string) => api.post<Handover>(`/api/handovers/${id}/reverse`, {});
