/** What is half filled in is kept by itself, a moment after the last change, and when the task is left. */
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { type DraftRequest, dropDraft, saveDraft } from './commands';
import type { TaskDetail, TaskDraft } from './types';

const PAUSE_MS = 1200;

export interface DraftState {
  /** When it was kept last; null while nothing is. */
  savedAt: string | null;
  saving: boolean;
  error: unknown;
  /** What is there now came from a draft of an earlier visit. */
  restored: TaskDraft | null;
  /** Throws it away. */
  drop: () => Promise<void>;
}

const isEmpty = ({ data, comment }: DraftRequest) => Object.keys(data).length === 0 && !comment;

/** `content` is what is entered; `keeping` is false while nothing may be kept: somebody only looks, or it is decided. */
export function useDraft(task: TaskDetail, content: DraftRequest, keeping: boolean): DraftState {
  const client = useQueryClient();
  const [restored, setRestored] = useState(task.draft ?? null);
  const [savedAt, setSavedAt] = useState<string | null>(null);
  const [saving, setSaving] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const text = JSON.stringify(content);
  // What the server has; at first what it brought along, or nothing.
  const kept = useRef(text);
  const latest = useRef({ text, content, keeping });
  latest.current = { text, content, keeping };

  const remember = useCallback(
    (draft: TaskDraft | null) => {
      client.setQueryData<TaskDetail>(['tasks', 'one', task.id], (known) => known && { ...known, draft });
      void client.invalidateQueries({ queryKey: ['tasks', 'counts'] });
    },
    [client, task.id],
  );

  const save = useCallback(async () => {
    const { text: now, content: entered, keeping: may } = latest.current;
    if (!may || now === kept.current) return;
    kept.current = now;
    setSaving(true);
    try {
      if (isEmpty(entered)) {
        await dropDraft(task.id);
        setSavedAt(null);
        remember(null);
      } else {
        const { updated_at } = await saveDraft(task.id, entered);
        setSavedAt(updated_at);
        remember({ data: entered.data, comment: entered.comment ?? null, outcome: null, updated_at });
      }
      setError(null);
    } catch (problem) {
      // Said beside the form, and tried again with the next change.
      kept.current = '';
      setError(problem);
    } finally {
      setSaving(false);
    }
  }, [remember, task.id]);

  useEffect(() => {
    if (!keeping || text === kept.current) return;
    const timer = setTimeout(() => void save(), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, keeping, save]);

  useEffect(() => {
    const leaving = () => document.visibilityState === 'hidden' && void save();
    document.addEventListener('visibilitychange', leaving);
    return () => {
      document.removeEventListener('visibilitychange', leaving);
      void save();
    };
  }, [save]);

  return {
    savedAt,
    saving,
    error,
    restored,
    drop: async () => {
      await dropDraft(task.id);
      kept.current = JSON.stringify({ data: {} });
      setRestored(null);
      setSavedAt(null);
      remember(null);
    },
  };
}
