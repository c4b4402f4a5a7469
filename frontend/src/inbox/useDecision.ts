/** One decision on one task: what is chosen, what is missing, and sending it exactly once. */
import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { newCommandId } from '@/flows/commandId';
import type { Outcome } from '@/flows/types';
import type { LiveFormState } from '@/forms';
import { ApiError } from '@/providers/http';
import { type TaskDetail, useComplete } from './api';

export interface DecisionState {
  comment: string;
  setComment: (comment: string) => void;
  /** The outcome chosen that still wants an opinion. */
  wantsComment: Outcome | null;
  sending: Outcome | null;
  error: unknown;
  /** This reader decided the task just now. */
  decided: boolean;
  decide: (outcome: Outcome) => Promise<void>;
}

/** Sending back and refusing do not need a complete form. */
const needsForm = (outcome: Outcome) => outcome.kind === 'complete';

export function useDecision(task: TaskDetail, form: LiveFormState | null, onDecided: () => void): DecisionState {
  const complete = useComplete(task.id);
  const [comment, writeComment] = useState('');
  const [wantsComment, setWantsComment] = useState<Outcome | null>(null);
  const [sending, setSending] = useState<Outcome | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [decided, setDecided] = useState(false);
  const client = useQueryClient();
  // What the reader has seen: a refresh in the background must not hide that a field was changed under their hands.
  const seen = useRef(task.record_version);
  const command = useRef<{ id: string; content: string } | null>(null);

  /** The same decision keeps its id when it is sent again; a changed one is a new command. */
  const commandId = (content: string): string => {
    if (command.current?.content !== content) command.current = { id: newCommandId(), content };
    return command.current.id;
  };

  const send = async (outcome: Outcome) => {
    const body = {
      outcome: outcome.key,
      data: form?.data() ?? {},
      comment: comment.trim() || null,
      record_version: seen.current,
    };
    setSending(outcome);
    setError(null);
    try {
      await complete.mutateAsync({ ...body, command_id: commandId(JSON.stringify(body)) });
      setDecided(true);
      onDecided();
    } catch (problem) {
      if (problem instanceof ApiError && problem.code === 'task.comment_required') setWantsComment(outcome);
      // The reader is told at the fields what became of them; whoever submits again means it.
      if (isDataChanged(problem)) seen.current = Number(problem.params.version);
      // Somebody else was first: the page shows what they decided or wrote.
      if (problem instanceof ApiError && problem.status === 409) void client.invalidateQueries({ queryKey: ['tasks'] });
      const shown = Object.keys(form?.refuse(problem) ?? {});
      setError(problem);
      if (shown[0]) focusField(shown[0]);
    } finally {
      setSending(null);
    }
  };

  const decide = async (outcome: Outcome) => {
    if (sending) return;
    if (form && needsForm(outcome) && !form.validate()) return focusFirstError();
    if (outcome.comment && !comment.trim()) return setWantsComment(outcome);
    await send(outcome);
  };

  return {
    comment,
    setComment: (text) => {
      writeComment(text);
      if (text.trim()) setWantsComment(null);
    },
    wantsComment,
    sending,
    error,
    decided,
    decide,
  };
}

const isDataChanged = (problem: unknown): problem is ApiError =>
  problem instanceof ApiError && problem.code === 'task.data_changed';

function focusField(key: string): void {
  requestAnimationFrame(() => {
    const field = document.querySelector<HTMLElement>(`[data-field="${CSS.escape(key)}"]`);
    field?.querySelector<HTMLElement>('input, textarea, [role=combobox], button')?.focus();
    field?.scrollIntoView({ block: 'center' });
  });
}

function focusFirstError(): void {
  requestAnimationFrame(() => {
    const field = document.querySelector<HTMLElement>('[data-field] [aria-invalid=true], [data-field] .Mui-error');
    field?.focus();
    field?.scrollIntoView({ block: 'center' });
  });
}
