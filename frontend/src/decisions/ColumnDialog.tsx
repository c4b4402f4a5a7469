/** A column of a decision table: its name, its key, its type, and what its values may be. */
import { Box, MenuItem, TextField } from '@mui/material';
import { useState } from 'react';
import { relabelled } from '@/build/labels';
import { FormDialog } from '@/components';
import { kindOfType } from '@/expressions/tree';
import { useLocale, useText } from '@/i18n';
import { monospace } from '@/theme';
import { optionLines, readOptions, readValues, TYPES, typeLabel, valueLines } from './columnTypes';
import type { Column, Side } from './tableDocument';

interface ColumnDialogProps {
  column: Column;
  side: Side;
  /** It is about to be added. */
  fresh: boolean;
  isTaken: (key: string) => boolean;
  onClose: () => void;
  onChange: (column: Column) => void;
}

const KEY = /^[a-z][a-z0-9_]*$/;
const MONO = { style: { fontFamily: monospace, fontSize: 13 } };

export function ColumnDialog({ column: first, side, fresh, isTaken, onClose, onChange }: ColumnDialogProps) {
  const t = useText();
  const locale = useLocale();
  const [column, setColumn] = useState(first);
  const [options, setOptions] = useState(() => optionLines(first.options ?? [], locale));
  const [values, setValues] = useState(() => valueLines(first.values));
  const [typedKey, setTypedKey] = useState(!fresh);
  const set = (members: Partial<Column>) => setColumn({ ...column, ...members });
  const rename = (said: string) => {
    const key = said
      .toLowerCase()
      .match(/[a-z][a-z0-9]*/g)
      ?.join('_');
    set({ label: relabelled(column.label, locale, said), ...(typedKey || !key ? {} : { key }) });
  };
  const chosen = kindOfType(column.type) === 'choice' || column.type === 'list:choice';
  const wrong = !KEY.test(column.key)
    ? t({ zh: '小写字母、数字和下划线', en: 'Lower-case letters, digits and underscores' })
    : isTaken(column.key)
      ? t({ zh: '已经有这个键', en: 'There is one of that key' })
      : '';
  const save = async () => {
    const { options: _, values: __, default: otherwise, ...plain } = column;
    const read = chosen ? readOptions(options, first.options ?? [], locale) : [];
    const ordered = side === 'outputs' ? readValues(values, column.type) : [];
    onChange({
      ...plain,
      ...(read.length > 0 ? { options: read } : {}),
      ...(ordered.length > 0 ? { values: ordered } : {}),
      ...(side === 'outputs' && otherwise?.trim() ? { default: otherwise } : {}),
    });
  };
  const titles = {
    inputs: fresh ? { zh: '新的输入', en: 'New input' } : { zh: '输入', en: 'Input' },
    outputs: fresh ? { zh: '新的输出', en: 'New output' } : { zh: '输出', en: 'Output' },
  };
  return (
    <FormDialog
      open
      title={t(titles[side])}
      action={t({ zh: '放进表里', en: 'Put into the table' })}
      ready={wrong === '' && t(column.label).trim() !== ''}
      onClose={onClose}
      onSubmit={save}
    >
      <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: { xs: 'minmax(0, 1fr)', sm: '1fr 1fr' } }}>
        <TextField
          label={t({ zh: '名称', en: 'Name' })}
          value={column.label[locale]}
          onChange={(event) => rename(event.target.value)}
          required
          autoFocus
        />
        <TextField
          label={t({ zh: '键', en: 'Key' })}
          value={column.key}
          onChange={(event) => {
            setTypedKey(true);
            set({ key: event.target.value.trim() });
          }}
          error={wrong !== ''}
          helperText={wrong || null}
          required
          slotProps={{ htmlInput: { ...MONO, maxLength: 60, autoCapitalize: 'none', spellCheck: false } }}
        />
        <TextField
          select
          label={t({ zh: '类型', en: 'Type' })}
          value={column.type}
          onChange={(event) => set({ type: event.target.value })}
        >
          {[...new Set([...TYPES, first.type])].map((type) => (
            <MenuItem key={type} value={type}>
              {t(typeLabel(type))}
            </MenuItem>
          ))}
        </TextField>
        {side === 'outputs' && (
          <TextField
            label={t({ zh: '没有一行命中时', en: 'When no row matches' })}
            value={column.default ?? ''}
            onChange={(event) => set({ default: event.target.value })}
            placeholder={t({ zh: '空', en: 'empty' })}
            slotProps={{ inputLabel: { shrink: true }, htmlInput: MONO }}
          />
        )}
      </Box>
      {chosen && (
        <TextField
          label={t({ zh: '选项，每行一个：键 名称', en: 'Options, one a line: key, then name' })}
          value={options}
          onChange={(event) => setOptions(event.target.value)}
          multiline
          minRows={3}
          placeholder={'gold 金卡\nsilver 银卡'}
          slotProps={{ inputLabel: { shrink: true }, htmlInput: MONO }}
        />
      )}
      {side === 'outputs' && (
        <TextField
          label={t({ zh: '取值的先后，每行一个', en: 'Order of the values, one a line' })}
          value={values}
          onChange={(event) => setValues(event.target.value)}
          multiline
          minRows={2}
          helperText={t({
            zh: '第一行最高；用于“优先级”和“按结果序列出”。',
            en: 'The first is the highest; for the policies “Priority” and “Output order”.',
          })}
          slotProps={{ inputLabel: { shrink: true }, htmlInput: MONO }}
        />
      )}
    </FormDialog>
  );
}
