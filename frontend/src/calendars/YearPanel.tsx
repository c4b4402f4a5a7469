/** A year of twelve months: a click or Enter makes a day free, worked or plain again; with Shift, all days since the last. */
import { Box, IconButton, Stack, Tooltip, Typography } from '@mui/material';
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { type KeyboardEvent, type MouseEvent, useEffect, useMemo, useRef, useState } from 'react';
import type { Editing } from '@/build/useEditing';
import { Panel, useFormat } from '@/components';
import { useText } from '@/i18n';
import { useTokens } from '@/theme';
import type { Previewed, YearPreview } from './api';
import {
  type CalendarContent,
  type DayKind,
  kindOfDay,
  markDays,
  minutesOf,
  nextKind,
  specialDays,
  writeSpecials,
} from './calendarDocument';
import { dateOf, dayOf, monthsLater, weekdayOf } from './days';
import { type DayLook, dayColours, KINDS, MonthGrid } from './MonthGrid';
import { useDayWords } from './words';

interface YearPanelProps {
  calendar: CalendarContent;
  editing: Editing;
  previewed: Previewed;
  year: number;
  onYear: (year: number) => void;
  actions?: React.ReactNode;
}

const MONTHS = Array.from({ length: 12 }, (_, index) => index);
const yearOf = (day: number) => dateOf(day).getUTCFullYear();
/** Of the reader's clock: it is only marked. */
const thisDay = () => {
  const now = new Date();
  return Date.UTC(now.getFullYear(), now.getMonth(), now.getDate()) / 86_400_000;
};

const STEPS: Record<string, (day: number) => number> = {
  ArrowLeft: (day) => day - 1,
  ArrowRight: (day) => day + 1,
  ArrowUp: (day) => day - 7,
  ArrowDown: (day) => day + 7,
  Home: (day) => day - weekdayOf(day),
  End: (day) => day + 6 - weekdayOf(day),
  PageUp: (day) => monthsLater(day, -1),
  PageDown: (day) => monthsLater(day, 1),
};

export function YearPanel({ calendar, editing, previewed, year, onYear, actions }: YearPanelProps) {
  const t = useText();
  const words = useDayWords();
  const today = thisDay();
  const look = useLook(calendar, previewed.year);
  const { current, go, root } = useCurrentDay(year, onYear, today);
  const last = useRef<number | null>(null);

  const toggle = (day: number, onwards: boolean) => {
    const kind = nextKind(look(day).kind);
    const from = onwards && last.current !== null ? last.current : day;
    const before = last.current === null ? kind : look(last.current).kind;
    const wanted = onwards && last.current !== null ? (before === 'holiday' ? 'holiday' : 'plain') : kind;
    const [first, end] = [Math.min(from, day), Math.max(from, day)];
    const days = Array.from({ length: end - first + 1 }, (_, index) => first + index);
    const label = { zh: '改日子', en: 'Change days' };
    editing.change(label, writeSpecials(markDays(calendar.specials, days, wanted)));
    last.current = day;
  };
  const dayAt = (target: EventTarget) => {
    const button = target instanceof Element ? target.closest<HTMLElement>('[data-day]') : null;
    return button ? Number(button.dataset.day) : null;
  };
  const onClick = (event: MouseEvent) => {
    const day = dayAt(event.target);
    if (day === null) return;
    go(day);
    toggle(day, event.shiftKey);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const day = dayAt(event.target);
    const step = STEPS[event.key];
    if (day === null || !step || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    go(step(day));
  };
  return (
    <Panel title={t({ zh: '全年', en: 'The year' })} actions={actions}>
      <Stack direction="row" sx={{ alignItems: 'center', gap: 0.5, flexWrap: 'wrap', mb: 1.5 }}>
        <YearStep label={t({ zh: '上一年', en: 'Year before' })} onClick={() => onYear(year - 1)}>
          <ChevronLeft size={17} />
        </YearStep>
        <Typography component="span" aria-live="polite" sx={{ fontWeight: 650, fontSize: 16, px: 0.5 }}>
          {year}
        </Typography>
        <YearStep label={t({ zh: '下一年', en: 'Year after' })} onClick={() => onYear(year + 1)}>
          <ChevronRight size={17} />
        </YearStep>
        <Box sx={{ flex: 1 }} />
        <Legend />
      </Stack>
      <Box
        ref={root}
        onClick={onClick}
        onKeyDown={onKeyDown}
        sx={{
          display: 'grid',
          columnGap: 3,
          rowGap: 2,
          gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 212px), 1fr))',
        }}
      >
        {MONTHS.map((month) => (
          <MonthGrid key={month} year={year} month={month} words={words} look={look} today={today} current={current} />
        ))}
      </Box>
      <Total year={year} previewed={previewed} />
    </Panel>
  );
}

