/** A moment in the reader's words, kept current, with the exact time on hover. */
import { useEffect, useState } from 'react';
import { type Moment, useFormat } from './format';

const TICK_MS = 30_000;

/** `relative` (default): "3 minutes ago"; otherwise day and time. */
export function Time({ value, relative = true }: { value: Moment; relative?: boolean }) {
  const format = useFormat();
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!relative) return;
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, [relative]);
  if (value === null || value === undefined || value === '') return null;
  const iso = value instanceof Date ? value.toISOString() : String(value);
  const current = Math.max(now, Date.now());
  return (
    <time dateTime={iso} title={format.exact(value)} style={{ whiteSpace: 'nowrap' }}>
      {relative ? format.relative(value, current) : format.dateTime(value)}
    </time>
  );
}
