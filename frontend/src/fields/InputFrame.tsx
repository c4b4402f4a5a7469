/** The text box that most inputs are, with its label, help and error wired for screen readers. */
import { TextField, type TextFieldProps } from '@mui/material';
import { useId } from 'react';
import { useText } from '@/i18n';
import type { FieldInputProps } from './types';

/** Label, help, error and flags of an input, from its props and its field. */
export function useInputTexts(props: FieldInputProps) {
  const t = useText();
  const { field } = props;
  return {
    label: props.label ?? t(field.label),
    help: props.error ?? props.help ?? t(field.help),
    required: props.required ?? field.required ?? false,
  };
}

type FrameProps = { input: FieldInputProps } & Omit<TextFieldProps, 'label' | 'error' | 'required' | 'helperText'>;

export function InputFrame({ input, slotProps, ...more }: FrameProps) {
  const id = useId();
  const { label, help, required } = useInputTexts(input);
  const htmlInput = typeof slotProps?.htmlInput === 'object' ? slotProps.htmlInput : {};
  return (
    <TextField
      id={id}
      fullWidth
      label={input.compact ? undefined : label}
      required={required}
      error={!!input.error}
      helperText={help || undefined}
      disabled={input.disabled}
      autoFocus={input.autoFocus}
      onBlur={input.onBlur}
      {...more}
      slotProps={{
        ...slotProps,
        htmlInput: { ...htmlInput, name: input.field.key, ...(input.compact ? { 'aria-label': label } : {}) },
      }}
    />
  );
}
