/** A business calendar being written: its week, its year day by day, and its quiet periods, with what the server counts. */
import { Box, FormControlLabel, Stack, Switch, Typography } from '@mui/material';
import { useMemo, useState } from 'react';
import type { Content, Definition } from '@/build/api';
import { DefinitionFrame } from '@/build/DefinitionFrame';
import { NamePanel } from '@/build/NamePanel';
import { PlacedProblems } from '@/build/PlacedProblems';
import { useDraft } from '@/build/useDraft';
import { useEditing } from '@/build/useEditing';
import { useSaving } from '@/build/useSaving';
import { ErrorLine } from '@/components';
import { useText } from '@/i18n';
import { usePreview } from './api';
import { readCalendar } from './calendarDocument';
import { QuietPanel } from './QuietPanel';
import { SpecialDays } from './SpecialDays';
import { WeekPanel } from './WeekPanel';
import { YearPanel } from './YearPanel';
import { ZoneField } from './ZoneField';

const NOTHING: Content = {};

export function CalendarEditor({ definition, at }: { definition: Definition; at: string | null }) {
  const t = useText();
  const draft = useDraft(definition);
  const saving = useSaving(definition, draft);
  const editing = useEditing(draft, !definition.removed);
  const [year, setYear] = useState(() => new Date().getFullYear());
  const previewed = usePreview(definition.key, draft.document, year);
  const calendar = useMemo(() => readCalendar(draft.document ?? NOTHING), [draft.document]);
  const problems = draft.dirty || !definition.draft ? previewed.problems : definition.problems;
  return (
    <DefinitionFrame
      definition={definition}
      draft={draft}
      saving={saving}
      editing={editing}
      problems={problems}
      at={at}
      side={<SpecialDays specials={calendar.specials} year={year} editing={editing} problems={problems} />}
    >
      <NamePanel document={draft.document ?? NOTHING} editing={editing} problems={problems}>
        <Box sx={{ display: 'grid', gap: 1.5, mt: 1.5, gridTemplateColumns: { xs: 'minmax(0, 1fr)', sm: '1fr 1fr' } }}>
          <ZoneField
            value={calendar.zone}
            problems={problems}
            onChange={(zone) => editing.change({ zh: '改时区', en: 'Change the zone' }, { zone }, 'zone')}
          />
          <Box data-path="/default">
            <FormControlLabel
              control={
                <Switch
                  checked={calendar.default}
                  onChange={(event) =>
                    editing.change({ zh: '改默认', en: 'Change the default' }, { default: event.target.checked })
                  }
                />
              }
              label={t({ zh: '默认日历', en: 'Default calendar' })}
            />
            <Typography variant="body2" sx={{ color: 'text.secondary', fontSize: 13 }}>
              {t({ zh: '没有指名日历的地方都用它。', en: 'Used wherever no calendar is named.' })}
            </Typography>
            <PlacedProblems problems={problems} place="/default" />
          </Box>
        </Box>
      </NamePanel>
      <WeekPanel calendar={calendar} editing={editing} problems={problems} />
      <YearPanel calendar={calendar} editing={editing} previewed={previewed} year={year} onYear={setYear} />
      <QuietPanel quiet={calendar.quiet} editing={editing} problems={problems} />
      {previewed.error !== null && (
        <Stack>
          <ErrorLine error={previewed.error} />
        </Stack>
      )}
    </DefinitionFrame>
  );
}
