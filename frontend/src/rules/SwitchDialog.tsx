/** The kill switch of a rule or of a purpose: turned with a reason, which is kept with who turned it. */
import { Alert, Switch, TextField, Tooltip, Typography } from '@mui/material';
import { useState } from 'react';
import { FormDialog } from '@/components';
import { type Text, useText } from '@/i18n';
import type { SwitchTo } from './api';

const MAX_REASON = 500;

interface SwitchDialogProps {
  /** What is switched. */
  name: string;
  off: boolean;
  /** What becomes of it. */
  consequence: Text;
  onClose: () => void;
  onSwitch: (to: SwitchTo) => Promise<unknown>;
}

export function SwitchDialog({ name, off, consequence, onClose, onSwitch }: SwitchDialogProps) {
  const t = useText();
  const [reason, setReason] = useState('');
  const turning = !off;
  return (
    <FormDialog
      open
      title={t(
        turning
          ? { zh: '关闭“{name}”？', en: 'Switch “{name}” off?' }
          : { zh: '重新打开“{name}”？', en: 'Switch “{name}” on again?' },
        { name },
      )}
      action={t(turning ? { zh: '关闭', en: 'Switch off' } : { zh: '打开', en: 'Switch on' })}
      ready={!turning || reason.trim() !== ''}
      onClose={onClose}
      onSubmit={() => onSwitch({ off: turning, reason: reason.trim() })}
    >
      {turning ? (
        <Alert severity="warning" variant="outlined">
          {t(consequence)}
        </Alert>
      ) : (
        <Typography variant="body2" sx={{ color: 'text.secondary' }}>
          {t({
            zh: '从现在起的事件重新按它判断；关闭期间的不会补上。',
            en: 'It judges events again from now on; what happened meanwhile is not made up for.',
          })}
        </Typography>
      )}
      <TextField
        label={t({ zh: '原因', en: 'Reason' })}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
        required={turning}
        autoFocus
        multiline
        minRows={2}
        helperText={t({ zh: '会和你的名字一起留在记录里。', en: 'Kept in the log with your name.' })}
        slotProps={{ htmlInput: { maxLength: MAX_REASON } }}
      />
    </FormDialog>
  );
}

interface KillSwitchProps extends Omit<SwitchDialogProps, 'onClose'> {
  disabled?: boolean;
  /** Why it was turned, by whom. */
  hint?: string;
}

/** On while it runs; turning it asks first. */
export function KillSwitch({ disabled = false, hint = '', ...dialog }: KillSwitchProps) {
  const t = useText();
  const [asking, setAsking] = useState(false);
  const label = t({ zh: '“{name}”的开关', en: 'Switch of “{name}”' }, { name: dialog.name });
  return (
    <>
      <Tooltip title={hint}>
        <Switch
          size="small"
          checked={!dialog.off}
          disabled={disabled}
          onChange={() => setAsking(true)}
          slotProps={{ input: { 'aria-label': label, role: 'switch' } }}
        />
      </Tooltip>
      {asking && <SwitchDialog {...dialog} onClose={() => setAsking(false)} />}
    </>
  );
}
