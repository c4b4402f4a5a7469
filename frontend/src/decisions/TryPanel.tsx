/** Values for the inputs, and what the table answers for them: the rows that matched are lit in the grid. */
import { Box, Button, MenuItem, Stack, TextField, Typography } from '@mui/material';
import { Eraser } from 'lucide-react';
import { ErrorLine, Panel, useFormat } from '@/components';
import { kindOfType } from '@/expressions/tree';
import { useText } from '@/i18n';
import type { Decided } from './api';
import { typeLabel } from './columnTypes';
import type { Column, DecisionTable } from './tableDocument';
import { type Entered, writtenValue } from './trial';

interface TryPanelProps {
  table: DecisionTable;
  entered: Entered;
  onEnter: (entered: Entered) => void;
  decided: Decided | undefined;
  error: unknown;
  /** There is something to ask about, and nothing wrong with the table. */
  ready: boolean;
}

export function TryPanel({ table, entered, onEnter, decided, error, ready }: TryPanelProps) {
  const t = useText();
  const empty = Object.values(entered).every((value) => value === '');
  return (
    <Panel
      title={t({ zh: '试一试', en: 'Try it' })}
      actions={
        !empty && (
          <Button startIcon={<Eraser size={14} />} onClick={() => onEnter({})}>
            {t({ zh: '清空', en: 'Clear' })}
          </Button>
        )
      }
    >
      <Stack sx={{ gap: 1.25 }}>
        {table.inputs.map((column) => (
          <Input
            key={column.key}
            column={column}
            value={entered[column.key] ?? ''}
            onChange={(value) => onEnter({ ...entered, [column.key]: value })}
          />
        ))}
      </Stack>
      <Box role="status" sx={{ mt: 1.5, minHeight: 24 }}>
        {!ready && (
          <Typography variant="body2" sx={{ color: 'text.secondary' }}>
            {empty
              ? t({ zh: '填上几个值，看表怎么答。', en: 'Enter some values to see what the table answers.' })
              : t({ zh: '先改正标出的单元格。', en: 'Mend the cells that are marked first.' })}
          </Typography>
        )}
        {ready && <ErrorLine error={error} />}
        {ready && !error && decided && <Answer table={table} decided={decided} />}
      </Box>
    </Panel>
  );
}

const INPUT_TYPES: Record<string, string> = { date: 'date', datetime: 'datetime-local', time: 'time' };
const DECIMAL = new Set(['number', 'money']);

function Input({ column, value, onChange }: { column: Column; value: string; onChange: (value: string) => void }) {
  const t = useText();
  const kind = kindOfType(column.type);
  const choices: [string, string][] =
    kind === 'boolean'
      ? [
          ['true', t({ zh: '是', en: 'yes' })],
          ['false', t({ zh: '否', en: 'no' })],
        ]
      : (column.options ?? []).map(({ key, label }) => [key, t(label)]);
  const listed = choices.length > 0 && kind !== 'list';
  return (
    <TextField
      select={listed}
      type={INPUT_TYPES[kind] ?? 'text'}
      label={`${t(column.label) || column.key} · ${t(typeLabel(column.type))}`}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      placeholder={kind === 'duration' ? t({ zh: '2 小时', en: '2 hours' }) : ''}
      slotProps={{
        inputLabel: { shrink: true },
        select: { displayEmpty: true },
        htmlInput: DECIMAL.has(kind) ? { inputMode: 'decimal' } : {},
      }}
    >
      {listed && <MenuItem value="">{t({ zh: '空', en: 'empty' })}</MenuItem>}
      {choices.map(([key, label]) => (
        <MenuItem key={key} value={key}>
          {label}
        </MenuItem>
      ))}
    </TextField>
  );
}

function Answer({ table, decided: { outputs, matched, problem } }: { table: DecisionTable; decided: Decided }) {
  const t = useText();
  const rows = matched.map((row) => row + 1).join(t({ zh: '、', en: ', ' }));
  const said =
    matched.length === 0
      ? t({ zh: '没有一行命中', en: 'No row matches' })
      : t({ zh: '命中第 {rows} 行', en: matched.length === 1 ? 'Row {rows} matches' : 'Rows {rows} match' }, { rows });
  return (
    <>
      <Typography variant="body2" sx={{ fontWeight: 550 }}>
        {said}
      </Typography>
      {problem ? (
        <Typography variant="body2" sx={{ color: 'error.main' }}>
          {t(problem.message)}
        </Typography>
      ) : (
        <Outputs table={table} outputs={outputs} />
      )}
    </>
  );
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** One answer, several, or the one value that they came to. */
function Outputs({ table, outputs }: { table: DecisionTable; outputs: unknown }) {
  const t = useText();
  const format = useFormat();
  const [first] = table.outputs;
  if (table.aggregate && first) {
    const column = table.aggregate === 'count' ? { type: 'number' } : first;
    return <strong>{writtenValue(outputs, column, { t, format })}</strong>;
  }
  const answers = (Array.isArray(outputs) ? outputs : [outputs]).filter(isRecord);
  if (answers.length === 0) {
    return (
      <Typography variant="body2" sx={{ color: 'text.secondary' }}>
        {t({ zh: '没有结果', en: 'No answer' })}
      </Typography>
    );
  }
  return answers.map((answer, index) => (
    <Box
      component="dl"
      key={index}
      sx={{ m: 0, mt: 0.75, display: 'grid', gridTemplateColumns: 'auto minmax(0, 1fr)', gap: '2px 12px' }}
    >
      {table.outputs.map((column) => (
        <Box key={column.key} sx={{ display: 'contents' }}>
          <Box component="dt" sx={{ color: 'text.secondary', fontSize: 13 }}>
            {t(column.label) || column.key}
          </Box>
          <Box component="dd" sx={{ m: 0, fontWeight: 600, overflowWrap: 'anywhere' }}>
            {writtenValue(answer[column.key], column, { t, format })}
          </Box>
        </Box>
      ))}
    </Box>
  ));
}
