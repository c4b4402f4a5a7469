/** One decision on one task: what is chosen, what it still wants to know, and sending it exactly once. */
import { useRef, useState } from 'react';
import { type FieldsByKey, type LiveFormState, withoutShownColumns } from '@/forms';
import { ApiError } from '@/providers/http';
import { choiceIn } from './ChoosePeople';
import { type CompleteRequest, useComplete, useTasksChanged } from './commands';
import { focusField, focusFirstError } from './focus';
import type { PeopleChoice, TaskDetail, TaskOutcome } from './types';
import { useCommandId } from './useCommandId';

/** What is asked in a dialog of its own once an outcome is chosen. */
export type Answers = Pick<CompleteRequest, 'target' | 'signature' | 'chosen'>;

export type Question =
  | { kind: 'target'; outcome: TaskOutcome }
  | { kind: 'signature'; outcome: TaskOutcome }
  | { kind: 'people'; outcome: TaskOutcome; choice: PeopleChoice };

export interface DecisionState {
  comment: string;
  setComment: (comment: string) => void;
  /** The outcome chosen that still wants an opinion. */
  wantsComment: TaskOutcome | null;
  /** What the chosen outcome still wants to know. */
  question: Question | null;
  sending: TaskOutcome | null;
  error: unknown;
  /** This reader decided the task just now. */
  decided: boolean;
  decide: (outcome: TaskOutcome) => Promise<void>;
  answer: (answers: Answers) => Promise<void>;
  /** Leaves a question; one that has come in its place stays. */
  forget: (question: Question) => void;
}

/** Sending back, refusing and abstaining do not need a complete form. */
const needsForm = (outcome: TaskOutcome) => outcome.kind === 'complete';

/** What an outcome still wants to know. */
function missing(outcome: TaskOutcome, answers: Answers): Question | null {
  const choosesTarget = outcome.kind === 'send_back' && !outcome.target && (outcome.targets ?? []).length > 1;
  if (choosesTarget && !answers.target) return { kind: 'target', outcome };
  if (outcome.signature && !answers.signature) return { kind: 'signature', outcome };
  return null;
}

/** Where there is only one way back, nobody is asked. */
function withOnlyTarget(outcome: TaskOutcome): Answers {
  const [only, ...others] = outcome.targets ?? [];
  return outcome.kind === 'send_back' && !outcome.target && only && others.length === 0 ? { target: only.node_id } : {};
}

export function useDecision(
  task: TaskDetail,
  form: LiveFormState | null,
  fields: FieldsByKey,
  onDecided: (outcome: TaskOutcome) => void,
): DecisionState {
  const complete = useComplete(task.id);
  const [comment, writeComment] = useState(task.draft?.comment ?? '');
  const [wantsComment, setWantsComment] = useState<TaskOutcome | null>(null);
  const [question, setQuestion] = useState<Question | null>(null);
  const [sending, setSending] = useState<TaskOutcome | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [decided, setDecided] = useState(false);
  const changed = useTasksChanged();
  const commandId = useCommandId();
  // What the reader has seen: a refresh in the background must not hide that a field was changed under their hands.
  const seen = useRef(task.record_version);
  const answers = useRef<Answers>({});

  const refused = (problem: unknown, outcome: TaskOutcome) => {
    const choice = choiceIn(problem);
    if (choice) return setQuestion({ kind: 'people', outcome, choice });
    setQuestion(null);
    if (isCode(problem, 'task.comment_required')) setWantsComment(outcome);
    // The reader is told at the fields what became of them; whoever submits again means it.
    if (isCode(problem, 'task.data_changed')) seen.current = Number(problem.params.version);
    // Somebody else was first: the page shows what they decided or wrote.
    if (problem instanceof ApiError && problem.status === 409) void changed();
    const shown = Object.keys(form?.refuse(problem) ?? {});
    setError(problem);
    if (shown[0]) focusField(shown[0]);
  };

  const send = async (outcome: TaskOutcome) => {
    const body = {
      outcome: outcome.key,
      data: form ? withoutShownColumns(form.data(), fields) : {},
      comment: comment.trim() || null,
      record_version: seen.current,
      ...(task.my_item != null && { item: task.my_item }),
      ...answers.current,
    };
    setSending(outcome);
    setError(null);
    try {
      await complete.mutateAsync({ ...body, command_id: commandId(body) });
      setQuestion(null);
      setDecided(true);
      onDecided(outcome);
    } catch (problem) {
      refused(problem, outcome);
    } finally {
      setSending(null);
    }
  };

  const goOn = async (outcome: TaskOutcome) => {
    const next = missing(outcome, answers.current);
    if (next) setQuestion(next);
    else await send(outcome);
  };

  const decide = async (outcome: TaskOutcome) => {
    if (sending) return;
    if (form && needsForm(outcome) && !form.validate()) return focusFirstError();
    if (outcome.comment && !comment.trim()) return setWantsComment(outcome);
    answers.current = withOnlyTarget(outcome);
    await goOn(outcome);
  };

  return {
    comment,
    setComment: (text) => {
      writeComment(text);
      if (text.trim()) setWantsComment(null);
    },
    wantsComment,
    question,
    sending,
    error,
    decided,
    decide,
    answer: async (more) => {
      if (!question) return;
      const chosen = { ...answers.current.chosen, ...more.chosen };
      answers.current = { ...answers.current, ...more, ...(Object.keys(chosen).length > 0 && { chosen }) };
      await goOn(question.outcome);
    },
    forget: (left) => setQuestion((current) => (current === left ? null : current)),
  };
}

const isCode = (problem: unknown, code: string): problem is ApiError =>
  problem instanceof ApiError && problem.code === code;
