/** Doing something with a task beside deciding it: whom it names, what is said with it. */
import { TextField, Typography } from '@mui/material';
import { useState } from 'react';
import { FormDialog, PeopleField } from '@/components';
import { useText } from '@/i18n';
import { useMe } from '@/providers/me';
import type { Operation } from './operations';
import type { TaskDetail } from './types';
import type { OperationInput } from './useOperations';

interface OperationDialogProps {
  operation: Operation;
  task: TaskDetail;
  onClose: () => void;
  onSend: (input: OperationInput) => Promise<void>;
}

/** The reader, and those who have the same part already. */
function useWithout(operation: Operation, task: TaskDetail): string[] {
  const me = useMe();
  const same = (task.items ?? []).filter(({ kind }) => kind === operation.key);
  return [me?.id, ...same.map(({ user }) => user?.id)].filter((id) => id !== undefined);
}

export function OperationDialog({ operation, task, onClose, onSend }: OperationDialogProps) {
  const t = useText();
  const [users, setUsers] = useState<string[]>([]);
  const [comment, setComment] = useState('');
  const without = useWithout(operation, task);
  const words = comment.trim();
  const ready = (!operation.people || users.length > 0) && (operation.comment !== 'required' || words !== '');
  return (
    <FormDialog
      open
      title={t(operation.label)}
      action={t(operation.label)}
      ready={ready}
      changed={users.length > 0 || words !== ''}
      onClose={onClose}
      onSubmit={() => onSend({ ...(operation.people && { users }), ...(words && { comment: words }) })}
    >
      <Typography sx={{ color: 'text.secondary' }}>{t(operation.hint)}</Typography>
      {operation.people && (
        <PeopleField
          autoFocus
          required
          label={operation.people === 'one' ? t({ zh: '给谁', en: 'To whom' }) : t({ zh: '人员', en: 'People' })}
          most={operation.people === 'one' ? 1 : 50}
          value={users}
          without={without}
          onChange={setUsers}
        />
      )}
      {operation.comment && (
        <TextField
          multiline
          minRows={2}
          maxRows={6}
          autoFocus={!operation.people}
          required={operation.comment === 'required'}
          label={
            operation.comment === 'required'
              ? t({ zh: '意见', en: 'Opinion' })
              : t({ zh: '说明（可不填）', en: 'Note (optional)' })
          }
          value={comment}
          onChange={(event) => setComment(event.target.value)}
        />
      )}
    </FormDialog>
  );
}
