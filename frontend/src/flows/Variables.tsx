/** The values an instance carries, by the names the definition gives them. */
import { Box } from '@mui/material';
import { EmptyState, Panel } from '@/components';
import { FieldValue } from '@/fields';
import { useText } from '@/i18n';
import { type Entity, type Field, type FieldType, useEntity } from '@/metadata';
import type { Instance } from './types';

/** A variable that carries a field of the record is shown as that field: with its options, with its currency. */
function fieldsOf(instance: Instance, entity: Entity | undefined): Field[] {
  const declared = instance.definition.variables ?? [];
  const likeRecord = (key: string) => entity?.fields.find((field) => field.key === key);
  const known = new Set(declared.map(({ key }) => key));
  const others = Object.keys(instance.variables).filter((key) => !known.has(key) && !key.startsWith('_'));
  return [
    ...declared.map((variable) => ({
      ...(likeRecord(variable.key) ?? { ...variable, type: variable.type as FieldType }),
      label: variable.label,
    })),
    ...others.map((key) => ({ key, type: 'text' as const, label: { zh: key, en: key } })),
  ];
}

const asShown = (field: Field, value: unknown) =>
  field.type === 'text' && typeof value === 'object' && value !== null ? JSON.stringify(value) : value;

export function Variables({ instance }: { instance: Instance }) {
  const t = useText();
  const fields = fieldsOf(instance, useEntity(instance.entity));
  return (
    <Panel title={t({ zh: '变量', en: 'Variables' })}>
      {fields.length === 0 ? (
        <EmptyState dense title={t({ zh: '没有变量', en: 'No variables' })} />
      ) : (
        <Box
          component="dl"
          sx={{ m: 0, display: 'grid', gridTemplateColumns: 'minmax(90px, auto) 1fr', gap: '6px 16px' }}
        >
          {fields.map((field) => (
            <Box key={field.key} sx={{ display: 'contents' }}>
              <Box component="dt" sx={{ color: 'text.secondary' }}>
                {t(field.label)}
              </Box>
              <Box component="dd" sx={{ m: 0, minWidth: 0, overflowWrap: 'anywhere' }}>
                <FieldValue field={field} value={asShown(field, instance.variables[field.key])} />
              </Box>
            </Box>
          ))}
        </Box>
      )}
    </Panel>
  );
}
