/** What is sent about tasks: decisions, operations, drafts. Everything about tasks is asked again after each answer. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { Values } from '@/forms';
import { api } from '@/providers/http';
import type { TaskDetail } from './types';

export interface CompleteRequest {
  outcome: string;
  data: Values;
  comment: string | null;
  command_id: string;
  /** The record's version that the reader has seen: what others wrote since is not written over unseen. */
  record_version: number | null;
  item?: number;
  /** Where to send it back to, where the person chooses. */
  target?: string;
  /** A drawn signature, as a data URL. */
  signature?: string;
  /** Who gets the tasks that this leads to, by node. */
  chosen?: Record<string, string[]>;
}

export interface CompleteAnswer {
  task_id: string;
  status: string;
  outcome: string | null;
  instance_status: string | null;
  next_tasks: { id: string }[];
}

export interface OperationRequest {
  operation: string;
  command_id: string;
  users?: string[];
  item?: number;
  comment?: string;
}

export interface BulkDecision {
  task: string;
  command_id: string;
  outcome: string;
  comment?: string;
}

export interface BulkResult {
  task: string;
  ok: boolean;
  error?: { code: string; message: { zh: string; en: string } } | null;
}

/** Everything that shows tasks is stale. */
export function useTasksChanged(): () => Promise<void> {
  const client = useQueryClient();
  return useCallback(async () => {
    const topics = ['tasks', 'instances'];
    await Promise.all(topics.map((topic) => client.invalidateQueries({ queryKey: [topic] })));
  }, [client]);
}

/** A command, after whose answer everything about tasks is asked again. */
export function useCommand<Request, Answer>(send: (request: Request) => Promise<Answer>) {
  const changed = useTasksChanged();
  return useMutation({ mutationFn: send, onSuccess: () => void changed() });
}

export const useComplete = (id: string) =>
  useCommand((request: CompleteRequest) => api.post<CompleteAnswer>(`/api/tasks/${id}/complete`, request));

export const useCompleteMany = () =>
  useCommand((decisions: BulkDecision[]) => api.post<{ results: BulkResult[] }>('/api/tasks/complete', { decisions }));

export const operate = (id: string, request: OperationRequest) =>
  api.post<CompleteAnswer>(`/api/tasks/${id}/operations`, request);

/** Takes back what the reader decided in a task: their sign while others are still to sign, or what completed it. */
export const reclaim = ({ id, instance_id, node_id }: TaskDetail, command_id: string) =>
  api.post(`/api/instances/${instance_id}/reclaim`, { node_id, task_id: id, command_id });

export const withdraw = (instance: string, command_id: string, reason?: string) =>
  api.post(`/api/instances/${instance}/withdraw`, { command_id, reason });

export interface DraftRequest {
  data: Values;
  comment?: string;
  outcome?: string;
}

export const saveDraft = (id: string, draft: DraftRequest) =>
  api.put<{ updated_at: string }>(`/api/tasks/${id}/draft`, draft);

export const dropDraft = (id: string) => api.delete(`/api/tasks/${id}/draft`);
