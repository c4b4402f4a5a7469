/**
 * A condition while it is edited, as text and as a picture at once: each change is a labelled command in one history,
 * whichever side it was made on; the other side follows as soon as the server has said what it is.
 */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Locale, Text } from '@/i18n';
import { type Checked, isGivenUp, type Language, type Problem } from './api';
import { type Group, readRoot, writeRoot } from './builder/items';
import { surfaceOf } from './editor/surface';
import { amend, apply, begin, type History, redo, redoLabel, undo, undoLabel } from './history';
import { useAgain } from './useAgain';

export interface ConditionState {
  text: string;
  /** Null while the text cannot be read, or has not been yet. */
  root: Group | null;
  /** The side that was changed last; the other follows it. */
  truth: 'text' | 'picture';
  /** Both sides say the same, or `problems` say why they cannot. */
  settled: boolean;
  problems: readonly Problem[];
}

export interface Condition {
  state: ConditionState;
  error: unknown;
  setText: (text: string, command: Text, run: string | null) => void;
  setRoot: (root: Group, command: Text, run: string | null) => void;
  /** Takes an answer that somebody else asked for. */
  learn: (text: string, answer: Checked) => void;
  undo: () => void;
  redo: () => void;
  undoLabel: Text | null;
  redoLabel: Text | null;
}

const fresh = (text: string): ConditionState => ({
  text,
  root: text.trim() ? null : readRoot(null),
  truth: 'text',
  settled: !text.trim(),
  problems: [],
});

function read(state: ConditionState, answer: Checked): ConditionState {
  const root = answer.ok && answer.json ? readRoot(answer.json, state.text) : null;
  return { ...state, root, settled: true, problems: answer.problems };
}

interface Options {
  value: string;
  onChange: (text: string) => void;
  language: Language;
  locale: Locale;
  /** The picture is looked at, so the text has to be read. */
  pictured: boolean;
}

export function useCondition({ value, onChange, language, locale, pictured }: Options): Condition {
  const [history, setHistory] = useState<History<ConditionState>>(() => begin(fresh(value)));
  const [error, setError] = useState<unknown>(null);
  const told = useRef(value);
  const state = history.present.state;

  // Somebody else changed the text: the history here is about another one.
  useEffect(() => {
    if (value === told.current) return;
    told.current = value;
    setHistory(begin(fresh(value)));
  }, [value]);

  const isText = state.truth === 'text';
  const tellable = isText || (state.settled && state.problems.length === 0);
  useEffect(() => {
    if (!tellable || state.text === told.current) return;
    told.current = state.text;
    onChange(state.text);
  }, [state.text, tellable, onChange]);

  useFollowing({ state, language, locale, pictured, again: useAgain(error), setHistory, setError });

  const command = useCallback((next: Partial<ConditionState>, label: Text, run: string | null) => {
    setHistory((before) => apply(before, label, { ...before.present.state, ...next }, { run, at: Date.now() }));
  }, []);
  const setText = useCallback<Condition['setText']>((text, label, run) => command(fresh(text), label, run), [command]);
  const setRoot = useCallback<Condition['setRoot']>(
    (root, label, run) => command({ root, truth: 'picture', settled: false, problems: [] }, label, run),
    [command],
  );
  const learn = useCallback<Condition['learn']>((text, answer) => {
    setHistory((before) => {
      const now = before.present.state;
      return now.truth === 'text' && !now.settled && now.text === text ? amend(before, read(now, answer)) : before;
    });
  }, []);
  return {
    state,
    error,
    setText,
    setRoot,
    learn,
    undo: useCallback(() => setHistory(undo), []),
    redo: useCallback(() => setHistory(redo), []),
    undoLabel: undoLabel(history),
    redoLabel: redoLabel(history),
  };
}

interface Following {
  state: ConditionState;
  language: Language;
  locale: Locale;
  pictured: boolean;
  again: number;
  setHistory: (change: (before: History<ConditionState>) => History<ConditionState>) => void;
  setError: (error: unknown) => void;
}

const PAUSE_MS = 200;

/** Asks for the other side of what was changed, and completes the state with it. */
function useFollowing({ state, language, locale, pictured, again, setHistory, setError }: Following) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: `again` says when to ask once more
  useEffect(() => {
    const waiting = !state.settled && (state.truth === 'picture' || pictured);
    if (!waiting) {
      setError(null);
      return;
    }
    const stop = new AbortController();
    const complete = (next: ConditionState) => {
      if (stop.signal.aborted) return;
      setError(null);
      setHistory((before) => (before.present.state === state ? amend(before, next) : before));
    };
    const ask = () =>
      (state.truth === 'text'
        ? readText(state, language, stop.signal)
        : printPicture(state, language, locale, stop.signal)
      )
        .then(complete)
        .catch((error) => !stop.signal.aborted && !isGivenUp(error) && setError(error));
    const timer = setTimeout(ask, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [state, language, locale, pictured, again, setHistory, setError]);
}

const readText = async (state: ConditionState, language: Language, signal: AbortSignal): Promise<ConditionState> =>
  read(state, await language.check(state.text, signal));

/** The picture's text, in the language that the text before it was written in. */
async function printPicture(
  state: ConditionState,
  language: Language,
  locale: Locale,
  signal: AbortSignal,
): Promise<ConditionState> {
  const tree = state.root && writeRoot(state.root);
  if (!tree) return { ...state, text: '', settled: true, problems: [] };
  const { ok, text, problems } = await language.print(tree, signal);
  const said = ok && text ? text[surfaceOf(state.text) ?? locale] : state.text;
  return { ...state, text: said, settled: true, problems };
}
