/** The hours of each weekday, and those of a day that makes up for a holiday. */
import { Box, Button, Stack, Typography } from '@mui/material';
import { Copy } from 'lucide-react';
import type { PlacedProblem } from '@/build/problemPlaces';
import type { Editing } from '@/build/useEditing';
import { Panel, useFormat } from '@/components';
import { type Text, useText } from '@/i18n';
import { useTokens } from '@/theme';
import { type CalendarContent, minuteOf, minutesOf, type Span, WEEKDAYS, type Week } from './calendarDocument';
import { SpanList } from './SpanList';
import { useDayWords } from './words';

interface WeekPanelProps {
  calendar: CalendarContent;
  editing: Editing;
  problems: readonly PlacedProblem[];
}

const CHANGE: Text = { zh: '改工作时间', en: 'Change the hours' };
const WORKING = [0, 1, 2, 3, 4];

/** A weekday without hours is left out of the document. */
const written = (week: Week): Week => Object.fromEntries(Object.entries(week).filter(([, spans]) => spans.length > 0));

export function WeekPanel({ calendar, editing, problems }: WeekPanelProps) {
  const t = useText();
  const format = useFormat();
  const { weekdays } = useDayWords();
  const { week, makeup } = calendar;
  const monday = week[0] ?? [];
  const minutes = Object.values(week).flatMap((spans) => spans.map((span) => minutesOf(span)));
  const hours = minutes.reduce((sum, each) => sum + each, 0) / 60;
  const change = (next: Week) => editing.change(CHANGE, { week: written(next) }, 'week');
  const copy = (days: readonly number[]) =>
    editing.change(
      { zh: '照周一填', en: 'Copy Monday' },
      { week: written({ ...week, ...Object.fromEntries(days.map((day) => [day, monday])) }) },
    );
  return (
    <Panel
      title={t({ zh: '每周工作时间', en: 'Hours of the week' })}
      actions={
        <Typography component="span" variant="body2" sx={{ color: 'text.secondary' }}>
          {t({ zh: '每周 {hours} 小时', en: '{hours} hours a week' }, { hours: format.number(hours) })}
        </Typography>
      }
    >
      <Box data-path="/week" component="ul" sx={{ listStyle: 'none', m: 0, p: 0, mx: -2, mt: -0.5 }}>
        {WEEKDAYS.map((day) => (
          <Row key={day} name={weekdays[day] ?? ''} spans={week[day] ?? []}>
            <SpanList
              name={weekdays[day] ?? ''}
              place={`/week/${day}`}
              spans={week[day] ?? []}
              problems={problems}
              none={t({ zh: '休息', en: 'Off' })}
              onChange={(spans) => change({ ...week, [day]: spans })}
            />
          </Row>
        ))}
      </Box>
      <Stack direction="row" sx={{ flexWrap: 'wrap', gap: 1, py: 1.5 }}>
        <Button variant="outlined" startIcon={<Copy size={14} />} onClick={() => copy(WORKING)}>
          {t({ zh: '周一的时间用于周一到周五', en: 'Monday’s hours for Monday to Friday' })}
        </Button>
        <Button variant="outlined" startIcon={<Copy size={14} />} onClick={() => copy(WEEKDAYS)}>
          {t({ zh: '周一的时间用于每一天', en: 'Monday’s hours for every day' })}
        </Button>
      </Stack>
      <Typography variant="h4" component="h3" sx={{ mb: 0.75 }}>
        {t({ zh: '调休上班日的工作时间', en: 'Hours of a make-up day' })}
      </Typography>
      <SpanList
        name={t({ zh: '调休上班日', en: 'a make-up day' })}
        place="/makeup"
        spans={makeup}
        problems={problems}
        none={t({ zh: '没有', en: 'None' })}
        onChange={(spans) => editing.change(CHANGE, { makeup: spans }, 'makeup')}
      />
    </Panel>
  );
}

function Row({ name, spans, children }: { name: string; spans: Span[]; children: React.ReactNode }) {
  return (
    <Box
      component="li"
      sx={{
        display: 'grid',
        gridTemplateColumns: { xs: 'minmax(0, 1fr)', sm: '92px minmax(0, 1fr) 132px' },
        gap: { xs: 0.5, sm: 1.5 },
        alignItems: 'center',
        px: 2,
        py: 0.75,
        borderBottom: 1,
        borderColor: 'divider',
      }}
    >
      <Typography component="span" variant="body2" sx={{ fontWeight: 550 }}>
        {name}
      </Typography>
      {children}
      <DayBar spans={spans} />
    </Box>
  );
}

/** The day from midnight to midnight, for the eye only: the hours stand beside it. */
function DayBar({ spans }: { spans: Span[] }) {
  const tokens = useTokens();
  return (
    <Box
      aria-hidden
      sx={{
        position: 'relative',
        height: 8,
        borderRadius: 4,
        bgcolor: tokens.hover,
        overflow: 'hidden',
        display: { xs: 'none', sm: 'block' },
      }}
    >
      {spans.map((span, index) => (
        <Box
          key={index}
          sx={{
            position: 'absolute',
            insetBlock: 0,
            left: `${((minuteOf(span[0]) ?? 0) / 1440) * 100}%`,
            width: `${(minutesOf(span) / 1440) * 100}%`,
            bgcolor: tokens.tones.blue.solid,
          }}
        />
      ))}
    </Box>
  );
}
