/** Who would get it: the flow as it is drawn now, played on by the server about a real record. Nothing is started. */
import { Alert, Box, Button, Dialog, DialogActions, DialogContent, DialogTitle, Typography } from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import { Users } from 'lucide-react';
import { useId, useState } from 'react';
import type { Content } from '@/build/api';
import { errorText } from '@/components';
import { FieldInput } from '@/fields';
import { useText } from '@/i18n';
import { PredictionSteps } from '@/inbox/NextPeople';
import type { Prediction } from '@/inbox/types';
import { useEntity } from '@/metadata';
import { ApiError, api } from '@/providers/http';
import type { Flow } from '../../types';
import { useDesign } from '../design';

export function WhoWouldGetIt() {
  const t = useText();
  const { flow, document } = useDesign();
  const [open, setOpen] = useState(false);
  return (
    <Box sx={{ borderTop: 1, borderColor: 'divider', mx: -2, px: 2, pt: 1.5 }}>
      <Button variant="outlined" startIcon={<Users size={15} />} onClick={() => setOpen(true)} aria-haspopup="dialog">
        {t({ zh: '谁会收到', en: 'Who would get it' })}
      </Button>
      {open && <PredictionDialog flow={flow} document={document} onClose={() => setOpen(false)} />}
    </Box>
  );
}

/** A drawing with mistakes cannot be played through: which they are. */
function Refused({ error }: { error: unknown }) {
  const t = useText();
  const problems = error instanceof ApiError ? error.problems : [];
  return (
    <Alert severity="error" variant="outlined">
      {errorText(error, t).message}
      {problems.length > 0 && (
        <Box component="ul" sx={{ m: 0, mt: 0.5, pl: 2.5 }}>
          {problems.map((problem, index) => (
            <li key={index}>{t(problem.message)}</li>
          ))}
        </Box>
      )}
    </Alert>
  );
}

interface PredictionDialogProps {
  flow: Flow;
  document: Content;
  onClose: () => void;
}

function PredictionDialog({ flow, document, onClose }: PredictionDialogProps) {
  const t = useText();
  const id = useId();
  const entity = useEntity(flow.entity);
  const [record, setRecord] = useState<string | null>(null);
  const asked = useMutation({
    mutationFn: (record_id: string) =>
      api.post<Prediction>(`/api/flows/${flow.key}/prediction`, { record_id, document }),
  });
  const choose = (value: unknown) => {
    const chosen = typeof value === 'string' ? value : null;
    setRecord(chosen);
    asked.reset();
    if (chosen) asked.mutate(chosen);
  };
  const label = entity?.label ?? { zh: '记录', en: 'Record' };
  return (
    <Dialog open onClose={onClose} aria-labelledby={id} fullWidth maxWidth="sm">
      <DialogTitle id={id}>{t({ zh: '谁会收到', en: 'Who would get it' })}</DialogTitle>
      <DialogContent>
        <Typography variant="body2" sx={{ color: 'text.secondary', mb: 2 }}>
          {t({
            zh: '选一条真实的记录，按现在画的流程推演一遍，假定每个人都同意。不会真的发起。',
            en: 'Choose a real record: the flow as it is drawn now is played through, everybody agreeing. Nothing is started.',
          })}
        </Typography>
        <FieldInput
          field={{ key: 'record', type: 'reference', entity: flow.entity, label }}
          label={t(label)}
          value={record}
          onChange={choose}
        />
        <Box aria-live="polite" sx={{ mt: 2, minHeight: 40 }}>
          {asked.isPending && (
            <Typography color="text.secondary">{t({ zh: '推演中…', en: 'Playing it through…' })}</Typography>
          )}
          {asked.isError && <Refused error={asked.error} />}
          {asked.data && <PredictionSteps prediction={asked.data} />}
        </Box>
      </DialogContent>
      <DialogActions>
        <Button variant="contained" onClick={onClose}>
          {t({ zh: '关闭', en: 'Close' })}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
