/** The days of a year that differ from their weekday, as a list: when, what they are called, and which of both they are. */
import { Box, Button, IconButton, Stack, TextField, Tooltip } from '@mui/material';
import { CalendarPlus, ClipboardPaste, X } from 'lucide-react';
import { useState } from 'react';
import { PlacedProblems } from '@/build/PlacedProblems';
import type { PlacedProblem } from '@/build/problemPlaces';
import type { Editing } from '@/build/useEditing';
import { EmptyState, Panel } from '@/components';
import { type Text, useLocale, useText } from '@/i18n';
import { useTokens } from '@/theme';
import { daysIn, markDays, renamed, type Special, specialPath, writeSpecials } from './calendarDocument';
import { dayOf } from './days';
import { ImportDialog } from './ImportDialog';
import { dayColours, KINDS } from './MonthGrid';

interface SpecialDaysProps {
  specials: Special[];
  year: number;
  editing: Editing;
  problems: readonly PlacedProblem[];
}

const inYear = (year: number) => (special: Special) =>
  special.from.startsWith(`${year}-`) || special.to.startsWith(`${year}-`) || daysIn(special).length === 0;

export function SpecialDays({ specials, year, editing, problems }: SpecialDaysProps) {
  const t = useText();
  const [importing, setImporting] = useState(false);
  const shown = specials.filter(inYear(year)).toSorted((a, b) => a.from.localeCompare(b.from));
  const write = (next: readonly Special[], run?: string) =>
    editing.change({ zh: '改假日与调休', en: 'Change holidays' }, writeSpecials(next), run);
  const set = (old: Special, next: Special | null, run?: string) =>
    write(
      specials.flatMap((each) => (each !== old ? [each] : next ? [next] : [])),
      run,
    );
  return (
    <Panel
      flush
      title={t({ zh: '{year} 年的假日与调休', en: 'Holidays and make-up days of {year}' }, { year })}
      actions={
        <>
          <Button variant="outlined" startIcon={<ClipboardPaste size={14} />} onClick={() => setImporting(true)}>
            {t({ zh: '导入', en: 'Import' })}
          </Button>
          <Tooltip title={t({ zh: '添加一个假日', en: 'Add a holiday' })}>
            <IconButton
              aria-label={t({ zh: '添加一个假日', en: 'Add a holiday' })}
              onClick={() => write(withFirstFree(specials, year))}
            >
              <CalendarPlus size={17} />
            </IconButton>
          </Tooltip>
        </>
      }
    >
      {shown.length === 0 ? (
        <EmptyState
          dense
          icon={CalendarPlus}
          title={t({ zh: '这一年没有假日', en: 'No holidays in this year' })}
          hint={t({
            zh: '在年历上点日子，或把放假通知粘贴进来。',
            en: 'Click days in the year, or paste an announcement.',
          })}
        />
      ) : (
        <Stack
          component="ul"
          aria-label={t({ zh: '假日与调休', en: 'Holidays and make-up days' })}
          sx={{ listStyle: 'none', m: 0, p: 0 }}
        >
          {shown.map((special) => (
            <Item
              key={`${special.kind} ${specialPath(specials, special)}`}
              special={special}
              place={specialPath(specials, special)}
              problems={problems}
              onChange={(next, run) => set(special, next, run)}
            />
          ))}
        </Stack>
      )}
      {importing && (
        <ImportDialog specials={specials} onClose={() => setImporting(false)} onImport={(next) => write(next)} />
      )}
    </Panel>
  );
}

/** The first day of the year that is nothing special yet. */
function withFirstFree(specials: Special[], year: number): Special[] {
  const taken = new Set(specials.flatMap(daysIn));
  let day = dayOf(`${year}-01-01`) ?? 0;
  while (taken.has(day) || taken.has(day - 1) || taken.has(day + 1)) day += 1;
  return markDays(specials, [day], 'holiday');
}

type SpecialKind = Special['kind'];

const KIND_WORDS: Record<SpecialKind, Text> = {
  holiday: { zh: '休', en: 'Off' },
  makeup: { zh: '班', en: 'Work' },
};
const KIND_SWITCH: Record<SpecialKind, Text> = {
  holiday: { zh: '“{name}”是假日，改为上班', en: '“{name}” is a day off: change to a working day' },
  makeup: { zh: '“{name}”要上班，改为假日', en: '“{name}” is worked: change to a day off' },
};

interface ItemProps {
  special: Special;
  place: string;
  problems: readonly PlacedProblem[];
  onChange: (next: Special | null, run?: string) => void;
}

function Item({ special, place, problems, onChange }: ItemProps) {
  const t = useText();
  const locale = useLocale();
  const tokens = useTokens();
  const { kind, from, to, label } = special;
  const name = t(label) || from;
  const input = (what: string) => ({ 'aria-label': `${name}: ${what}` });
  const setFrom = (day: string) => onChange({ ...special, from: day, to: kind === 'makeup' || to < day ? day : to });
  return (
    <Box
      component="li"
      data-path={place}
      sx={{
        px: 2,
        py: 1,
        borderTop: 1,
        borderColor: 'divider',
        '& input': { py: 0.5, px: 1, fontSize: 13.5 },
        '& input[type=date]': { width: 118 },
      }}
    >
      <Stack direction="row" sx={{ gap: 0.75, flexWrap: 'wrap', alignItems: 'center' }}>
        <TextField
          value={t(label)}
          onChange={(event) => onChange({ ...special, label: renamed(special, locale, event.target.value) }, place)}
          slotProps={{ htmlInput: input(t({ zh: '名称', en: 'name' })) }}
          sx={{ flex: '1 1 110px', minWidth: 0 }}
        />
        <Button
          aria-label={t(KIND_SWITCH[kind], { name })}
          title={t(KINDS[kind])}
          onClick={() =>
            onChange({
              ...special,
              kind: kind === 'holiday' ? 'makeup' : 'holiday',
              to: kind === 'holiday' ? from : to,
            })
          }
          sx={{ minWidth: 48, px: 0.5, ...dayColours(tokens, kind) }}
        >
          {t(KIND_WORDS[kind])}
        </Button>
        <IconButton aria-label={t({ zh: '移除{name}', en: 'Remove {name}' }, { name })} onClick={() => onChange(null)}>
          <X size={15} />
        </IconButton>
      </Stack>
      <Stack direction="row" sx={{ gap: 0.5, mt: 0.75, alignItems: 'center', flexWrap: 'wrap' }}>
        <TextField
          type="date"
          value={from}
          onChange={(event) => event.target.value && setFrom(event.target.value)}
          slotProps={{ htmlInput: input(t({ zh: '第一天', en: 'first day' })) }}
        />
        {kind === 'holiday' && (
          <>
            <Box component="span" aria-hidden sx={{ color: 'text.secondary' }}>
              –
            </Box>
            <TextField
              type="date"
              value={to}
              onChange={(event) => event.target.value && onChange({ ...special, to: event.target.value })}
              slotProps={{ htmlInput: { ...input(t({ zh: '最后一天', en: 'last day' })), min: from } }}
            />
          </>
        )}
      </Stack>
      <PlacedProblems problems={problems} place={place} />
    </Box>
  );
}
