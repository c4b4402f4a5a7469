/** Undo and redo: states in the order they came, each under the label of the command that made it. */
import type { Text } from '@/i18n';

interface Step<State> {
  state: State;
  label: Text;
  /** Commands of the same run become one: letters typed one after the other. */
  run: string | null;
  at: number;
}

export interface History<State> {
  past: readonly Step<State>[];
  present: Step<State>;
  future: readonly Step<State>[];
}

const LIMIT = 200;
const RUN_MS = 1_000;

export function begin<State>(state: State): History<State> {
  return { past: [], present: { state, label: { zh: '打开', en: 'Open' }, run: null, at: 0 }, future: [] };
}

/** A command: what was done to reach `state`. With a `run`, it joins the command before it of the same run. */
export function apply<State>(
  history: History<State>,
  label: Text,
  state: State,
  { run = null, at }: { run?: string | null; at: number },
): History<State> {
  const { past, present } = history;
  const joins = run !== null && present.run === run && at - present.at < RUN_MS && history.future.length === 0;
  const step = { state, label, run, at };
  return { past: joins ? past : [...past, present].slice(-LIMIT), present: step, future: [] };
}

/** Completes the present state (what the server made of it); not a command. */
export function amend<State>(history: History<State>, state: State): History<State> {
  return { ...history, present: { ...history.present, state } };
}

export function undo<State>(history: History<State>): History<State> {
  const { past, present, future } = history;
  const before = past.at(-1);
  return before
    ? { past: past.slice(0, -1), present: { ...before, run: null }, future: [present, ...future] }
    : history;
}

export function redo<State>(history: History<State>): History<State> {
  const { past, present, future } = history;
  const [next, ...rest] = future;
  return next ? { past: [...past, present], present: { ...next, run: null }, future: rest } : history;
}

/** What undo would take back, and redo do again. */
export const undoLabel = <State>(history: History<State>): Text | null =>
  history.past.length > 0 ? history.present.label : null;
export const redoLabel = <State>(history: History<State>): Text | null => history.future[0]?.label ?? null;
