/** The draft of a task's form and opinion. */
import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { ApiError } from '@/providers/http';
import { type DraftRequest, dropDraft, saveDraft } from './commands';
import type { TaskDetail, TaskDraft } from './types';
import { type DraftState, type DraftStore, useAutosave } from './useAutosave';

export type { DraftState };

/** There is nothing to keep a draft for. */
const OVER = ['task.already_handled', 'task.not_yours'];

const NOTHING: DraftRequest = { data: {} };

/** `content` is what is entered; `keeping` is false while nothing may be kept: somebody only looks, or it is decided. */
export function useDraft(task: TaskDetail, content: DraftRequest, keeping: boolean): DraftState {
  const client = useQueryClient();
  const store = useMemo((): DraftStore<DraftRequest> => {
    const remember = (draft: TaskDraft | null) => {
      client.setQueryData<TaskDetail>(['tasks', 'one', task.id], (known) => known && { ...known, draft });
      void client.invalidateQueries({ queryKey: ['tasks', 'counts'] });
    };
    return {
      save: (entered) => saveDraft(task.id, entered),
      drop: () => dropDraft(task.id),
      isEmpty: ({ data, comment }) => Object.keys(data).length === 0 && !comment,
      onKept: (kept) =>
        remember(
          kept && {
            data: kept.content.data,
            comment: kept.content.comment ?? null,
            outcome: null,
            updated_at: kept.at,
          },
        ),
      isAsking: () => client.isFetching({ queryKey: ['tasks', 'one', task.id] }) > 0,
      // Somebody else was first, or took it: the page shows what became of the task.
      isOver: (problem) => {
        const over = problem instanceof ApiError && OVER.includes(problem.code);
        if (over) void client.invalidateQueries({ queryKey: ['tasks'] });
        return over;
      },
    };
  }, [client, task.id]);
  return useAutosave(store, { content, nothing: NOTHING, keeping, found: task.draft ?? null });
}
