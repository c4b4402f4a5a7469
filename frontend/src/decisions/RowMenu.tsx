/** What can be done with a row, beside typing into it. */
import { Menu, MenuItem, Typography } from '@mui/material';
import { type Text, useText } from '@/i18n';

export interface RowCommands {
  insert: (at: number) => void;
  duplicate: (at: number) => void;
  move: (from: number, to: number) => void;
  remove: (at: number) => void;
}

interface RowMenuProps {
  row: number | null;
  anchor: HTMLElement | null;
  rows: number;
  commands: RowCommands;
  onClose: () => void;
}

export function RowMenu({ row, anchor, rows, commands, onClose }: RowMenuProps) {
  const t = useText();
  const at = row ?? 0;
  const entries: [Text, () => void, { disabled?: boolean; keys?: string }?][] = [
    [{ zh: '在上面加一行', en: 'Add a row above' }, () => commands.insert(at)],
    [{ zh: '在下面加一行', en: 'Add a row below' }, () => commands.insert(at + 1), { keys: 'Ctrl+Enter' }],
    [{ zh: '复制这一行', en: 'Duplicate this row' }, () => commands.duplicate(at)],
    [{ zh: '上移', en: 'Move up' }, () => commands.move(at, at - 1), { disabled: at === 0, keys: 'Alt+↑' }],
    [{ zh: '下移', en: 'Move down' }, () => commands.move(at, at + 1), { disabled: at === rows - 1, keys: 'Alt+↓' }],
    [{ zh: '移除这一行', en: 'Remove this row' }, () => commands.remove(at)],
  ];
  return (
    <Menu anchorEl={anchor} open={row !== null} onClose={onClose}>
      {entries.map(([label, run, { disabled = false, keys = '' } = {}]) => (
        <MenuItem
          key={label.en}
          disabled={disabled}
          onClick={() => {
            onClose();
            run();
          }}
          sx={{ justifyContent: 'space-between', gap: 3 }}
        >
          {t(label)}
          {keys && (
            <Typography component="span" variant="body2" sx={{ color: 'text.secondary', fontSize: 12 }}>
              {keys}
            </Typography>
          )}
        </MenuItem>
      ))}
    </Menu>
  );
}
