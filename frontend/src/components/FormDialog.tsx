/** A small form in a dialog: one task, errors inside it, closed when the server has agreed. */
import { Button, Dialog, DialogActions, DialogContent, DialogTitle, Stack } from '@mui/material';
import { type FormEvent, type ReactNode, useEffect, useId, useState } from 'react';
import { useText } from '@/i18n';
import { useConfirm } from './Confirm';
import { ErrorLine } from './states';

export interface FormDialogProps {
  open: boolean;
  title: ReactNode;
  /** The verb on the button; "Save" if absent. */
  action?: ReactNode;
  /** False while what is entered cannot be sent yet. */
  ready?: boolean;
  /** For what needs room: a condition. */
  wide?: boolean;
  /** Something was entered that a key or a click beside the dialog should not throw away unasked. */
  changed?: boolean;
  onClose: () => void;
  /** Throws what the server refused; the dialog stays open and says it. */
  onSubmit: () => Promise<unknown>;
  children: ReactNode;
}

export function FormDialog({
  open,
  title,
  action,
  ready = true,
  wide = false,
  changed = false,
  onClose,
  onSubmit,
  children,
}: FormDialogProps) {
  const t = useText();
  const id = useId();
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const leave = useLeaving(changed, onClose);
  useEffect(() => {
    if (open) setError(null);
  }, [open]);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    setBusy(true);
    setError(null);
    try {
      await onSubmit();
      onClose();
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog open={open} onClose={leave} aria-labelledby={id} fullWidth maxWidth={wide ? 'md' : 'sm'}>
      <form onSubmit={submit}>
        <DialogTitle id={id}>{title}</DialogTitle>
        <DialogContent>
          <Stack spacing={2} sx={{ pt: 0.75 }}>
            {children}
            <ErrorLine error={error} />
          </Stack>
        </DialogContent>
        <DialogActions>
          <Button variant="outlined" onClick={onClose}>
            {t({ zh: '取消', en: 'Cancel' })}
          </Button>
          <Button type="submit" variant="contained" loading={busy} disabled={!ready}>
            {action ?? t({ zh: '保存', en: 'Save' })}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

/** Closes at once where nothing would be lost; else asks. */
function useLeaving(changed: boolean, onClose: () => void) {
  const t = useText();
  const confirm = useConfirm();
  return async () => {
    const question = {
      title: t({ zh: '放弃刚才的修改？', en: 'Throw away what you changed?' }),
      action: t({ zh: '放弃', en: 'Throw away' }),
      destructive: true,
    };
    if (!changed || (await confirm(question))) onClose();
  };
}
