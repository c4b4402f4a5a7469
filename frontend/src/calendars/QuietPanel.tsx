/** Named times at which messages wait: their hours, which may pass midnight, and the weekdays on which they begin. */
import { Box, Button, IconButton, Stack, TextField, ToggleButton, ToggleButtonGroup, Typography } from '@mui/material';
import { MoonStar, Plus, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { relabelled, textOf } from '@/build/labels';
import { PlacedProblems } from '@/build/PlacedProblems';
import type { PlacedProblem } from '@/build/problemPlaces';
import type { Editing } from '@/build/useEditing';
import { EmptyState, Panel } from '@/components';
import { type Text, useLocale, useText } from '@/i18n';
import { monospace } from '@/theme';
import { type Quiet, WEEKDAYS } from './calendarDocument';
import { SpanList } from './SpanList';
import { useDayWords } from './words';

interface QuietPanelProps {
  quiet: Record<string, Quiet>;
  editing: Editing;
  problems: readonly PlacedProblem[];
}

const CHANGE: Text = { zh: '改免打扰时段', en: 'Change quiet periods' };
const KEY = /^[a-z][a-z0-9_]*$/;

function freeName(quiet: Record<string, Quiet>): string {
  if (!('night' in quiet)) return 'night';
  let number = 2;
  while (`quiet_${number}` in quiet) number += 1;
  return `quiet_${number}`;
}

export function QuietPanel({ quiet, editing, problems }: QuietPanelProps) {
  const t = useText();
  const names = Object.entries(quiet);
  const write = (next: [string, Quiet][], run?: string) =>
    editing.change(CHANGE, { quiet: Object.fromEntries(next.map(([name, each]) => [name, written(each)])) }, run);
  const add = () => write([...names, [freeName(quiet), { hours: [['22:00', '08:00']], label: null, days: [] }]]);
  return (
    <Panel
      flush
      title={t({ zh: '免打扰时段', en: 'Quiet periods' })}
      actions={
        <Button variant="outlined" startIcon={<Plus size={14} />} onClick={add}>
          {t({ zh: '添加时段', en: 'Add a period' })}
        </Button>
      }
    >
      {names.length === 0 && (
        <EmptyState
          dense
          icon={MoonStar}
          title={t({ zh: '没有免打扰时段', en: 'No quiet periods' })}
          hint={t({
            zh: '规则写上 免打扰 "night"，消息就等到时段结束再发。',
            en: 'A rule that says quiet "night" sends its messages once the period is over.',
          })}
        />
      )}
      <Stack component="ul" sx={{ listStyle: 'none', m: 0, p: 0 }} data-path="/quiet">
        {names.map(([name, each], index) => (
          <Period
            key={index}
            name={name}
            taken={names.map(([other]) => other).filter((other) => other !== name)}
            quiet={each}
            problems={problems}
            onRename={(next) => write(names.map((entry) => (entry[0] === name ? [next, entry[1]] : entry)))}
            onChange={(next) =>
              write(
                names.map((entry) => (entry[0] === name ? [name, next] : entry)),
                `quiet ${name}`,
              )
            }
            onRemove={() => write(names.filter(([other]) => other !== name))}
          />
        ))}
      </Stack>
    </Panel>
  );
}

/** What says nothing is left out. */
function written({ label, days, ...rest }: Quiet): Quiet {
  const said = label && (label.zh || label.en);
  return { ...rest, ...(said ? { label } : {}), ...(days && days.length > 0 ? { days } : {}) };
}

interface PeriodProps {
  name: string;
  taken: string[];
  quiet: Quiet;
  problems: readonly PlacedProblem[];
  onRename: (name: string) => void;
  onChange: (quiet: Quiet) => void;
  onRemove: () => void;
}

function Period({ name, taken, quiet, problems, onRename, onChange, onRemove }: PeriodProps) {
  const t = useText();
  const locale = useLocale();
  const { weekdays, shortWeekdays } = useDayWords();
  const place = `/quiet/${name}`;
  const here = problems.filter(({ path }) => path === place);
  const label = textOf(quiet.label);
  return (
    <Box component="li" data-path={place} sx={{ px: 2, py: 1.5, borderTop: 1, borderColor: 'divider' }}>
      <Stack direction="row" sx={{ gap: 1, flexWrap: 'wrap', alignItems: 'flex-start' }}>
        <KeyField value={name} taken={taken} onChange={onRename} />
        <TextField
          label={t({ zh: '名称', en: 'Name' })}
          value={t(label)}
          onChange={(event) => onChange({ ...quiet, label: relabelled(label, locale, event.target.value) })}
          sx={{ flex: '1 1 140px' }}
          slotProps={{ inputLabel: { shrink: true } }}
        />
        <IconButton aria-label={t({ zh: '移除 {name}', en: 'Remove {name}' }, { name })} onClick={onRemove}>
          <X size={16} />
        </IconButton>
      </Stack>
      <Stack sx={{ gap: 1.25, mt: 1.25 }}>
        <SpanList
          overnight
          name={t(label) || name}
          place={`${place}/hours`}
          spans={quiet.hours}
          problems={problems}
          onChange={(hours) => onChange({ ...quiet, hours })}
        />
        <Box>
          <Typography variant="body2" sx={{ color: 'text.secondary', fontSize: 13, mb: 0.5 }}>
            {quiet.days?.length
              ? t({ zh: '只在这些日子开始', en: 'Begins only on these days' })
              : t({
                  zh: '每天都有；选几天就只在那几天开始',
                  en: 'Every day; choose some to have it begin on those only',
                })}
          </Typography>
          <ToggleButtonGroup
            value={quiet.days ?? []}
            onChange={(_, days: number[]) => onChange({ ...quiet, days: days.toSorted((a, b) => a - b) })}
            aria-label={t({ zh: '开始的日子', en: 'Days on which it begins' })}
            sx={{ '& .MuiToggleButton-root': { px: 1, py: 0.25, minWidth: 34, fontSize: 13 } }}
          >
            {WEEKDAYS.map((day) => (
              <ToggleButton key={day} value={day} aria-label={weekdays[day] ?? ''}>
                {shortWeekdays[day]}
              </ToggleButton>
            ))}
          </ToggleButtonGroup>
        </Box>
      </Stack>
      <PlacedProblems problems={here} place={place} />
    </Box>
  );
}

/** The name that rules use: taken over when it is whole, so that half a name never merges two periods. */
function KeyField({ value, taken, onChange }: { value: string; taken: string[]; onChange: (value: string) => void }) {
  const t = useText();
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  const wrong = !KEY.test(typed)
    ? t({ zh: '小写字母、数字和下划线', en: 'Lower-case letters, digits, underscores' })
    : taken.includes(typed)
      ? t({ zh: '已经有这个名字', en: 'There is one of that name' })
      : '';
  return (
    <TextField
      label={t({ zh: '规则里的名字', en: 'Name in rules' })}
      value={typed}
      onChange={(event) => {
        const next = event.target.value.trim();
        setTyped(next);
        if (KEY.test(next) && !taken.includes(next)) onChange(next);
      }}
      onBlur={() => setTyped(value)}
      error={wrong !== ''}
      helperText={wrong || null}
      sx={{ flex: '1 1 140px' }}
      slotProps={{
        inputLabel: { shrink: true },
        htmlInput: { maxLength: 60, autoCapitalize: 'none', spellCheck: false, style: { fontFamily: monospace } },
      }}
    />
  );
}
