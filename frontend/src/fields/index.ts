/** Fields: `<FieldValue>`, `<FieldCell>`, `<FieldInput>` for a field of any type, and the registry behind them. */
export { FieldCell, FieldInput, FieldValue } from './Field';
export { FIELD_KINDS, kindOf } from './registry';
export { fieldOf, SYSTEM_FIELDS } from './system';
export { type FieldInputProps, type FieldKind, type FieldValueProps, isEmpty } from './types';
