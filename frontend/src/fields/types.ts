/** What every field type must give: how it is shown, how it is entered. */
import type { ComponentType } from 'react';
import type { Text } from '@/i18n';
import type { Field, FieldType } from '@/metadata/types';

export interface FieldValueProps {
  field: Field;
  value: unknown;
  /** The title of what a reference, user or department points at (`_labels[field.key]`). */
  display?: string | null;
}

export interface FieldInputProps extends FieldValueProps {
  onChange: (value: unknown) => void;
  onBlur?: () => void;
  /** Overrides the field's own label, help and required mark (forms may). */
  label?: string;
  help?: string;
  required?: boolean;
  disabled?: boolean;
  error?: string | null;
  /** The stored value, which a stage's allowed transitions start from. */
  stored?: unknown;
  /** In a table cell: the label is there for screen readers only. */
  compact?: boolean;
  autoFocus?: boolean;
}

export interface FieldKind {
  type: FieldType;
  label: Text;
  /** On a record's page. */
  Value: ComponentType<FieldValueProps>;
  /** In a list: one line. */
  Cell: ComponentType<FieldValueProps>;
  Input: ComponentType<FieldInputProps>;
  sortable: boolean;
  align?: 'right';
  /** Takes the whole width of a two-column form. */
  wide?: boolean;
  /** Set by the server alone. */
  automatic?: boolean;
}

export const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
