/** sub_table: rows of columns inside a record. */
import {
  Box,
  Button,
  FormHelperText,
  IconButton,
  Stack,
  Table,
  TableBody,
  TableCell,
  TableContainer,
  TableHead,
  TableRow,
  Typography,
  useMediaQuery,
} from '@mui/material';
import type { Theme } from '@mui/material/styles';
import { Plus, Trash2 } from 'lucide-react';
import { useId } from 'react';
import { useText } from '@/i18n';
import type { Field } from '@/metadata/types';
import { FieldCell, FieldInput, FieldValue } from './Field';
import { useInputTexts } from './InputFrame';
import type { FieldInputProps, FieldKind, FieldValueProps } from './types';

type Row = Record<string, unknown> & { id?: string; _labels?: Record<string, string> };

const rowsOf = (value: unknown): Row[] => (Array.isArray(value) ? (value as Row[]) : []);
const columnsOf = (field: Field): Field[] => field.fields ?? [];

function SubTableValue({ field, value }: FieldValueProps) {
  const t = useText();
  const rows = rowsOf(value);
  if (rows.length === 0) return null;
  return (
    <TableContainer
      tabIndex={0}
      role="group"
      aria-label={t(field.label)}
      sx={{ border: 1, borderColor: 'divider', borderRadius: 1 }}
    >
      <Table size="small">
        <TableHead>
          <TableRow>
            {columnsOf(field).map((column) => (
              <TableCell key={column.key}>{t(column.label)}</TableCell>
            ))}
          </TableRow>
        </TableHead>
        <TableBody>
          {rows.map((row, index) => (
            <TableRow key={row.id ?? index}>
              {columnsOf(field).map((column) => (
                <TableCell key={column.key}>
                  <FieldCell field={column} value={row[column.key]} display={row._labels?.[column.key]} />
                </TableCell>
              ))}
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </TableContainer>
  );
}

function SubTableCell({ value }: FieldValueProps) {
  const t = useText();
  const { length } = rowsOf(value);
  return length ? t({ zh: '{n} 行', en: '{n} rows' }, { n: length }) : null;
}

function SubTableInput(props: FieldInputProps) {
  const t = useText();
  const id = useId();
  const { label, help } = useInputTexts(props);
  const rows = rowsOf(props.value);
  const change = (index: number, key: string, value: unknown) =>
    props.onChange(rows.map((row, at) => (at === index ? { ...row, [key]: value } : row)));
  return (
    <Box role="group" aria-labelledby={id}>
      <Stack direction="row" sx={{ alignItems: 'center', mb: 1 }}>
        <Typography id={id} variant="subtitle2" component="div" sx={{ flex: 1 }}>
          {label}
        </Typography>
        {!props.disabled && props.field.rows?.add !== false && (
          <Button startIcon={<Plus size={15} />} onClick={() => props.onChange([...rows, {}])}>
            {t({ zh: '添加一行', en: 'Add a row' })}
          </Button>
        )}
      </Stack>
      <Stack spacing={1}>
        {rows.map((row, index) => (
          <EditRow
            key={row.id ?? index}
            input={props}
            row={row}
            number={index + 1}
            onChange={(key, value) => change(index, key, value)}
            onRemove={() => props.onChange(rows.filter((_, at) => at !== index))}
          />
        ))}
      </Stack>
      {help && <FormHelperText error={!!props.error}>{help}</FormHelperText>}
    </Box>
  );
}

interface EditRowProps {
  input: FieldInputProps;
  row: Row;
  number: number;
  onChange: (key: string, value: unknown) => void;
  onRemove: () => void;
}

function EditRow({ input, row, number, onChange, onRemove }: EditRowProps) {
  const t = useText();
  const phone = useMediaQuery((theme: Theme) => theme.breakpoints.down('sm'));
  const remove = t({ zh: '删除第 {n} 行', en: 'Remove row {n}' }, { n: number });
  return (
    <Stack
      direction={phone ? 'column' : 'row'}
      spacing={1}
      sx={{ alignItems: phone ? 'stretch' : 'flex-start', border: 1, borderColor: 'divider', borderRadius: 1, p: 1 }}
    >
      {columnsOf(input.field).map((column) => (
        <Box key={column.key} sx={{ flex: 1, minWidth: 0, pt: phone ? 0.5 : 0.75 }}>
          {column.access === 'read' ? (
            <ShownColumn column={column} row={row} />
          ) : (
            <FieldInput
              field={column}
              value={row[column.key]}
              display={row._labels?.[column.key]}
              disabled={input.disabled}
              onChange={(value) => onChange(column.key, value)}
            />
          )}
        </Box>
      ))}
      {!input.disabled && (input.field.rows?.remove !== false || !row.id) && (
        <IconButton aria-label={remove} onClick={onRemove} sx={{ alignSelf: phone ? 'flex-end' : 'center' }}>
          <Trash2 size={16} />
        </IconButton>
      )}
    </Stack>
  );
}

function ShownColumn({ column, row }: { column: Field; row: Row }) {
  const t = useText();
  return (
    <>
      <Box sx={{ fontSize: 12, color: 'text.secondary' }}>{t(column.label)}</Box>
      <FieldValue field={column} value={row[column.key]} display={row._labels?.[column.key]} />
    </>
  );
}

export const subTableKind: FieldKind = {
  type: 'sub_table',
  label: { zh: '子表', en: 'Sub-table' },
  Value: SubTableValue,
  Cell: SubTableCell,
  Input: SubTableInput,
  sortable: false,
  wide: true,
};
