/** What the server says of a text, once its author pauses; never while an input method composes. */
import { useEffect, useState } from 'react';
import { type Checked, isGivenUp, type Language } from './api';
import { useAgain } from './useAgain';

export interface CheckState {
  /** The text the answer is about; the one before it while a newer text waits. */
  text: string;
  answer: Checked | null;
  /** Why there is no answer: the server did not give one. */
  error: unknown;
  /** The answer is about the text as it is now. */
  current: boolean;
}

const NONE: Omit<CheckState, 'current'> = { text: '', answer: null, error: null };

export function useChecked(language: Language, text: string, paused: boolean, delay = 250): CheckState {
  const [state, setState] = useState(NONE);
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
  return { ...state, current: state.text === text };
}
