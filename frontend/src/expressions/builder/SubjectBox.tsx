/** Choosing a field: found by its name in either language, by pinyin, or by its key. */
import { Autocomplete, TextField } from '@mui/material';
import { useId } from 'react';
import { useText } from '@/i18n';
import { placeMatches, type Spell, useSpelling } from '@/layout/placeSearch';
import { type Subject, samePath } from './subjects';

interface SubjectBoxProps {
  label: string;
  options: readonly Subject[];
  value: Subject | null;
  onChoose: (subject: Subject) => void;
  hint?: string;
  /** Where the focus goes when the row is made. */
  first?: boolean;
}

const keyOf = ({ node }: Subject): string => (node.path ?? []).join('.');

function found(options: Subject[], typed: string, spell?: Spell): Subject[] {
  return options.filter((option) => placeMatches(option.label, typed, spell) || keyOf(option).includes(typed.trim()));
}

export function SubjectBox({ label, options, value, onChoose, hint, first = false }: SubjectBoxProps) {
  const t = useText();
  const id = useId();
  const spell = useSpelling();
  return (
    <Autocomplete
      id={id}
      fullWidth
      size="small"
      disableClearable
      autoHighlight
      options={options as Subject[]}
      // An empty box is null while nothing is chosen; once something is, it cannot be taken away again.
      value={value as Subject}
      groupBy={(option) => t(option.group)}
      getOptionLabel={(option) => t(option.label)}
      getOptionKey={keyOf}
      isOptionEqualToValue={(option, other) => samePath(option.node, other.node)}
      filterOptions={(all, { inputValue }) => found(all, inputValue, spell)}
      noOptionsText={t({ zh: '没有这样的字段', en: 'No such field' })}
      onChange={(_, option) => onChoose(option)}
      renderInput={({ slotProps, ...params }) => (
        <TextField
          {...params}
          placeholder={hint}
          onFocus={(event) => event.target.select()}
          slotProps={{
            ...slotProps,
            htmlInput: { ...slotProps.htmlInput, 'aria-label': label, ...(first ? { 'data-first': '' } : {}) },
          }}
        />
      )}
    />
  );
}
