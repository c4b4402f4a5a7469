/** A row of a decision table: its number with a menu, its cells, and below each what is wrong with it. */
import { Box, IconButton } from '@mui/material';
import { GripVertical } from 'lucide-react';
import { type MouseEvent, memo } from 'react';
import type { DefinitionProblem } from '@/build/api';
import { useText } from '@/i18n';
import { monospace, useTokens } from '@/theme';
import { CellProblem } from './CellProblem';
import { cellPath, cellText, type Place, type Row } from './tableDocument';

export interface GridRowProps {
  number: number;
  row: Row;
  places: Place[];
  names: string[];
  /** Those of this row. */
  problems: DefinitionProblem[];
  /** Matched by the trial, or pointed at by a finding. */
  lit: 'matched' | 'pointed' | null;
  listIds: (string | undefined)[];
  onCell: (row: number, place: Place, text: string) => void;
  onMenu: (row: number, anchor: HTMLElement) => void;
}

/** Typing in one cell draws one row: documents are read anew with every letter, so rows are compared by what they say. */
export const GridRow = memo(
  DrawnRow,
  (before, after) =>
    before.number === after.number &&
    before.lit === after.lit &&
    before.onCell === after.onCell &&
    before.onMenu === after.onMenu &&
    JSON.stringify([before.row, before.places, before.names, before.problems]) ===
      JSON.stringify([after.row, after.places, after.names, after.problems]),
);

function DrawnRow(props: GridRowProps) {
  const { number, row, places, names, problems, lit, listIds, onCell, onMenu } = props;
  const t = useText();
  const tokens = useTokens();
  const back = {
    matched: tokens.tones.green.background,
    pointed: tokens.tones.orange.background,
  };
  const about = t({ zh: '第 {n} 行', en: 'Row {n}' }, { n: number + 1 });
  const matched = t({ zh: '命中', en: 'matches' });
  return (
    <Box
      component="tr"
      data-path={`/rules/${number}`}
      data-lit={lit ?? undefined}
      sx={{ bgcolor: lit ? back[lit] : 'transparent', '& > *': { borderTop: `1px solid ${tokens.line}` } }}
    >
      <Box component="th" scope="row" sx={{ p: 0, width: 56, verticalAlign: 'top', fontWeight: 450 }}>
        <IconButton
          aria-label={`${about}${lit === 'matched' ? `, ${matched}` : ''}`}
          aria-haspopup="menu"
          onClick={(event: MouseEvent<HTMLElement>) => onMenu(number, event.currentTarget)}
          sx={{ fontSize: 12.5, gap: 0.25, width: '100%', height: 34, borderRadius: 0, color: 'text.secondary' }}
        >
          <GripVertical size={12} aria-hidden />
          {number + 1}
        </IconButton>
      </Box>
      {places.map((place, column) => {
        const path = cellPath(number, place);
        const found = problems.filter((problem) => problem.path === path);
        const text = cellText(row, place);
        const id = `cell-problem-${number}-${column}`;
        return (
          <Box
            component="td"
            key={path}
            data-path={path}
            sx={{
              p: 0,
              verticalAlign: 'top',
              borderLeft: `1px solid ${tokens.line}`,
              ...(place.side === 'outputs' && place.index === 0 && { borderLeft: `2px solid ${tokens.lineStrong}` }),
            }}
          >
            <CellInput
              position={`${number}:${column}`}
              name={`${about}, ${names[column]}`}
              value={text}
              note={place.side === 'note'}
              placeholder={place.side === 'inputs' ? '-' : ''}
              list={listIds[column]}
              wrong={found.some(({ severity }) => severity === 'error')}
              describedBy={found.length > 0 ? id : undefined}
              onChange={(next) => onCell(number, place, next)}
            />
            {found.length > 0 && (
              <CellProblem
                id={id}
                problem={found[0] as DefinitionProblem}
                text={text}
                onFix={(next) => onCell(number, place, next)}
              />
            )}
          </Box>
        );
      })}
    </Box>
  );
}

interface CellInputProps {
  position: string;
  name: string;
  value: string;
  note: boolean;
  placeholder: string;
  list: string | undefined;
  wrong: boolean;
  describedBy: string | undefined;
  onChange: (text: string) => void;
}

function CellInput({ position, name, value, note, placeholder, list, wrong, describedBy, onChange }: CellInputProps) {
  const tokens = useTokens();
  const common = {
    'data-cell': position,
    'aria-label': name,
    'aria-invalid': wrong,
    'aria-describedby': describedBy,
    value,
    placeholder,
    spellCheck: note,
    autoCapitalize: 'none',
    autoComplete: 'off',
    onChange: (event: { target: { value: string } }) => onChange(event.target.value.replaceAll('\n', ' ')),
  };
  return (
    <Box
      component={list ? 'input' : 'textarea'}
      {...(list ? { list } : { rows: 1 })}
      {...common}
      sx={{
        display: 'block',
        width: '100%',
        minHeight: 34,
        boxSizing: 'border-box',
        border: 0,
        px: 1,
        py: '7px',
        m: 0,
        resize: 'none',
        fieldSizing: 'content',
        minWidth: 0,
        background: 'transparent',
        color: tokens.text,
        fontFamily: note ? 'inherit' : monospace,
        fontSize: 13,
        lineHeight: '20px',
        textDecoration: wrong ? `underline wavy ${tokens.tones.red.solid}` : 'none',
        textUnderlineOffset: '3px',
        '&::placeholder': { color: tokens.muted, opacity: 0.7 },
        '&:focus': { outline: `2px solid ${tokens.accent}`, outlineOffset: -2, background: tokens.surface },
        '@media (pointer: coarse)': { fontSize: 16, minHeight: 42 },
      }}
    />
  );
}
