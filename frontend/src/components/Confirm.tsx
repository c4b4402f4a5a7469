/** One way to ask before something that cannot be undone; `useConfirm()` awaits the answer. */
import { Button, Dialog, DialogActions, DialogContent, DialogTitle, Typography } from '@mui/material';
import { createContext, type ReactNode, useCallback, useContext, useId, useMemo, useState } from 'react';
import { useText } from '@/i18n';

export interface ConfirmQuestion {
  title: ReactNode;
  /** What will happen or be lost. */
  body?: ReactNode;
  /** The verb on the button, e.g. "Delete". */
  action: ReactNode;
  /** Red button. */
  destructive?: boolean;
}

export interface ConfirmProps extends ConfirmQuestion {
  open: boolean;
  onConfirm: () => void;
  onClose: () => void;
}

export function Confirm({ open, title, body, action, destructive = false, onConfirm, onClose }: ConfirmProps) {
  const t = useText();
  const id = useId();
  return (
    <Dialog open={open} onClose={onClose} aria-labelledby={id} maxWidth="xs" fullWidth>
      <DialogTitle id={id} sx={{ pb: 1 }}>
        {title}
      </DialogTitle>
      {body && (
        <DialogContent>
          <Typography component="div" sx={{ color: 'text.secondary' }}>
            {body}
          </Typography>
        </DialogContent>
      )}
      <DialogActions>
        <Button onClick={onClose} variant="outlined">
          {t({ zh: '取消', en: 'Cancel' })}
        </Button>
        <Button onClick={onConfirm} variant="contained" color={destructive ? 'error' : 'primary'} autoFocus>
          {action}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

type Ask = (question: ConfirmQuestion) => Promise<boolean>;
const ConfirmContext = createContext<Ask>(() => Promise.resolve(false));

export function ConfirmProvider({ children }: { children: ReactNode }) {
  const [asked, setAsked] = useState<(ConfirmQuestion & { answer: (yes: boolean) => void }) | null>(null);
  const [open, setOpen] = useState(false);
  const ask = useCallback<Ask>(
    (question) =>
      new Promise((answer) => {
        setAsked({ ...question, answer });
        setOpen(true);
      }),
    [],
  );
  const close = (yes: boolean) => {
    setOpen(false);
    asked?.answer(yes);
  };
  const value = useMemo(() => ask, [ask]);
  return (
    <ConfirmContext.Provider value={value}>
      {children}
      {asked && <Confirm {...asked} open={open} onConfirm={() => close(true)} onClose={() => close(false)} />}
    </ConfirmContext.Provider>
  );
}

/** `if (await confirm({ title, body, action, destructive })) ...` */
export function useConfirm(): Ask {
  return useContext(ConfirmContext);
}
