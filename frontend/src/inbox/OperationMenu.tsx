/** The operations that are allowed here and now, behind one button. */
import { Button, IconButton, ListItemIcon, ListItemText, Menu, MenuItem, Tooltip } from '@mui/material';
import { MoreHorizontal } from 'lucide-react';
import { type RefObject, useState } from 'react';
import { useText } from '@/i18n';
import type { Operation } from './operations';

interface OperationMenuProps {
  operations: Operation[];
  disabled: boolean;
  /** With a word on the button, where there is room. */
  wide?: boolean;
  /** For the key that opens it. */
  button: RefObject<HTMLButtonElement | null>;
  onChoose: (operation: Operation) => void;
}

export function OperationMenu({ operations, disabled, wide = false, button, onChoose }: OperationMenuProps) {
  const t = useText();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  if (operations.length === 0) return null;
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
        {operations.map((operation) => (
          <MenuItem
            key={operation.key}
            onClick={() => {
              setAnchor(null);
              onChoose(operation);
            }}
            sx={{ alignItems: 'flex-start', whiteSpace: 'normal' }}
          >
            <ListItemIcon sx={{ pt: 0.5 }}>
              <operation.icon size={17} aria-hidden />
            </ListItemIcon>
            <ListItemText
              primary={t(operation.label)}
              secondary={t(operation.hint)}
              slotProps={{ secondary: { sx: { fontSize: 12.5 } } }}
            />
          </MenuItem>
        ))}
      </Menu>
    </>
  );
}
