/** Tasks: shapes of /api/tasks, and the queries and the one mutation on them. */
import { type InfiniteData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Actor, Flow, Outcome } from '@/flows/types';
import type { FieldsByKey, LiveForm, Values } from '@/forms';
import type { Text } from '@/i18n';
import { api } from '@/providers/http';
import { type Page, usePages } from '@/providers/paging';

export type Box = 'todo' | 'done' | 'started' | 'cc';

export interface TaskItem {
  id: string;
  title: Text;
  subject: string;
  /** None for a task that stands alone. */
  flow: string | null;
  flow_label: Text | null;
  instance_id: string | null;
  node_id: string;
  entity: string | null;
  record_id: string | null;
  status: 'open' | 'completed' | 'cancelled';
  outcome: string | null;
  outcome_label?: Text | null;
  priority: number;
  due_at: string | null;
  opened_at: string;
  closed_at: string | null;
  overdue: boolean;
  escalated: boolean;
  read: boolean;
  round: number;
}

export interface Counts {
  todo: number;
  overdue: number;
  unread: number;
}

export interface TaskPage extends Page<TaskItem> {
  counts: Counts;
}

export interface Decision {
  node_id: string;
  title: Text;
  user: Actor;
  outcome: string;
  outcome_label?: Text | null;
  comment: string | null;
  at: string;
  round: number;
}

export interface TaskDetail extends TaskItem {
  form: LiveForm | null;
  /** What a task that stands alone is about. */
  note?: string | null;
  fields?: FieldsByKey | null;
  values: Values & { _labels?: Record<string, string>; _title?: string };
  record_version: number | null;
  outcomes: Outcome[];
  can_act: boolean;
  decisions: Decision[];
  instance: { id: string; flow: string; status: string; definition?: Flow | null } | null;
  assignees: { user: Actor; status: string; kind?: string }[];
}

const PAGE = 50;

export function useTasks(box: Box, search: string) {
  return usePages<TaskPage>(['tasks', 'list'], '/api/tasks', { box, search, limit: PAGE });
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

interface CompleteRequest {
  outcome: string;
  data: Values;
  comment: string | null;
  command_id: string;
  /** The record's version that the reader has seen: what others wrote since is not written over unseen. */
  record_version: number | null;
}

interface CompleteAnswer {
  task_id: string;
  status: string;
  outcome: string;
  instance_status: string;
  next_tasks: { id: string; title?: Text }[];
}

/** Decides. Everything about tasks is asked again after the answer, and then shows its effect. */
export function useComplete(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (request: CompleteRequest) => api.post<CompleteAnswer>(`/api/tasks/${id}/complete`, request),
    onSuccess: () => void client.invalidateQueries({ queryKey: ['tasks'] }),
  });
}
