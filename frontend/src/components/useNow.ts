/** The present, ticking: for countdowns and ages that must stay true on screen. */
import { useEffect, useState } from 'react';

/** Milliseconds since the epoch, renewed every `every` ms. */
export function useNow(every = 30_000): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}
