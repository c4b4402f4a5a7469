/** text, long_text, phone, email, auto_number. */
import { Box, Link, TextField } from '@mui/material';
import { useId } from 'react';
import { useText } from '@/i18n';
import { InputFrame, useInputTexts } from './InputFrame';
import type { FieldInputProps, FieldKind, FieldValueProps } from './types';

const asText = (value: unknown): string => (value === null || value === undefined ? '' : String(value));

function PlainText({ value }: FieldValueProps) {
  return asText(value);
}

function LongText({ value }: FieldValueProps) {
  return <Box sx={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{asText(value)}</Box>;
}

function OneLine({ value }: FieldValueProps) {
  const text = asText(value);
  return (
    <Box
      title={text.length > 60 ? text : undefined}
      sx={{
        overflow: 'hidden',
        textOverflow: 'ellipsis',
        display: '-webkit-box',
        WebkitLineClamp: 1,
        WebkitBoxOrient: 'vertical',
      }}
    >
      {text}
    </Box>
  );
}

function PhoneLink({ value }: FieldValueProps) {
  return value ? (
    <Link href={`tel:${asText(value).replace(/[^\d+]/g, '')}`} sx={{ whiteSpace: 'nowrap' }}>
      {asText(value)}
    </Link>
  ) : null;
}

function EmailLink({ value }: FieldValueProps) {
  return value ? <Link href={`mailto:${asText(value)}`}>{asText(value)}</Link> : null;
}

/** An input of one line; an emptied box is null, as the API wants it. */
function LineInput({ type, ...props }: FieldInputProps & { type: 'text' | 'tel' | 'email' }) {
  return (
    <InputFrame
      input={props}
      type={type}
      value={asText(props.value)}
      onChange={(event) => props.onChange(event.target.value || null)}
      slotProps={{ htmlInput: { maxLength: props.field.max_length ?? undefined } }}
    />
  );
}

const TextInput = (props: FieldInputProps) => <LineInput type="text" {...props} />;
const PhoneInput = (props: FieldInputProps) => <LineInput type="tel" {...props} />;
const EmailInput = (props: FieldInputProps) => <LineInput type="email" {...props} />;

function LongTextInput(props: FieldInputProps) {
  return (
    <InputFrame
      input={props}
      multiline
      minRows={props.compact ? 1 : 3}
      maxRows={14}
      value={asText(props.value)}
      onChange={(event) => props.onChange(event.target.value || null)}
    />
  );
}

function AutoNumberInput(props: FieldInputProps) {
  const t = useText();
  const id = useId();
  const { label } = useInputTexts(props);
  return (
    <TextField
      id={id}
      fullWidth
      label={label}
      value={asText(props.value) || t({ zh: '保存后自动编号', en: 'Numbered when saved' })}
      disabled
    />
  );
}

const base = { sortable: true };

export const textKinds: FieldKind[] = [
  {
    ...base,
    type: 'text',
    label: { zh: '文本', en: 'Text' },
    Value: PlainText,
    Cell: OneLine,
    Input: TextInput,
  },
  {
    ...base,
    type: 'long_text',
    label: { zh: '长文本', en: 'Long text' },
    Value: LongText,
    Cell: OneLine,
    Input: LongTextInput,
    sortable: false,
    wide: true,
  },
  {
    ...base,
    type: 'phone',
    label: { zh: '电话', en: 'Phone' },
    Value: PhoneLink,
    Cell: PhoneLink,
    Input: PhoneInput,
  },
  {
    ...base,
    type: 'email',
    label: { zh: '邮箱', en: 'E-mail' },
    Value: EmailLink,
    Cell: EmailLink,
    Input: EmailInput,
  },
  {
    ...base,
    type: 'auto_number',
    label: { zh: '自动编号', en: 'Auto number' },
    Value: PlainText,
    Cell: PlainText,
    Input: AutoNumberInput,
    automatic: true,
  },
];
