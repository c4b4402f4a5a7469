/** What somebody types, once they pause: not every letter is worth a request. */
import { useEffect, useState } from 'react';

export function usePaused(text: string, milliseconds: number): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), milliseconds);
    return () => clearTimeout(timer);
  }, [text, milliseconds]);
  return settled;
}
