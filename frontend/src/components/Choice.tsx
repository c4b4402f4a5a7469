/** A filter with a fixed set of values, and the empty text for none of them: "All". */
import { MenuItem, TextField } from '@mui/material';
import { useId } from 'react';
import { useText } from '@/i18n';

export interface ChoiceProps {
  label: string;
  value: string;
  /** Values and what they are called, in order. */
  options: [value: string, label: string][];
  /** What no choice is called; "All" if absent. */
  all?: string;
  onChange: (value: string) => void;
}

export function Choice({ label, value, options, all, onChange }: ChoiceProps) {
  const t = useText();
  const id = useId();
  // What is chosen and is no option (any more) is shown by its key: under "All" nobody could leave it.
  const strange = value !== '' && !options.some(([key]) => key === value);
  return (
    <TextField
      select
      id={id}
      label={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      sx={{ minWidth: 140, flex: { xs: 1, sm: 'none' } }}
      slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
    >
      <MenuItem value="">{all ?? t({ zh: '全部', en: 'All' })}</MenuItem>
      {strange && <MenuItem value={value}>{value}</MenuItem>}
      {options.map(([key, text]) => (
        <MenuItem key={key} value={key}>
          {text}
        </MenuItem>
      ))}
    </TextField>
  );
}
