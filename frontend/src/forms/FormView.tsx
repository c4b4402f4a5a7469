/** A form's sections and fields, with conditional fields live and read-only fields as text. */
import { Box, FormHelperText, Stack, Typography } from '@mui/material';
import { useId } from 'react';
import { FieldInput, FieldValue, kindOf } from '@/fields';
import { useText } from '@/i18n';
import type { Field } from '@/metadata';
import type { FormState, ItemState } from './conditions';
import type { FieldsByKey, LiveForm, Values } from './types';
import type { FieldErrors } from './validation';

export interface FormViewProps {
  form: LiveForm;
  fields: FieldsByKey;
  values: Values;
  /** What the server has: stages start from it, and labels of references hold for it. */
  stored: Values;
  /** Titles of what references point at, by field. */
  labels?: Record<string, string>;
  state: FormState;
  errors?: FieldErrors;
  /** Nothing may be changed: done tasks. */
  readOnly?: boolean;
  /** Level of the sections' headings. */
  heading?: 'h2' | 'h3';
  onChange: (field: string, value: unknown) => void;
}

export function FormView(props: FormViewProps) {
  return (
    <Stack spacing={3}>
      {props.form.sections.map((section, index) => (
        <SectionView key={index} section={section} {...props} />
      ))}
    </Stack>
  );
}

function SectionView({ section, ...props }: FormViewProps & { section: LiveForm['sections'][number] }) {
  const t = useText();
  const id = useId();
  const shown = section.items.filter(({ field }) => props.state.get(field)?.visible);
  if (shown.length === 0) return null;
  const label = t(section.label);
  return (
    <Box component="section" aria-labelledby={label ? id : undefined}>
      {label && (
        <Typography id={id} variant="h4" component={props.heading ?? 'h3'} sx={{ mb: 1.5 }}>
          {label}
        </Typography>
      )}
      <Box
        sx={{
          display: 'grid',
          gap: 2,
          alignItems: 'start',
          gridTemplateColumns: { xs: 'minmax(0, 1fr)', sm: `repeat(${section.columns ?? 1}, minmax(0, 1fr))` },
        }}
      >
        {shown.map(({ field }) => (
          <Item key={field} field={field} {...props} />
        ))}
      </Box>
    </Box>
  );
}

/** A field the reader's metadata does not describe is still shown, as text. */
function describe(item: ItemState['item'], fields: FieldsByKey): Field {
  const known = fields[item.field];
  const label = item.label ?? known?.label ?? { zh: item.field, en: item.field };
  return known ? { ...known, label } : { key: item.field, type: 'text', label };
}

function Item({ field: key, fields, state, ...props }: FormViewProps & { field: string }) {
  const t = useText();
  const found = state.get(key);
  if (!found) return null;
  const field = describe(found.item, fields);
  const kind = kindOf(field.type);
  const reading = props.readOnly || !found.writable || kind.automatic;
  const error = props.errors?.[key];
  return (
    <Box data-field={key} sx={{ gridColumn: kind.wide ? '1 / -1' : undefined, minWidth: 0 }}>
      {reading ? (
        <ReadItem
          field={field}
          value={props.values[key]}
          display={props.labels?.[key]}
          error={error ? t(error) : null}
        />
      ) : (
        <FieldInput
          field={field}
          value={props.values[key] ?? null}
          stored={props.stored[key]}
          display={props.labels?.[key]}
          label={t(field.label)}
          help={t(found.item.help) || undefined}
          required={found.required}
          error={error ? t(error) : null}
          onChange={(value) => props.onChange(key, value)}
        />
      )}
    </Box>
  );
}

interface ReadItemProps {
  field: Field;
  value: unknown;
  display?: string;
  error?: string | null;
}

function ReadItem({ field, value, display, error }: ReadItemProps) {
  const t = useText();
  const id = useId();
  return (
    <Box role="group" aria-labelledby={id}>
      <Typography id={id} component="div" sx={{ fontSize: 12.5, color: 'text.secondary', mb: 0.25 }}>
        {t(field.label)}
      </Typography>
      <FieldValue field={field} value={value} display={display} />
      {error && <FormHelperText error>{error}</FormHelperText>}
    </Box>
  );
}
