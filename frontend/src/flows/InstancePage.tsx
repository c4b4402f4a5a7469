/** /instances/:id — one run: the drawing with live tokens, its tasks, what happened, and its variables. */
import { Alert, Box, Stack } from '@mui/material';
import { Link, useParams } from 'react-router-dom';
import { ErrorState, PageHeader, PageSkeleton, Panel, StatusChip, Time } from '@/components';
import { useText } from '@/i18n';
import { useEntity } from '@/metadata';
import { useRights } from '@/providers/me';
import { recordPath } from '@/records/paths';
import { useInstance } from './api';
import { Drawing, DrawingSwitch, useDrawingMode } from './Drawing';
import { useActorName } from './describe';
import { HistoryList } from './HistoryList';
import { InstanceTasks } from './InstanceTasks';
import { statusOf } from './labels';
import { progressOf } from './progress';
import type { Instance } from './types';
import { Variables } from './Variables';

export default function InstancePage() {
  const { id = '' } = useParams();
  const { data, error, refetch } = useInstance(id);
  if (error && !data) return <ErrorState error={error} retry={() => void refetch()} />;
  if (!data) return <PageSkeleton />;
  return <InstanceView instance={data} />;
}

function InstanceView({ instance }: { instance: Instance }) {
  const t = useText();
  const [mode, setMode] = useDrawingMode();
  const status = statusOf(instance);
  return (
    <>
      <PageHeader
        title={instance.title || t(instance.definition.label)}
        status={<StatusChip color={status.color} label={t(status.label)} dot={instance.status === 'running'} />}
        subtitle={<Subtitle instance={instance} />}
        back="/instances"
      />
      <Stack spacing={2}>
        <Incident instance={instance} />
        <Panel
          flush
          title={t({ zh: '走到哪里', en: 'Where it is' })}
          actions={<DrawingSwitch mode={mode} onMode={setMode} />}
        >
          <Drawing flow={instance.definition} progress={progressOf(instance)} mode={mode} height={400} />
        </Panel>
        <Box
          sx={{
            display: 'grid',
            gap: 2,
            alignItems: 'start',
            gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'repeat(2, minmax(0, 1fr))' },
          }}
        >
          <Stack spacing={2}>
            <InstanceTasks instance={instance} />
            <Variables instance={instance} />
          </Stack>
          <Panel title={t({ zh: '经过', en: 'History' })}>
            <HistoryList instance={instance} />
          </Panel>
        </Box>
      </Stack>
    </>
  );
}

function Subtitle({ instance }: { instance: Instance }) {
  const t = useText();
  const actor = useActorName();
  const entity = useEntity(instance.entity);
  const rights = useRights(instance.entity ?? '');
  return (
    <Box sx={{ display: 'flex', gap: '2px 14px', flexWrap: 'wrap', alignItems: 'baseline' }}>
      <span>{t(instance.definition.label)}</span>
      <span>{t({ zh: '由 {name} 发起', en: 'Started by {name}' }, { name: actor(instance.initiator) })}</span>
      <Time value={instance.started_at} />
      {instance.entity && instance.record_id && rights.read && (
        <Link to={recordPath(instance.entity, instance.record_id)}>
          {t({ zh: '打开{entity}', en: 'Open the {entity}' }, { entity: t(entity?.label).toLowerCase() })}
        </Link>
      )}
    </Box>
  );
}

function Incident({ instance }: { instance: Instance }) {
  const t = useText();
  if (!instance.incident) return null;
  return (
    <Alert severity="error" variant="outlined">
      {incidentText(instance.incident, t)}
    </Alert>
  );
}

/** An incident is text, or an object with a message in one or both languages. */
function incidentText(incident: unknown, t: ReturnType<typeof useText>): string {
  if (typeof incident === 'string') return incident;
  const message =
    (incident as { message?: unknown; reason?: unknown }).message ?? (incident as { reason?: unknown }).reason;
  return t((message ?? JSON.stringify(incident)) as string);
}
