/** One month of the year view: a grid of days, each a button that says what it is. */
import { Box } from '@mui/material';
import { useId } from 'react';
import { type Locale, type Text, useLocale, useText } from '@/i18n';
import { type Tokens, useTokens } from '@/theme';
import type { DayKind } from './calendarDocument';
import { daysOfMonth, weekdayOf } from './days';
import type { DayWords } from './words';

export interface DayLook {
  kind: DayKind;
  /** What it is called and when it is worked: "National Day", "09:00–18:00". */
  said: string;
}

export const KINDS: Record<DayKind, Text> = {
  workday: { zh: '工作日', en: 'Working day' },
  free: { zh: '休息', en: 'Free' },
  holiday: { zh: '假日', en: 'Day off' },
  makeup: { zh: '调休上班', en: 'Make-up day' },
};

/** Beside the colour, for those who do not see it. */
export const MARKS: Partial<Record<DayKind, Record<Locale, string>>> = {
  holiday: { zh: '休', en: '×' },
  makeup: { zh: '班', en: '+' },
};

export function dayColours(tokens: Tokens, kind: DayKind) {
  if (kind === 'holiday') return { color: tokens.tones.red.text, bgcolor: tokens.tones.red.background };
  if (kind === 'makeup') return { color: tokens.tones.green.text, bgcolor: tokens.tones.green.background };
  return { color: kind === 'free' ? tokens.muted : tokens.text, bgcolor: 'transparent' };
}

interface MonthGridProps {
  year: number;
  month: number;
  words: DayWords;
  look: (day: number) => DayLook;
  today: number;
  /** The one day of the year that the Tab key reaches. */
  current: number;
}

export function MonthGrid({ year, month, words, look, today, current }: MonthGridProps) {
  const id = useId();
  const days = daysOfMonth(year, month);
  const first = days[0] ?? 0;
  const before = weekdayOf(first);
  const weeks = Array.from({ length: Math.ceil((before + days.length) / 7) }, (_, week) =>
    Array.from({ length: 7 }, (_, weekday) => days[week * 7 + weekday - before]),
  );
  return (
    <div>
      <Box component="h3" id={id} sx={{ m: 0, mb: 0.5, fontSize: 14, fontWeight: 650 }}>
        {words.month(first)}
      </Box>
      <Box
        component="table"
        role="grid"
        aria-labelledby={id}
        sx={{ borderCollapse: 'collapse', tableLayout: 'fixed', width: '100%', maxWidth: { xs: 420, sm: 'none' } }}
      >
        <thead>
          <tr>
            {words.shortWeekdays.map((name, weekday) => (
              <Box
                component="th"
                scope="col"
                key={name + weekday}
                aria-label={words.weekdays[weekday]}
                sx={{ p: 0, pb: 0.25, fontSize: 11.5, fontWeight: 500, color: 'text.secondary' }}
              >
                {name}
              </Box>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeks.map((week, index) => (
            <tr key={index}>
              {week.map((day, weekday) => (
                <Box component="td" key={weekday} sx={{ p: '1px' }}>
                  {day !== undefined && (
                    <DayButton
                      day={day}
                      number={day - first + 1}
                      name={words.day(day)}
                      look={look(day)}
                      isToday={day === today}
                      reachable={day === current}
                    />
                  )}
                </Box>
              ))}
            </tr>
          ))}
        </tbody>
      </Box>
    </div>
  );
}

interface DayButtonProps {
  day: number;
  number: number;
  name: string;
  look: DayLook;
  isToday: boolean;
  reachable: boolean;
}

function DayButton({ day, number, name, look: { kind, said }, isToday, reachable }: DayButtonProps) {
  const t = useText();
  const locale = useLocale();
  const tokens = useTokens();
  const mark = MARKS[kind]?.[locale];
  const about = [name, t(KINDS[kind]), said].filter(Boolean).join(t({ zh: '，', en: ', ' }));
  return (
    <Box
      component="button"
      type="button"
      data-day={day}
      tabIndex={reachable ? 0 : -1}
      aria-label={about}
      aria-current={isToday ? 'date' : undefined}
      title={said}
      sx={{
        all: 'unset',
        position: 'relative',
        display: 'block',
        width: '100%',
        height: 30,
        lineHeight: '30px',
        textAlign: 'center',
        fontSize: 13,
        fontVariantNumeric: 'tabular-nums',
        cursor: 'pointer',
        borderRadius: '6px',
        boxSizing: 'border-box',
        ...dayColours(tokens, kind),
        fontWeight: isToday ? 700 : 450,
        boxShadow: isToday ? `inset 0 0 0 1.5px ${tokens.accent}` : 'none',
        '&:hover': { boxShadow: `inset 0 0 0 1px ${tokens.lineStrong}` },
        '&:focus-visible': { outline: `2px solid ${tokens.accent}`, outlineOffset: 0 },
        'fieldset:disabled &': { cursor: 'default' },
        '@media (pointer: coarse)': { height: 40, lineHeight: '40px' },
      }}
    >
      {number}
      {mark && (
        <Box
          component="span"
          aria-hidden
          sx={{ position: 'absolute', top: 1, right: 2, fontSize: 9, lineHeight: 1.2, fontWeight: 600 }}
        >
          {mark}
        </Box>
      )}
    </Box>
  );
}
