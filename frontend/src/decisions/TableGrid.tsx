/** The grid of a decision table: inputs, outputs and notes; rows and columns are added, moved and removed by mouse and keys. */
import { Box, Button, Stack, Typography } from '@mui/material';
import { Plus } from 'lucide-react';
import { type ClipboardEvent, useCallback, useId, useMemo, useRef, useState } from 'react';
import { useNotify } from 'react-admin';
import type { DefinitionProblem } from '@/build/api';
import { Panel } from '@/components';
import { type Text, useText } from '@/i18n';
import { useTokens } from '@/theme';
import { ColumnDialog } from './ColumnDialog';
import { type ColumnCommands, ColumnHead } from './ColumnHead';
import { GridRow } from './GridRow';
import { type RowCommands, RowMenu } from './RowMenu';
import { isCells, pasteCells, readCells } from './spreadsheet';
import {
  type Column,
  type DecisionTable,
  freeKey,
  insertColumn,
  insertRow,
  isTakenKey,
  moveColumn,
  moveRow,
  type Place,
  placesOf,
  removeColumn,
  removeRow,
  type Side,
  setCell,
  setColumn,
} from './tableDocument';
import { positionOf, useGridKeys } from './useGridKeys';

interface TableGridProps {
  table: DecisionTable;
  problems: readonly DefinitionProblem[];
  matched: ReadonlySet<number>;
  pointed: ReadonlySet<number>;
  onChange: (label: Text, table: DecisionTable, run?: string) => void;
}

interface Asked {
  side: Side;
  at: number;
  column: Column;
  fresh: boolean;
}

export function TableGrid({ table, problems, matched, pointed, onChange }: TableGridProps) {
  const t = useText();
  const id = useId();
  const tokens = useTokens();
  const notify = useNotify();
  const root = useRef<HTMLDivElement>(null);
  const [menu, setMenu] = useState<{ row: number; anchor: HTMLElement } | null>(null);
  const [asked, setAsked] = useState<Asked | null>(null);
  const places = useMemo(() => placesOf(table), [table]);
  const note = t({ zh: '备注', en: 'Note' });
  const names = places.map((place) => (place.side === 'note' ? note : t(place.column.label) || place.column.key));
  const listIds = places.map((place, index) => (suggestionsOf(place).length > 0 ? `${id}-${index}` : undefined));
  const latest = useRef({ table, onChange });
  latest.current = { table, onChange };

  const rows = useRowCommands(latest);
  const keys = useGridKeys(root, {
    rows: table.rules.length,
    columns: places.length,
    insertRow: rows.insert,
    moveRow: rows.move,
  });
  const onCell = useCallback((row: number, place: Place, text: string) => {
    const { table: now, onChange: change } = latest.current;
    const name = place.side === 'note' ? 'note' : place.column.key;
    change(
      { zh: '改单元格', en: 'Change a cell' },
      setCell(now, row, place, text),
      `cell ${row} ${place.side} ${name}`,
    );
  }, []);
  const onMenu = useCallback((row: number, anchor: HTMLElement) => setMenu({ row, anchor }), []);
  const onPaste = (event: ClipboardEvent) => {
    const position = positionOf(event.target);
    const text = event.clipboardData.getData('text/plain');
    if (!position || !isCells(text)) return;
    event.preventDefault();
    const pasted = pasteCells(table, position.row, position.column, readCells(text));
    onChange({ zh: '粘贴', en: 'Paste' }, pasted.table);
    const said =
      pasted.lost > 0
        ? {
            zh: '粘贴了 {rows} 行；{lost} 格超出最后一列，没有放进来',
            en: 'Pasted {rows} rows; {lost} cells beyond the last column were left out',
          }
        : { zh: '粘贴了 {rows} 行', en: 'Pasted {rows} rows' };
    notify(t(said, { rows: pasted.rows, lost: pasted.lost }), { type: pasted.lost > 0 ? 'warning' : 'info' });
  };
  const columns: ColumnCommands = {
    edit: (side, at) => {
      const column = table[side][at];
      if (column) setAsked({ side, at, column, fresh: false });
    },
    insert: (side, at) => {
      const key = freeKey(table, side);
      setAsked({ side, at, column: { key, label: { zh: '', en: '' }, type: 'text' }, fresh: true });
    },
    move: (side, from, to) => onChange({ zh: '移动列', en: 'Move a column' }, moveColumn(table, side, from, to)),
    remove: (side, at) => onChange({ zh: '移除列', en: 'Remove a column' }, removeColumn(table, side, at)),
  };
  const addRow = () => {
    rows.insert(table.rules.length);
    keys.focusAfter({ row: table.rules.length, column: 0 });
  };
  const ofRow = (row: number) => problems.filter(({ path }) => path.startsWith(`/rules/${row}/`));
  return (
    <Panel
      flush
      title={t({ zh: '规则行', en: 'Rows' })}
      actions={
        <Typography
          component="span"
          variant="body2"
          sx={{ color: 'text.secondary', display: { xs: 'none', sm: 'block' } }}
        >
          {t({ zh: '可以从电子表格粘贴', en: 'Cells of a spreadsheet can be pasted' })}
        </Typography>
      }
    >
      <Box
        ref={root}
        onKeyDown={keys.onKeyDown}
        onPaste={onPaste}
        sx={{ overflowX: 'auto', borderTop: `1px solid ${tokens.line}`, position: 'relative' }}
      >
        <Box
          component="table"
          aria-label={t({ zh: '决策表', en: 'Decision table' })}
          sx={{ borderCollapse: 'collapse', width: '100%', tableLayout: 'auto' }}
        >
          <thead>
            <GroupRow table={table} note={note} onAdd={(side) => columns.insert(side, table[side].length)} />
            <Box component="tr" sx={{ '& > *': { borderTop: `1px solid ${tokens.line}` } }}>
              {(['inputs', 'outputs'] as const).map((side) =>
                table[side].map((column, at) => (
                  <ColumnHead
                    key={`${side} ${column.key}`}
                    column={column}
                    side={side}
                    at={at}
                    count={table[side].length}
                    problems={problems}
                    commands={columns}
                  />
                )),
              )}
            </Box>
          </thead>
          <tbody data-path="/rules">
            {table.rules.map((row, number) => (
              <GridRow
                key={number}
                number={number}
                row={row}
                places={places}
                names={names}
                problems={ofRow(number)}
                lit={pointed.has(number) ? 'pointed' : matched.has(number) ? 'matched' : null}
                listIds={listIds}
                onCell={onCell}
                onMenu={onMenu}
              />
            ))}
          </tbody>
        </Box>
        {places.map(
          (place, index) =>
            listIds[index] && (
              <datalist key={listIds[index]} id={listIds[index]}>
                {suggestionsOf(place).map((value) => (
                  <option key={value} value={value} />
                ))}
              </datalist>
            ),
        )}
      </Box>
      <Stack direction="row" sx={{ px: 1.5, py: 1, borderTop: `1px solid ${tokens.line}`, gap: 1, flexWrap: 'wrap' }}>
        <Button startIcon={<Plus size={15} />} onClick={addRow}>
          {t({ zh: '加一行', en: 'Add a row' })}
        </Button>
      </Stack>
      <RowMenu
        row={menu?.row ?? null}
        anchor={menu?.anchor ?? null}
        rows={table.rules.length}
        commands={rows}
        onClose={() => setMenu(null)}
      />
      {asked && (
        <ColumnDialog
          column={asked.column}
          side={asked.side}
          fresh={asked.fresh}
          isTaken={(key) => isTakenKey(table, asked.side, asked.fresh ? null : asked.at, key)}
          onClose={() => setAsked(null)}
          onChange={(column) =>
            asked.fresh
              ? onChange({ zh: '加一列', en: 'Add a column' }, insertColumn(table, asked.side, asked.at, column))
              : onChange({ zh: '改列', en: 'Change a column' }, setColumn(table, asked.side, asked.at, column))
          }
        />
      )}
    </Panel>
  );
}

