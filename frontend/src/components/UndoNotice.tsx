/** What was done, with a button that takes it back, as long as it is shown; it looks like what cannot be taken back. */
import { Button, SnackbarContent } from '@mui/material';
import { NotificationClasses, useCloseNotification } from 'react-admin';
import { useText } from '@/i18n';

export interface UndoNoticeProps {
  text: string;
  /** "Undo" if absent. */
  label?: string;
  onUndo: () => void;
}

export function UndoNotice({ text, label, onUndo }: UndoNoticeProps) {
  const t = useText();
  const close = useCloseNotification();
  const undo = () => {
    onUndo();
    close();
  };
  return (
    <SnackbarContent
      className={NotificationClasses.success}
      message={text}
      action={
        <Button color="inherit" onClick={undo}>
          {label ?? t({ zh: '撤销', en: 'Undo' })}
        </Button>
      }
    />
  );
}
