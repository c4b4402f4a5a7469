/** The runs about one record, on its page; nothing where there are none. */
import { Box } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router-dom';
import { Panel, StatusChip, Time } from '@/components';
import { useText } from '@/i18n';
import { api } from '@/providers/http';
import { statusOf } from './labels';
import type { InstanceItem } from './types';

function useRuns(record: string) {
  return useQuery({
    queryKey: ['instances', 'record', record],
    queryFn: () => api.get<{ items: InstanceItem[] }>('/api/instances', { record_id: record, limit: 20 }),
  });
}

export function RecordFlows({ id }: { id: string }) {
  const t = useText();
  const { data } = useRuns(id);
  if (!data?.items.length) return null;
  return (
    <Panel flush title={t({ zh: '流程', en: 'Flows' })}>
      <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0, borderTop: 1, borderColor: 'divider' }}>
        {data.items.map((run) => (
          <Run key={run.id} run={run} />
        ))}
      </Box>
    </Panel>
  );
}

function Run({ run }: { run: InstanceItem }) {
  const t = useText();
  const status = statusOf(run);
  return (
    <Box
      component="li"
      sx={{ px: 2, py: 1, borderBottom: 1, borderColor: 'divider', '&:last-child': { borderBottom: 0 } }}
    >
      <Box sx={{ display: 'flex', gap: 1, alignItems: 'center' }}>
        <Box sx={{ flex: 1, minWidth: 0 }}>
          <Link to={`/instances/${run.id}`}>{t(run.flow_label) || run.flow}</Link>
        </Box>
        <StatusChip color={status.color} label={t(status.label)} dot={run.status === 'running'} />
      </Box>
      <Box sx={{ fontSize: 12.5, color: 'text.secondary' }}>
        <Time value={run.ended_at ?? run.started_at} />
      </Box>
    </Box>
  );
}
