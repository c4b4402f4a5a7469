/** A field of any type, shown or entered: looks its kind up in the registry. */
import { Box } from '@mui/material';
import { kindOf } from './registry';
import { type FieldInputProps, type FieldValueProps, isEmpty } from './types';

function Nothing() {
  return (
    <Box component="span" aria-hidden sx={{ color: 'text.secondary' }}>
      –
    </Box>
  );
}

/** On a record's page. Empty shows a dash. */
export function FieldValue(props: FieldValueProps) {
  if (isEmpty(props.value)) return <Nothing />;
  const { Value } = kindOf(props.field.type);
  return <Value {...props} />;
}

/** In a list: one line, nothing when empty. */
export function FieldCell(props: FieldValueProps) {
  if (isEmpty(props.value)) return null;
  const { Cell } = kindOf(props.field.type);
  return <Cell {...props} />;
}

/** Controlled: `value` in the API's shape, `onChange` gives the same shape back. */
export function FieldInput(props: FieldInputProps) {
  const { Input } = kindOf(props.field.type);
  return <Input {...props} />;
}
