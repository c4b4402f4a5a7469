/**
 * A time of day on the 24-hour clock, whatever the browser's own clock looks like: `9`, `930` and `9:30` are understood, the arrows
 * go on by a quarter of an hour.
 */
import { Box } from '@mui/material';
import { type KeyboardEvent, useEffect, useState } from 'react';
import { useTokens } from '@/theme';
import { readTime, stepTime } from './times';

interface TimeFieldProps {
  label: string;
  value: string;
  wrong: boolean;
  onChange: (value: string) => void;
}

export function TimeField({ label, value, wrong, onChange }: TimeFieldProps) {
  const tokens = useTokens();
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  const take = (time: string | null) => {
    setTyped(time ?? value);
    if (time && time !== value) onChange(time);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') take(readTime(typed));
    const step = { ArrowUp: 15, ArrowDown: -15 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    take(stepTime(readTime(typed) ?? value, step));
  };
  return (
    <Box
      component="input"
      value={typed}
      inputMode="numeric"
      autoComplete="off"
      aria-label={label}
      aria-invalid={wrong || readTime(typed) === null}
      placeholder="00:00"
      maxLength={5}
      onFocus={(event) => event.target.select()}
      onChange={(event) => {
        const next = event.target.value.replaceAll('：', ':');
        setTyped(next);
        if (/^\d{2}:\d{2}$/.test(next)) take(readTime(next));
      }}
      onBlur={() => take(readTime(typed))}
      onKeyDown={onKeyDown}
      sx={{
        border: 0,
        background: 'transparent',
        color: tokens.text,
        font: 'inherit',
        fontSize: 14,
        fontVariantNumeric: 'tabular-nums',
        textAlign: 'center',
        width: 48,
        p: 0,
        py: 0.5,
        borderRadius: '4px',
        '&:focus': { outline: `2px solid ${tokens.accent}` },
        '&:disabled': { color: tokens.muted },
        '@media (pointer: coarse)': { fontSize: 16, width: 56, py: 1 },
      }}
    />
  );
}
