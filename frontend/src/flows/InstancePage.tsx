/** /instances/:id — one run: the drawing with live tokens, its tasks, what happened, and its variables. */
import { Alert, Box, Stack } from '@mui/material';
import { Link, useParams } from 'react-router-dom';
import { Loaded, PageHeader, PageSkeleton, Panel, StatusChip, Time } from '@/components';
import { useText } from '@/i18n';
import { useEntity } from '@/metadata';
import { useRights } from '@/providers/me';
import { recordPath } from '@/records/paths';
import { useInstance } from './api';
import { Drawing, DrawingSwitch, useDrawingMode } from './Drawing';
import { useActorName } from './describe';
import { HistoryList } from './HistoryList';
import { InstanceActions } from './InstanceActions';
import { InstanceAttachments } from './InstanceAttachments';
import { InstanceTasks } from './InstanceTasks';
import { useIncidentNames } from './incidentNames';
import { statusOf, wantsLooking } from './labels';
import { progressOf } from './progress';
import { Relatives } from './Relatives';
import type { Incident, Instance } from './types';
import { Variables } from './Variables';
import { WaitingList } from './WaitingList';

export default function InstancePage() {
  const { id = '' } = useParams();
  return (
    <Loaded query={useInstance(id)} skeleton={<PageSkeleton />}>
      {(instance) => <InstanceView instance={instance} />}
    </Loaded>
  );
}

function InstanceView({ instance }: { instance: Instance }) {
  const t = useText();
  const [mode, setMode] = useDrawingMode();
  const status = statusOf(instance);
  return (
    <>
      <PageHeader
        title={instance.title || t(instance.definition.label)}
        status={
          <>
            <StatusChip color={status.color} label={t(status.label)} dot={instance.status === 'running'} />
            {wantsLooking(instance) && instance.status === 'running' && (
              <StatusChip color="orange" label={t({ zh: '要留意', en: 'Needs attention' })} />
            )}
            {instance.voided_at && <StatusChip color="red" label={t({ zh: '已作废', en: 'Void' })} />}
            {instance.suspended && <StatusChip color="orange" label={t({ zh: '已暂停', en: 'Suspended' })} />}
          </>
        }
        subtitle={<Subtitle instance={instance} />}
        actions={<InstanceActions instance={instance} />}
        back="/instances"
      />
      <Stack spacing={2}>
        <Incidents instance={instance} />
        <Panel
          flush
          title={t({ zh: '走到哪里', en: 'Where it is' })}
          actions={<DrawingSwitch mode={mode} onMode={setMode} />}
        >
          <Drawing flow={instance.definition} progress={progressOf(instance)} mode={mode} />
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
            <WaitingList instance={instance} />
            <InstanceTasks instance={instance} />
            <InstanceAttachments instance={instance} />
            <Relatives instance={instance} />
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
      {instance.reopened_from && (
        <Link to={`/instances/${instance.reopened_from}`}>
          {t({ zh: '接着之前的流程', en: 'Goes on from an earlier run' })}
        </Link>
      )}
      {instance.reopened_as && (
        <Link to={`/instances/${instance.reopened_as}`}>
          {t({ zh: '已重新打开，去看新的', en: 'Begun again: see the new run' })}
        </Link>
      )}
      {instance.entity && instance.record_id && rights.read && (
        <Link to={recordPath(instance.entity, instance.record_id)}>
          {t({ zh: '打开{entity}', en: 'Open the {entity}' }, { entity: t(entity?.label).toLowerCase() })}
        </Link>
      )}
    </Box>
  );
}

function Incidents({ instance }: { instance: Instance }) {
  const t = useText();
  const say = useIncidentNames(instance.definition);
  const { incident } = instance;
  return (
    <>
      {instance.voided_at && (
        <Alert severity="error" variant="outlined">
          {t({ zh: '这个结果已作废', en: 'The result has been declared void' })}
          {instance.void_reason && t({ zh: '：{reason}', en: ': {reason}' }, { reason: instance.void_reason })}
        </Alert>
      )}
      {distinct(incident ? (incident.all ?? [incident]) : []).map(({ one, times }, index) => (
        <Alert key={index} severity={one.blocking === false ? 'warning' : 'error'} variant="outlined">
          {say(one)}
          {times > 1 && t({ zh: '（共 {times} 份）', en: ' ({times} times)' }, { times })}
        </Alert>
      ))}
    </>
  );
}

/** The same of several instances of one step is told once. */
function distinct(all: Incident[]): { one: Incident; times: number }[] {
  const found = new Map<string, { one: Incident; times: number }>();
  for (const one of all) {
    const key = JSON.stringify([one.node_id, one.code, one.code === 'nobody_found' ? null : one.detail]);
    found.set(key, { one, times: (found.get(key)?.times ?? 0) + 1 });
  }
  return [...found.values()];
}
