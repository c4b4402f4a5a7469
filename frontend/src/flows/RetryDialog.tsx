/** Trying again what stopped, with variables mended: only what is changed is sent. */
import { Alert, Typography } from '@mui/material';
import { type ReactNode, useState } from 'react';
import { FormDialog } from '@/components';
import { FieldInput } from '@/fields';
import { useText } from '@/i18n';
import { type Entity, type Field, type FieldType, useEntity } from '@/metadata';
import type { Flow, Variable } from './types';

/** A variable that carries a field of the record is entered as that field: with its options, with its currency. */
export function variableFields(flow: Pick<Flow, 'variables'>, entity: Entity | undefined): Field[] {
  return (flow.variables ?? []).map((variable: Variable) => ({
    ...(entity?.fields.find((field) => field.key === variable.key) ?? {
      ...variable,
      type: variable.type as FieldType,
    }),
    key: variable.key,
    label: variable.label,
    required: false,
  }));
}

interface RetryDialogProps {
  flow: Pick<Flow, 'variables' | 'entity'>;
  /** What they are now; nothing where several runs are meant. */
  variables: Record<string, unknown>;
  /** What stopped, in words. */
  about: ReactNode;
  count: number;
  onClose: () => void;
  onRetry: (variables: Record<string, unknown>) => Promise<unknown>;
}

export function RetryDialog({ flow, variables, about, count, onClose, onRetry }: RetryDialogProps) {
  const t = useText();
  const fields = variableFields(flow, useEntity(flow.entity));
  const [changed, setChanged] = useState<Record<string, unknown>>({});
  const several = count > 1;
  return (
    <FormDialog
      open
      title={
        several
          ? t({ zh: '重试 {count} 个实例', en: 'Try {count} instances again' }, { count })
          : t({ zh: '重试', en: 'Try again' })
      }
      action={t({ zh: '重试', en: 'Try again' })}
      changed={Object.keys(changed).length > 0}
      onClose={onClose}
      onSubmit={() => onRetry(changed)}
    >
      <Alert severity="error" variant="outlined" icon={false}>
        {about}
      </Alert>
      {fields.length > 0 && (
        <Typography variant="body2" sx={{ color: 'text.secondary' }}>
          {several
            ? t({
                zh: '填了的变量会写进每个实例，空着的不变。',
                en: 'What is filled in is set in each of them; the rest stays.',
              })
            : t({
                zh: '需要的话先改变量，再从停下的地方继续。',
                en: 'Mend the variables if needed; it goes on from where it stopped.',
              })}
        </Typography>
      )}
      {fields.map((field) => (
        <FieldInput
          key={field.key}
          field={field}
          value={field.key in changed ? changed[field.key] : (variables[field.key] ?? null)}
          onChange={(value) => setChanged((before) => ({ ...before, [field.key]: value }))}
        />
      ))}
    </FormDialog>
  );
}
