/** Asking again, by itself, once the server could not be reached: nobody should have to type a letter to be answered. */
import { useEffect, useState } from 'react';
import { ApiError } from '@/providers/http';

const PAUSE_MS = 5_000;

/** Counts the occasions on which to ask again; a refusal by the server is an answer and gives none. */
export function useAgain(error: unknown): number {
  const [count, setCount] = useState(0);
  const unreached = error !== null && error !== undefined && !(error instanceof ApiError);
  useEffect(() => {
    if (!unreached) return;
    const again = () => setCount((before) => before + 1);
    const timer = setInterval(again, PAUSE_MS);
    window.addEventListener('online', again);
    return () => {
      clearInterval(timer);
      window.removeEventListener('online', again);
    };
  }, [unreached]);
  return count;
}
