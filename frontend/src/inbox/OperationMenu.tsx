/** What else can be done here and now, behind one button. */
import { Button, IconButton, ListItemIcon, ListItemText, Menu, MenuItem, Tooltip } from '@mui/material';
import { type LucideIcon, MoreHorizontal } from 'lucide-react';
import { type RefObject, useState } from 'react';
import { type Text, useText } from '@/i18n';

export interface MenuLine {
  key: string;
  label: Text;
  /** What comes of it. */
  hint?: Text;
  /** Why it cannot be done now; said in the place of the hint. */
  paused?: string;
  icon: LucideIcon;
  run: () => void;
}

interface OperationMenuProps {
  lines: MenuLine[];
  disabled: boolean;
  /** With a word on the button, where there is room. */
  wide?: boolean;
  /** For the key that opens it. */
  button: RefObject<HTMLButtonElement | null>;
}

/** It can be read, and reached by keyboard, unlike what is disabled. */
const pausedStyle = { color: 'text.secondary', cursor: 'default', '&:hover': { bgcolor: 'transparent' } } as const;

export function OperationMenu({ lines, disabled, wide = false, button }: OperationMenuProps) {
  const t = useText();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  if (lines.length === 0) return null;
  const label = t({ zh: '更多操作', en: 'More' });
  const attributes = {
    ref: button,
    disabled,
    'aria-haspopup': 'menu' as const,
    'aria-expanded': anchor !== null,
    onClick: (event: React.MouseEvent<HTMLElement>) => setAnchor(event.currentTarget),
  };
  return (
    <>
      {wide ? (
        <Button {...attributes} variant="outlined" startIcon={<MoreHorizontal size={16} />} sx={{ minHeight: 38 }}>
          {label}
        </Button>
      ) : (
        <Tooltip title={label}>
          <span>
            <IconButton
              {...attributes}
              aria-label={label}
              sx={{ border: 1, borderColor: 'divider', minHeight: 38, minWidth: 40 }}
            >
              <MoreHorizontal size={18} />
            </IconButton>
          </span>
        </Tooltip>
      )}
      <Menu
        open={!!anchor}
        anchorEl={anchor}
        onClose={() => setAnchor(null)}
        anchorOrigin={{ vertical: 'top', horizontal: 'left' }}
        transformOrigin={{ vertical: 'bottom', horizontal: 'left' }}
        slotProps={{ paper: { sx: { maxWidth: 'min(360px, calc(100vw - 32px))' } } }}
      >
        {lines.map((line) => (
          <MenuItem
            key={line.key}
            aria-disabled={line.paused ? true : undefined}
            onClick={() => {
              if (line.paused) return;
              setAnchor(null);
              line.run();
            }}
            sx={{ alignItems: 'flex-start', whiteSpace: 'normal', ...(line.paused && pausedStyle) }}
          >
            <ListItemIcon sx={{ pt: 0.5 }}>
              <line.icon size={17} aria-hidden />
            </ListItemIcon>
            <ListItemText
              primary={t(line.label)}
              secondary={line.paused ?? (t(line.hint) || undefined)}
              slotProps={{ secondary: { sx: { fontSize: 12.5 } } }}
            />
          </MenuItem>
        ))}
      </Menu>
    </>
  );
}
