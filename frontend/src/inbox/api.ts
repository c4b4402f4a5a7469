/** Reading tasks: the boxes, one task, and who will get it next. */
import { type InfiniteData, keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { ApiError, api, type Query } from '@/providers/http';
import { usePages } from '@/providers/paging';
import type { Box, Prediction, TaskDetail, TaskItem, TaskPage } from './types';

const PAGE = 50;

export function useTasks(box: Box, search: string, filter: Query = {}) {
  return usePages<TaskPage>(['tasks', 'list'], '/api/tasks', { box, search, ...filter, limit: PAGE });
}

/** The numbers beside the tabs; cheap, and refreshed by every task signal. */
export function useCounts() {
  return useQuery({
    queryKey: ['tasks', 'counts'],
    queryFn: async () => (await api.get<TaskPage>('/api/tasks', { box: 'todo', limit: 1 })).counts,
  });
}

const taskQuery = (id: string) => ({
  queryKey: ['tasks', 'one', id],
  queryFn: () => api.get<TaskDetail>(`/api/tasks/${id}`),
});

/** Opening a task marks it as read on the server; the lists at hand follow without being asked again. */
export function useTask(id: string) {
  const client = useQueryClient();
  const query = useQuery(taskQuery(id));
  const opened = query.data?.id;
  useEffect(() => {
    if (!opened) return;
    client.setQueriesData<InfiniteData<TaskPage>>(
      { queryKey: ['tasks', 'list'] },
      (lists) => lists && withRead(lists, opened),
    );
  }, [client, opened]);
  return query;
}

function withRead(lists: InfiniteData<TaskPage>, id: string): InfiniteData<TaskPage> {
  const read = (item: TaskItem) => (item.id === id ? { ...item, read: true } : item);
  return { ...lists, pages: lists.pages.map((page) => ({ ...page, items: page.items.map(read) })) };
}

/** What a prediction follows from: what was decided in the run, and how far everybody here is. */
const situationOf = ({ decisions, items = [] }: TaskDetail): string =>
  [decisions.length, ...items.map(({ item, status, user }) => `${item} ${status} ${user?.id}`)].join();

/** Who will get it next; nothing for whoever may not know. Asked again when something was decided, not with every signal. */
export function usePrediction(task: TaskDetail) {
  const { instance_id: instance, status } = task;
  return useQuery({
    queryKey: ['prediction', instance, situationOf(task)],
    queryFn: () => api.get<Prediction>(`/api/instances/${instance}/prediction`),
    enabled: status === 'open' && instance !== null,
    placeholderData: keepPreviousData,
    retry: (failures, error) => failures < 1 && !(error instanceof ApiError && error.status < 500),
  });
}
