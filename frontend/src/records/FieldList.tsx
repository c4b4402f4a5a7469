/** The fields of a section, shown: names and values in one or two columns. */
import { Box } from '@mui/material';
import { FieldValue, kindOf } from '@/fields';
import { useText } from '@/i18n';
import type { Field } from '@/metadata';
import { labelIn, type WeftRecord } from './types';

export function FieldList({ record, fields, columns }: { record: WeftRecord; fields: Field[]; columns: number }) {
  const t = useText();
  return (
    <Box
      component="dl"
      sx={{
        m: 0,
        display: 'grid',
        gridTemplateColumns: { xs: '1fr', sm: columns > 1 ? '1fr 1fr' : '1fr' },
        gap: '14px 24px',
      }}
    >
      {fields.map((field) => (
        <Box key={field.key} sx={{ minWidth: 0, gridColumn: kindOf(field.type).wide ? '1 / -1' : undefined }}>
          <Box component="dt" sx={{ color: 'text.secondary', fontSize: 13, mb: 0.25 }}>
            {t(field.label)}
          </Box>
          <Box component="dd" sx={{ m: 0, minHeight: 22, overflowWrap: 'anywhere' }}>
            <FieldValue field={field} value={record[field.key]} display={labelIn(record, field.key)} />
          </Box>
        </Box>
      ))}
    </Box>
  );
}
