/** Whose clocks a calendar goes by: the company's, or a zone of its own. */
import { Autocomplete, TextField } from '@mui/material';
import { useMemo } from 'react';
import { PlacedProblems } from '@/build/PlacedProblems';
import { type PlacedProblem, problemsAt } from '@/build/problemPlaces';
import { useText } from '@/i18n';
import { useMe } from '@/providers/me';

interface ZoneFieldProps {
  value: string | null;
  problems: readonly PlacedProblem[];
  onChange: (zone: string | null) => void;
}

export function ZoneField({ value, problems, onChange }: ZoneFieldProps) {
  const t = useText();
  const company = useMe()?.app?.timezone ?? '';
  const zones = useMemo(() => Intl.supportedValuesOf('timeZone'), []);
  return (
    <div data-path="/zone">
      <Autocomplete
        freeSolo
        options={zones}
        value={value}
        onChange={(_, zone) => onChange(zone?.trim() || null)}
        onInputChange={(_, typed, reason) => {
          if (reason === 'input') onChange(typed.trim() || null);
        }}
        renderInput={(params) => (
          <TextField
            {...params}
            label={t({ zh: '时区', en: 'Time zone' })}
            placeholder={t({ zh: '公司的时区 {company}', en: 'The company’s, {company}' }, { company })}
            error={problemsAt(problems, '/zone').length > 0}
            slotProps={{ ...params.slotProps, inputLabel: { ...params.slotProps.inputLabel, shrink: true } }}
          />
        )}
      />
      <PlacedProblems problems={problems} place="/zone" />
    </div>
  );
}
