/** A field to find something by words: a magnifier before it, its label inside it. */
import { InputAdornment, TextField, type TextFieldProps } from '@mui/material';
import { Search } from 'lucide-react';
import type { ReactNode } from 'react';

export interface SearchFieldProps extends Omit<TextFieldProps, 'label' | 'placeholder' | 'slotProps'> {
  label: string;
  /** After the text: a button that clears it. */
  end?: ReactNode;
}

export function SearchField({ label, end, ...rest }: SearchFieldProps) {
  return (
    <TextField
      placeholder={label}
      {...rest}
      slotProps={{
        htmlInput: { 'aria-label': label, enterKeyHint: 'search' },
        input: {
          startAdornment: (
            <InputAdornment position="start">
              <Search size={15} aria-hidden />
            </InputAdornment>
          ),
          endAdornment: end,
        },
      }}
    />
  );
}
