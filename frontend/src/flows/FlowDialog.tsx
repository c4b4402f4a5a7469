/** The drawn flow of an instance, one tap away from its task. */
import { Box, Dialog, DialogContent, IconButton, Typography, useMediaQuery } from '@mui/material';
import type { Theme } from '@mui/material/styles';
import { X } from 'lucide-react';
import { useId } from 'react';
import { Link } from 'react-router-dom';
import { Loaded, PageSkeleton, StatusChip } from '@/components';
import { useText } from '@/i18n';
import { useInstance } from './api';
import { Drawing, DrawingSwitch, useDrawingMode } from './Drawing';
import { statusOf } from './labels';
import { progressOf } from './progress';

export function FlowDialog({ instanceId, onClose }: { instanceId: string; onClose: () => void }) {
  const t = useText();
  const id = useId();
  const phone = useMediaQuery((theme: Theme) => theme.breakpoints.down('sm'));
  const [mode, setMode] = useDrawingMode();
  const query = useInstance(instanceId);
  const { data } = query;
  const skeleton = (
    <Box sx={{ p: 3 }}>
      <PageSkeleton />
    </Box>
  );
  return (
    <Dialog
      open
      onClose={onClose}
      fullScreen={phone}
      maxWidth="lg"
      fullWidth
      aria-labelledby={id}
      slotProps={{ paper: { sx: phone ? { borderRadius: 0, border: 0 } : {} } }}
    >
      <Box
        sx={{
          display: 'flex',
          alignItems: 'center',
          gap: 1,
          px: 2,
          py: 1.25,
          borderBottom: 1,
          borderColor: 'divider',
          flexWrap: 'wrap',
        }}
      >
        <Typography id={id} variant="h3" component="h2" sx={{ minWidth: 0 }}>
          {data ? t(data.definition.label) : t({ zh: '流程', en: 'Flow' })}
        </Typography>
        {data && <StatusChip {...statusOf(data)} label={t(statusOf(data).label)} />}
        <Box sx={{ flex: 1 }} />
        <DrawingSwitch mode={mode} onMode={setMode} />
        <IconButton aria-label={t({ zh: '关闭', en: 'Close' })} onClick={onClose}>
          <X size={18} />
        </IconButton>
      </Box>
      <DialogContent sx={{ p: 0, minHeight: 320 }}>
        <Loaded dense query={query} skeleton={skeleton}>
          {(instance) => (
            <>
              <Drawing
                flow={instance.definition}
                progress={progressOf(instance)}
                mode={mode}
                height="min(62vh, 560px)"
              />
              <Box sx={{ px: 2, py: 1.25, borderTop: 1, borderColor: 'divider' }}>
                <Link to={`/instances/${instance.id}`}>{t({ zh: '打开实例页', en: 'Open the instance' })}</Link>
              </Box>
            </>
          )}
        </Loaded>
      </DialogContent>
    </Dialog>
  );
}