type Latest = { current: Pick<TableGridProps, 'table' | 'onChange'> };

function useRowCommands(latest: Latest): RowCommands {
  return useMemo(() => {
    const run = (label: Text, make: (table: DecisionTable) => DecisionTable) =>
      latest.current.onChange(label, make(latest.current.table));
    return {
      insert: (at) => run({ zh: '加一行', en: 'Add a row' }, (table) => insertRow(table, at)),
      duplicate: (at) =>
        run({ zh: '复制行', en: 'Duplicate a row' }, (table) => insertRow(table, at + 1, table.rules[at])),
      move: (from, to) => run({ zh: '移动行', en: 'Move a row' }, (table) => moveRow(table, from, to)),
      remove: (at) => run({ zh: '移除行', en: 'Remove a row' }, (table) => removeRow(table, at)),
    };
  }, [latest]);
}

/** What a cell of a column may say, as far as it is a short list. */
function suggestionsOf(place: Place): string[] {
  if (place.side === 'note') return [];
  const { type, options = [] } = place.column;
  if (type === 'boolean') return ['true', 'false'];
  return options.map(({ key }) => JSON.stringify(key));
}

interface GroupRowProps {
  table: DecisionTable;
  note: string;
  onAdd: (side: Side) => void;
}

function GroupRow({ table, note, onAdd }: GroupRowProps) {
  const t = useText();
  const tokens = useTokens();
  const sides: Record<Side, { label: Text; add: Text }> = {
    inputs: { label: { zh: '输入：当……', en: 'Inputs: when' }, add: { zh: '加一个输入', en: 'Add an input' } },
    outputs: { label: { zh: '输出：那么……', en: 'Outputs: then' }, add: { zh: '加一个输出', en: 'Add an output' } },
  };
  const head = {
    px: 1,
    py: 0.25,
    textAlign: 'left',
    fontSize: 12.5,
    fontWeight: 550,
    color: 'text.secondary',
  } as const;
  return (
    <Box component="tr" sx={{ bgcolor: tokens.canvas }}>
      <Box
        component="th"
        rowSpan={2}
        scope="col"
        sx={{ ...head, textAlign: 'center', verticalAlign: 'bottom', pb: 0.75 }}
      >
        {table.hit.slice(0, 1).toUpperCase()}
      </Box>
      {(['inputs', 'outputs'] as const).map((side) => (
        <Box
          component="th"
          key={side}
          scope="colgroup"
          colSpan={table[side].length}
          sx={{
            ...head,
            borderLeft: side === 'outputs' ? `2px solid ${tokens.lineStrong}` : `1px solid ${tokens.line}`,
          }}
        >
          <Stack direction="row" sx={{ alignItems: 'center', gap: 0.5 }}>
            {t(sides[side].label)}
            <Button
              aria-label={t(sides[side].add)}
              title={t(sides[side].add)}
              onClick={() => onAdd(side)}
              sx={{ minWidth: 26, minHeight: 26, p: 0 }}
            >
              <Plus size={14} />
            </Button>
          </Stack>
        </Box>
      ))}
      <Box
        component="th"
        rowSpan={2}
        scope="col"
        sx={{ ...head, minWidth: 140, verticalAlign: 'bottom', pb: 0.75, borderLeft: `1px solid ${tokens.line}` }}
      >
        {note}
      </Box>
    </Box>
  );
}
