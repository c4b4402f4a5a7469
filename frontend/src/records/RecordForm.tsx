/** Creating and editing a record: sections of inputs, errors at their fields, unsaved changes kept from being lost. */
import { Box, Button, Paper, Stack } from '@mui/material';
import { type FormEvent, type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { ErrorLine, Panel } from '@/components';
import { FieldInput, FieldValue, isEmpty, kindOf } from '@/fields';
import { useText } from '@/i18n';
import { type Entity, type Field, useMetadata } from '@/metadata';
import { type Rights, useRights } from '@/providers/me';
import { NO_ERRORS, sortErrors } from './formErrors';
import { sectionsOf } from './sections';
import { labelIn, type WeftRecord } from './types';
import { type RecordConditions, useRecordConditions } from './useRecordConditions';
import { useUnsavedGuard } from './useUnsavedGuard';

type Values = Record<string, unknown>;

interface RecordFormProps {
  entity: Entity;
  /** The stored record; absent when creating. */
  record?: WeftRecord;
  /** Values to begin a new record with. */
  initial?: Values;
  /** Gets only what was changed; throws what the server refused. */
  onSave: (changes: Values) => Promise<void>;
  onCancel: () => void;
  /** Above the buttons instead of the error: a conflict. */
  notice?: ReactNode;
}

export function RecordForm({ entity, record, initial, onSave, onCancel, notice }: RecordFormProps) {
  const t = useText();
  const rights = useRights(entity.key);
  const { forms } = useMetadata();
  const sections = useMemo(() => sectionsOf(entity, forms, rights), [entity, forms, rights]);
  const [changes, setChanges] = useState<Values>(initial ?? {});
  const [errors, setErrors] = useState(NO_ERRORS);
  const [busy, setBusy] = useState(false);
  const saved = useRef(false);
  useUnsavedGuard(() => !saved.current && Object.keys(changes).length > 0);
  const form = useFocusOnError(errors.fields);

  const change = (key: string, value: unknown) => {
    setChanges((before) => ({ ...before, [key]: value }));
    setErrors(({ fields: { [key]: _, ...fields }, rest }) => ({ fields, rest }));
  };
  const values = useMemo(() => ({ ...startingValues(entity, record), ...changes }), [entity, record, changes]);
  const conditions = useRecordConditions(entity, forms, rights, values);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const refused = conditions.problems();
    setErrors({ fields: refused, rest: null });
    if (Object.keys(refused).length > 0) return;
    setBusy(true);
    saved.current = true;
    try {
      await onSave(toSend(changes, conditions, rights));
    } catch (error) {
      saved.current = false;
      setErrors(sortErrors(entity, error, t));
    } finally {
      setBusy(false);
    }
  };
  const valueIn = ({ key }: Field) => (key in conditions.computed ? conditions.computed[key] : values[key]);
  const asked = (field: Field): Field => (conditions.required(field.key) ? { ...field, required: true } : field);
  return (
    <Box component="form" ref={form} onSubmit={submit} noValidate={false} aria-label={t(entity.label)}>
      <Stack spacing={2} sx={{ maxWidth: 880 }}>
        {sections.map((section, index) => (
          <Panel key={index} title={section.label ? t(section.label) : undefined}>
            <FormGrid columns={section.columns}>
              {section.fields
                .filter(({ key }) => conditions.visible(key))
                .map((field) => (
                  <FormCell
                    key={field.key}
                    field={asked(field)}
                    record={record}
                    value={valueIn(field)}
                    computed={field.key in conditions.computed}
                    writable={!section.locked.includes(field.key) && isWritable(field, rights)}
                    error={errors.fields[field.key]}
                    onChange={(value) => change(field.key, value)}
                  />
                ))}
            </FormGrid>
          </Panel>
        ))}
        <ActionBar busy={busy} onCancel={onCancel}>
          {notice ?? <ErrorLine error={errors.rest} />}
        </ActionBar>
      </Stack>
    </Box>
  );
}

/** What a record holds before anything is typed. */
function startingValues(entity: Entity, record: WeftRecord | undefined): Values {
  if (record) return record;
  return Object.fromEntries(entity.fields.map(({ key, default: value }) => [key, value ?? null]));
}

/** What was changed and is still to be seen, and what follows from it where the reader may write it. */
function toSend(changes: Values, { visible, computed }: RecordConditions, rights: Rights): Values {
  const seen = Object.entries(changes).filter(([key]) => visible(key));
  const following = Object.entries(computed).filter(([key]) => rights.field(key) === 'write');
  return Object.fromEntries([...seen, ...following]);
}

const isWritable = (field: Field, rights: Rights) =>
  rights.field(field.key) === 'write' && !kindOf(field.type).automatic;

function FormGrid({ columns, children }: { columns: number; children: ReactNode }) {
  const template = { xs: 'minmax(0, 1fr)', sm: columns > 1 ? 'repeat(2, minmax(0, 1fr))' : 'minmax(0, 1fr)' };
  return <Box sx={{ display: 'grid', gridTemplateColumns: template, gap: 2 }}>{children}</Box>;
}

interface FormCellProps {
  field: Field;
  record: WeftRecord | undefined;
  value: unknown;
  writable: boolean;
  /** Follows from other values: shown before there is a record. */
  computed: boolean;
  error: string | undefined;
  onChange: (value: unknown) => void;
}

function FormCell({ field, record, value, writable, computed, error, onChange }: FormCellProps) {
  const t = useText();
  const display = record ? labelIn(record, field.key) : null;
  if (!writable && !record && !computed) return null;
  return (
    <Box sx={{ gridColumn: kindOf(field.type).wide ? '1 / -1' : undefined, minWidth: 0 }}>
      {writable ? (
        <FieldInput
          field={field}
          value={value}
          stored={record?.[field.key]}
          display={display}
          error={error}
          onChange={onChange}
        />
      ) : (
        <Box>
          <Box sx={{ color: 'text.secondary', fontSize: 13 }}>{t(field.label)}</Box>
          <FieldValue field={field} value={isEmpty(value) ? null : value} display={display} />
        </Box>
      )}
    </Box>
  );
}

/** Brings the first refused field into view and focus. */
function useFocusOnError(fields: Record<string, string>) {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (Object.keys(fields).length === 0) return;
    const first = [...(form.current?.querySelectorAll<HTMLElement>('[aria-invalid=true]') ?? [])][0];
    first?.focus();
  }, [fields]);
  return form;
}

interface ActionBarProps {
  busy: boolean;
  onCancel: () => void;
  /** What went wrong: beside the button that was pressed, wherever the page is scrolled to. */
  children: ReactNode;
}

/** Stays at the lower edge, above a phone's bar. */
function ActionBar({ busy, onCancel, children }: ActionBarProps) {
  const t = useText();
  return (
    <Paper variant="outlined" sx={{ position: 'sticky', bottom: { xs: 64, sm: 12 }, zIndex: 2, p: 1.25 }}>
      <Box sx={{ '&:not(:empty)': { mb: 1.25 }, maxHeight: '45vh', overflowY: 'auto' }}>{children}</Box>
      <Stack direction="row" sx={{ justifyContent: 'flex-end', gap: 1 }}>
        <Button variant="outlined" onClick={onCancel}>
          {t({ zh: '取消', en: 'Cancel' })}
        </Button>
        <Button type="submit" variant="contained" loading={busy}>
          {t({ zh: '保存', en: 'Save' })}
        </Button>
      </Stack>
    </Paper>
  );
}
