/** /instances — runs of flows, newest first, by flow and state. */
import { Box } from '@mui/material';
import { Workflow } from 'lucide-react';
import {
  Choice,
  type Column,
  DataTable,
  EmptyState,
  PagedList,
  PageHeader,
  Panel,
  StatusChip,
  Time,
  useFilter,
} from '@/components';
import { type Text, useText } from '@/i18n';
import { useMetadata } from '@/metadata';
import { useInstances } from './api';
import { useActorName } from './describe';
import { INSTANCE_STATUS, statusOf } from './labels';
import { StartFlowButton } from './StartFlow';
import type { InstanceItem, InstanceStatus } from './types';

const STATUSES: InstanceStatus[] = ['running', 'completed', 'cancelled', 'failed'];

export default function InstancesPage() {
  const t = useText();
  const [filter, change] = useFilter('flow', 'status');
  const query = useInstances(filter);
  return (
    <>
      <PageHeader title={t({ zh: '流程实例', en: 'Instances' })} actions={<StartFlowButton />}>
        <Filters filter={filter} onChange={change} />
      </PageHeader>
      <PagedList
        panels
        query={query}
        more={t({ zh: '更多', en: 'More' })}
        empty={
          <EmptyState
            icon={Workflow}
            title={t({ zh: '没有实例', en: 'No instances' })}
            hint={t({
              zh: '规则触发或手工发起的流程会出现在这里。',
              en: 'Flows started by rules or by hand appear here.',
            })}
          />
        }
      >
        {(items) => (
          <Panel flush>
            <InstanceTable items={items} />
          </Panel>
        )}
      </PagedList>
    </>
  );
}

function InstanceTable({ items }: { items: InstanceItem[] }) {
  const t = useText();
  return (
    <DataTable
      label={t({ zh: '流程实例', en: 'Instances' })}
      rows={items}
      rowKey={(row) => row.id}
      href={(row) => `/instances/${row.id}`}
      columns={useColumns()}
    />
  );
}

function useColumns(): Column<InstanceItem>[] {
  const t = useText();
  const { flows } = useMetadata();
  const actor = useActorName();
  const flowLabel = (row: InstanceItem): Text | string =>
    row.flow_label ?? flows.find(({ key }) => key === row.flow)?.label ?? row.flow;
  return [
    { key: 'title', label: t({ zh: '关于', en: 'About' }), render: (row) => row.title || t(flowLabel(row)) },
    { key: 'flow', label: t({ zh: '流程', en: 'Flow' }), render: (row) => t(flowLabel(row)) },
    {
      key: 'status',
      label: t({ zh: '状态', en: 'Status' }),
      render: (row) => <StatusChip {...statusOf(row)} label={t(statusOf(row).label)} dot={row.status === 'running'} />,
    },
    { key: 'initiator', label: t({ zh: '发起人', en: 'Started by' }), render: (row) => actor(row.initiator) },
    { key: 'started_at', label: t({ zh: '开始', en: 'Started' }), render: (row) => <Time value={row.started_at} /> },
    {
      key: 'ended_at',
      label: t({ zh: '结束', en: 'Ended' }),
      render: (row) => row.ended_at && <Time value={row.ended_at} />,
    },
  ];
}

interface FiltersProps {
  filter: { flow: string; status: string };
  onChange: (key: 'flow' | 'status', value: string) => void;
}

function Filters({ filter, onChange }: FiltersProps) {
  const t = useText();
  const { flows } = useMetadata();
  return (
    <Box sx={{ display: 'flex', gap: 1.5, flexWrap: 'wrap', pt: 0.5 }}>
      <Choice
        label={t({ zh: '流程', en: 'Flow' })}
        value={filter.flow}
        options={flows.map(({ key, label }) => [key, t(label)])}
        onChange={(value) => onChange('flow', value)}
      />
      <Choice
        label={t({ zh: '状态', en: 'Status' })}
        value={filter.status}
        options={STATUSES.map((key) => [key, t(INSTANCE_STATUS[key].label)])}
        onChange={(value) => onChange('status', value)}
      />
    </Box>
  );
}
