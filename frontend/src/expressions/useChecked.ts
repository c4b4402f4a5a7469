/** What the server says of a text, once its author pauses; never while an input method composes. */
import { useEffect, useMemo, useState } from 'react';
import { type Checked, isGivenUp } from './api';
import { useAgain } from './useAgain';

export interface CheckState<Answer = Checked> {
  /** The text the answer is about; the one before it while a newer text waits. */
  text: string;
  answer: Answer | null;
  /** Why there is no answer: the server did not give one. */
  error: unknown;
  /** The answer is about the text as it is now. */
  current: boolean;
}

interface Checking<Answer> {
  check: (text: string, signal?: AbortSignal) => Promise<Answer>;
}

const NONE = { text: '', answer: null, error: null };

export function useChecked<Answer>(
  language: Checking<Answer>,
  text: string,
  paused: boolean,
  delay = 250,
): CheckState<Answer> {
  const [state, setState] = useState<Omit<CheckState<Answer>, 'current'>>(NONE);
  const blank = !text.trim();
  const again = useAgain(state.error);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `again` says when to ask once more
  useEffect(() => {
    if (paused) return;
    if (blank) {
      setState({ ...NONE, text });
      return;
    }
    const stop = new AbortController();
    const timer = setTimeout(() => {
      language.check(text, stop.signal).then(
        (answer) => !stop.signal.aborted && setState({ text, answer, error: null }),
        (error) => !stop.signal.aborted && !isGivenUp(error) && setState({ text, answer: null, error }),
      );
    }, delay);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [language, text, blank, paused, delay, again]);
  const current = state.text === text;
  return useMemo(() => ({ ...state, current }), [state, current]);
}
