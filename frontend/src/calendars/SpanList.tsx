/** Hours from and to, several of them: each can be changed or removed, and one more added. */
import { Box, Button, IconButton, Stack, Tooltip } from '@mui/material';
import { Plus, X } from 'lucide-react';
import { PlacedProblems } from '@/build/PlacedProblems';
import { type PlacedProblem, problemsAt } from '@/build/problemPlaces';
import { useText } from '@/i18n';
import { minuteOf, minutesOf, nextSpan, type Span } from './calendarDocument';
import { TimeField } from './TimeField';

interface SpanListProps {
  /** Whose hours: "Monday". */
  name: string;
  /** Where they stand in the document: `/week/0`. */
  place: string;
  spans: Span[];
  problems: readonly PlacedProblem[];
  onChange: (spans: Span[]) => void;
  /** May pass midnight. */
  overnight?: boolean;
  /** What stands there where there are none. */
  none?: string;
}

export function SpanList({ name, place, spans, problems, onChange, overnight = false, none }: SpanListProps) {
  const t = useText();
  const set = (at: number, span: Span) => onChange(spans.map((each, index) => (index === at ? span : each)));
  return (
    <Box data-path={place} role="group" aria-label={t({ zh: '{name}的时段', en: 'Hours of {name}' }, { name })}>
      <Stack direction="row" sx={{ flexWrap: 'wrap', gap: 1, alignItems: 'center' }}>
        {spans.length === 0 && none && (
          <Box component="span" sx={{ color: 'text.secondary', minWidth: 60 }}>
            {none}
          </Box>
        )}
        {spans.map((span, index) => (
          <SpanInput
            key={index}
            name={spans.length > 1 ? `${name} ${index + 1}` : name}
            place={`${place}/${index}`}
            span={span}
            overnight={overnight}
            wrong={problemsAt(problems, `${place}/${index}`).length > 0}
            onChange={(next) => set(index, next)}
            onRemove={() => onChange(spans.filter((_, other) => other !== index))}
          />
        ))}
        <Tooltip title={t({ zh: '添加时段', en: 'Add hours' })}>
          <Button
            aria-label={t({ zh: '给{name}添加时段', en: 'Add hours to {name}' }, { name })}
            onClick={() => onChange([...spans, nextSpan(spans)])}
            sx={{ minWidth: 32, px: 0.75 }}
          >
            <Plus size={15} />
          </Button>
        </Tooltip>
      </Stack>
      <PlacedProblems problems={problems} place={place} />
    </Box>
  );
}

interface SpanInputProps {
  name: string;
  place: string;
  span: Span;
  overnight: boolean;
  wrong: boolean;
  onChange: (span: Span) => void;
  onRemove: () => void;
}

function SpanInput({ name, place, span, overnight, wrong, onChange, onRemove }: SpanInputProps) {
  const t = useText();
  const [from, to] = span;
  const [start, end] = [minuteOf(from), minuteOf(to)];
  const passes = overnight && start !== null && end !== null && end !== 0 && end < start && minutesOf(span, true) > 0;
  return (
    <Stack
      data-path={place}
      direction="row"
      sx={{
        alignItems: 'center',
        gap: 0.25,
        border: 1,
        borderColor: wrong ? 'error.main' : 'divider',
        borderRadius: '7px',
        pl: 0.5,
        bgcolor: 'background.paper',
      }}
    >
      <TimeField
        label={t({ zh: '{name}，从', en: '{name}, from' }, { name })}
        value={from}
        wrong={wrong}
        onChange={(next) => onChange([next, to])}
      />
      <Box component="span" aria-hidden sx={{ color: 'text.secondary' }}>
        –
      </Box>
      <TimeField
        label={t({ zh: '{name}，到', en: '{name}, until' }, { name })}
        value={to}
        wrong={wrong}
        onChange={(next) => onChange([from, next])}
      />
      {passes && (
        <Box component="span" sx={{ fontSize: 12, color: 'text.secondary', whiteSpace: 'nowrap' }}>
          {t({ zh: '次日', en: 'next day' })}
        </Box>
      )}
      <IconButton aria-label={t({ zh: '移除{name}', en: 'Remove {name}' }, { name })} onClick={onRemove}>
        <X size={14} />
      </IconButton>
    </Stack>
  );
}
