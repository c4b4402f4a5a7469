/** Starting a flow by hand: which one, and about which record. */
import { Button, Dialog, DialogActions, DialogContent, DialogTitle, MenuItem, Stack, TextField } from '@mui/material';
import { Play } from 'lucide-react';
import { useId, useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { ErrorLine } from '@/components';
import { FieldInput } from '@/fields';
import { useText } from '@/i18n';
import { type FlowSummary, useEntity } from '@/metadata';
import { useStartable } from './api';
import { useStarting } from './useStarting';

export function StartFlowButton() {
  const t = useText();
  const [open, setOpen] = useState(false);
  const flows = useStartable();
  if (flows.length === 0) return null;
  return (
    <>
      <Button variant="contained" startIcon={<Play size={15} />} onClick={() => setOpen(true)} aria-haspopup="dialog">
        {t({ zh: '发起流程', en: 'Start a flow' })}
      </Button>
      {open && <StartFlowDialog flows={flows} onClose={() => setOpen(false)} />}
    </>
  );
}

export function StartFlowDialog({ flows, onClose }: { flows: FlowSummary[]; onClose: () => void }) {
  const t = useText();
  const titleId = useId();
  const navigate = useNavigate();
  const start = useStarting((id) => void navigate(`/instances/${id}`));
  const [key, setKey] = useState(flows[0]?.key ?? '');
  const [record, setRecord] = useState<string | null>(null);
  const flow = flows.find((one) => one.key === key);
  const entity = useEntity(flow?.entity);
  const label = entity?.label ?? { zh: '记录', en: 'Record' };
  return (
    <Dialog open onClose={onClose} maxWidth="xs" fullWidth aria-labelledby={titleId}>
      <DialogTitle id={titleId} sx={{ pb: 1 }}>
        {t({ zh: '发起流程', en: 'Start a flow' })}
      </DialogTitle>
      <DialogContent>
        <Stack spacing={2} sx={{ pt: 1 }}>
          <TextField
            select
            id={`${titleId}-flow`}
            label={t({ zh: '流程', en: 'Flow' })}
            value={key}
            onChange={(event) => {
              setKey(event.target.value);
              setRecord(null);
            }}
          >
            {flows.map((one) => (
              <MenuItem key={one.key} value={one.key}>
                {t(one.label)}
              </MenuItem>
            ))}
          </TextField>
          {flow && (
            <FieldInput
              key={flow.entity}
              field={{ key: 'record', type: 'reference', label, entity: flow.entity }}
              value={record}
              required
              help={t({ zh: '这个流程要处理哪一条', en: 'Which one the flow is about' })}
              onChange={(value) => setRecord(value as string | null)}
            />
          )}
          <ErrorLine error={start.error} />
        </Stack>
      </DialogContent>
      <DialogActions>
        <Button variant="outlined" onClick={onClose}>
          {t({ zh: '取消', en: 'Cancel' })}
        </Button>
        <Button
          variant="contained"
          loading={start.pending}
          disabled={!key || !record}
          onClick={() => start.begin(key, record)}
        >
          {t({ zh: '发起', en: 'Start' })}
        </Button>
      </DialogActions>
      {start.dialog}
    </Dialog>
  );
}