/** What each day is, at once from the document; its hours as soon as the server has counted them. */
function useLook(calendar: CalendarContent, preview: YearPreview | undefined): (day: number) => DayLook {
  const t = useText();
  return useMemo(() => {
    const specials = specialDays(calendar.specials);
    const hours = new Map(preview?.days.map((day) => [dayOf(day.date), day]));
    return (day) => {
      const kind = kindOfDay(calendar.week, specials, day);
      const counted = hours.get(day);
      const spans = counted?.kind === kind ? counted.hours.map(([from, to]) => `${from}–${to}`) : [];
      return { kind, said: [t(specials.get(day)?.label), spans.join(' ')].filter(Boolean).join(' ') };
    };
  }, [calendar, preview, t]);
}

/** The day that the arrows move; beyond the year they turn the page. */
function useCurrentDay(year: number, onYear: (year: number) => void, today: number) {
  const root = useRef<HTMLDivElement>(null);
  const [chosen, setChosen] = useState<number | null>(null);
  const focus = useRef(false);
  const first = Date.UTC(year, 0, 1) / 86_400_000;
  const current = [chosen, today].find((day) => day !== null && yearOf(day) === year) ?? first;
  useEffect(() => {
    if (!focus.current) return;
    focus.current = false;
    root.current?.querySelector<HTMLElement>(`[data-day="${current}"]`)?.focus();
  });
  const go = (day: number) => {
    focus.current = true;
    setChosen(day);
    if (yearOf(day) !== year) onYear(yearOf(day));
  };
  return { root, current, go };
}

function YearStep({ label, onClick, children }: { label: string; onClick: () => void; children: React.ReactNode }) {
  return (
    <Tooltip title={label}>
      <IconButton aria-label={label} onClick={onClick}>
        {children}
      </IconButton>
    </Tooltip>
  );
}

const LEGEND: DayKind[] = ['holiday', 'makeup', 'free'];

function Legend() {
  const t = useText();
  const tokens = useTokens();
  return (
    <Stack direction="row" sx={{ gap: 1.5, flexWrap: 'wrap', fontSize: 13, color: 'text.secondary' }}>
      {LEGEND.map((kind) => (
        <Box component="span" key={kind} sx={{ display: 'inline-flex', alignItems: 'center', gap: 0.5 }}>
          <Box
            component="span"
            aria-hidden
            sx={{ width: 20, textAlign: 'center', borderRadius: '4px', fontSize: 12, ...dayColours(tokens, kind) }}
          >
            8
          </Box>
          {t(KINDS[kind])}
        </Box>
      ))}
    </Stack>
  );
}

/** What the server counts for the year. */
function Total({ year, previewed: { year: preview, problems } }: { year: number; previewed: Previewed }) {
  const t = useText();
  const format = useFormat();
  const counted = preview?.year === year ? preview.days : [];
  const worked = counted.filter(({ hours }) => hours.length > 0);
  const minutes = worked.flatMap(({ hours }) => hours.map((span) => minutesOf(span))).reduce((a, b) => a + b, 0);
  const said = {
    zh: '{year} 年有 {days} 个工作日，共 {hours} 小时，按 {zone} 的时间',
    en: '{days} working days in {year}, {hours} hours in all, by the clocks of {zone}',
  };
  return (
    <Typography role="status" variant="body2" sx={{ mt: 2, color: 'text.secondary', minHeight: 22 }}>
      {problems.length > 0
        ? t({ zh: '先改正标出的问题，再数工作日。', en: 'Mend what is marked, and the working days are counted.' })
        : counted.length > 0 &&
          t(said, {
            year,
            days: format.number(worked.length),
            hours: format.number(minutes / 60),
            zone: preview?.zone ?? '',
          })}
    </Typography>
  );
}
