/** All keys of the page at hand, from the actions themselves. */
import { Box, Button, Dialog, DialogActions, DialogContent, DialogTitle } from '@mui/material';
import { Keyboard } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { useText } from '@/i18n';
import { actionsAtHand, useActions } from '@/providers/actions';

/** Under `?`; the dialog is to be put on the page. */
export function useKeysDialog(): ReactNode {
  const [open, setOpen] = useState(false);
  const label = { zh: '键盘快捷键', en: 'Keyboard shortcuts' };
  useActions([{ key: 'keys', label, icon: Keyboard, shortcut: '?', run: () => setOpen(true) }]);
  return open && <KeysDialog onClose={() => setOpen(false)} />;
}

const NAMES: Record<string, string> = { Escape: 'Esc', Enter: '↵' };

function KeysDialog({ onClose }: { onClose: () => void }) {
  const t = useText();
  const id = useId();
  const [actions] = useState(() => actionsAtHand().filter(({ shortcut }) => shortcut));
  return (
    <Dialog open onClose={onClose} aria-labelledby={id} fullWidth maxWidth="xs">
      <DialogTitle id={id}>{t({ zh: '键盘快捷键', en: 'Keyboard shortcuts' })}</DialogTitle>
      <DialogContent>
        <Box
          component="dl"
          sx={{ display: 'grid', gridTemplateColumns: 'auto 1fr', gap: 1, m: 0, alignItems: 'center' }}
        >
          {actions.map(({ key, label, shortcut }) => (
            <Box key={key} sx={{ display: 'contents' }}>
              <Box component="dt">
                <Key name={shortcut ?? ''} />
              </Box>
              <Box component="dd" sx={{ m: 0 }}>
                {t(label)}
              </Box>
            </Box>
          ))}
          <Box component="dt">
            <Key name="Ctrl K" />
          </Box>
          <Box component="dd" sx={{ m: 0 }}>
            {t({ zh: '搜索页面、记录和以上所有命令', en: 'Find pages, records and all of these commands' })}
          </Box>
        </Box>
      </DialogContent>
      <DialogActions>
        <Button variant="contained" onClick={onClose} autoFocus>
          {t({ zh: '知道了', en: 'Close' })}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

function Key({ name }: { name: string }) {
  return (
    <Box
      component="kbd"
      sx={{
        font: 'inherit',
        fontSize: 12.5,
        fontWeight: 600,
        display: 'inline-block',
        minWidth: 28,
        textAlign: 'center',
        border: 1,
        borderColor: 'divider',
        borderRadius: '5px',
        px: 0.75,
        lineHeight: '22px',
      }}
    >
      {NAMES[name] ?? name}
    </Box>
  );
}
