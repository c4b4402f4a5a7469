/** The head of a column: its name, type and key; a menu changes, moves and removes it. */
import { Box, ButtonBase, IconButton, Menu, MenuItem } from '@mui/material';
import { ChevronDown } from 'lucide-react';
import { useState } from 'react';
import type { DefinitionProblem } from '@/build/api';
import { PlacedProblems } from '@/build/PlacedProblems';
import { type Text, useText } from '@/i18n';
import { monospace, useTokens } from '@/theme';
import { typeLabel } from './columnTypes';
import type { Column, Side } from './tableDocument';

export interface ColumnCommands {
  edit: (side: Side, at: number) => void;
  insert: (side: Side, at: number) => void;
  move: (side: Side, from: number, to: number) => void;
  remove: (side: Side, at: number) => void;
}

interface ColumnHeadProps {
  column: Column;
  side: Side;
  at: number;
  count: number;
  problems: readonly DefinitionProblem[];
  commands: ColumnCommands;
}

export function ColumnHead({ column, side, at, count, problems, commands }: ColumnHeadProps) {
  const t = useText();
  const tokens = useTokens();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const name = t(column.label) || column.key;
  const entries: [Text, () => void, boolean?][] = [
    [{ zh: '名称、类型与取值…', en: 'Name, type and values…' }, () => commands.edit(side, at)],
    [{ zh: '在左边加一列', en: 'Add a column before' }, () => commands.insert(side, at)],
    [{ zh: '在右边加一列', en: 'Add a column after' }, () => commands.insert(side, at + 1)],
    [{ zh: '左移', en: 'Move left' }, () => commands.move(side, at, at - 1), at === 0],
    [{ zh: '右移', en: 'Move right' }, () => commands.move(side, at, at + 1), at === count - 1],
    [{ zh: '移除这一列', en: 'Remove this column' }, () => commands.remove(side, at), count === 1],
  ];
  return (
    <Box
      component="th"
      scope="col"
      data-path={`/${side}/${at}`}
      sx={{
        p: 0,
        minWidth: 128,
        textAlign: 'left',
        verticalAlign: 'top',
        fontWeight: 450,
        borderLeft: `1px solid ${tokens.line}`,
        ...(side === 'outputs' && at === 0 && { borderLeft: `2px solid ${tokens.lineStrong}` }),
      }}
    >
      <Box sx={{ display: 'flex', alignItems: 'flex-start' }}>
        <ButtonBase
          onClick={() => commands.edit(side, at)}
          sx={{ flex: 1, minWidth: 0, display: 'block', textAlign: 'left', px: 1, py: 0.75, fontSize: 'inherit' }}
        >
          <Box component="span" sx={{ display: 'block', fontWeight: 600, fontSize: 13.5, overflowWrap: 'anywhere' }}>
            {name}
          </Box>
          <Box component="span" sx={{ display: 'block', fontSize: 12, color: 'text.secondary' }}>
            {t(typeLabel(column.type))} · <span style={{ fontFamily: monospace }}>{column.key}</span>
          </Box>
        </ButtonBase>
        <IconButton
          aria-label={t({ zh: '“{name}”列的菜单', en: 'Menu of the column “{name}”' }, { name })}
          aria-haspopup="menu"
          onClick={(event) => setAnchor(event.currentTarget)}
          sx={{ p: 0.5, mt: 0.5 }}
        >
          <ChevronDown size={15} />
        </IconButton>
      </Box>
      <Box sx={{ px: 1, pb: 0.5, '&:empty': { display: 'none' } }}>
        <PlacedProblems problems={problems} place={`/${side}/${at}`} />
      </Box>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
        {entries.map(([label, run, disabled]) => (
          <MenuItem
            key={label.en}
            disabled={disabled}
            onClick={() => {
              setAnchor(null);
              run();
            }}
          >
            {t(label)}
          </MenuItem>
        ))}
      </Menu>
    </Box>
  );
}
