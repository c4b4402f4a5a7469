/** /instances — runs of flows, newest first, by flow and state. */
import { Box, Button, MenuItem, TextField } from '@mui/material';
import { Workflow } from 'lucide-react';
import { useId } from 'react';
import { useSearchParams } from 'react-router-dom';
import {
  type Column,
  DataTable,
  EmptyState,
  ErrorState,
  ListSkeleton,
  PageHeader,
  Panel,
  StatusChip,
  Time,
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
  const [params, setParams] = useSearchParams();
  const filter = { flow: params.get('flow') ?? '', status: (params.get('status') ?? '') as InstanceStatus | '' };
  const query = useInstances(filter);
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  const change = (key: string, value: string) => {
    const next = new URLSearchParams(params);
    if (value) next.set(key, value);
    else next.delete(key);
    setParams(next, { replace: true });
  };
  return (
    <>
      <PageHeader title={t({ zh: '流程实例', en: 'Instances' })} actions={<StartFlowButton />}>
        <Filters filter={filter} onChange={change} />
      </PageHeader>
      <Panel flush>
        {query.error && !query.data ? (
          <ErrorState error={query.error} retry={() => void query.refetch()} />
        ) : !query.data ? (
          <ListSkeleton />
        ) : items.length === 0 ? (
          <EmptyState
            icon={Workflow}
            title={t({ zh: '没有实例', en: 'No instances' })}
            hint={t({
              zh: '规则触发或手工发起的流程会出现在这里。',
              en: 'Flows started by rules or by hand appear here.',
            })}
          />
        ) : (
          <InstanceTable items={items} />
        )}
      </Panel>
      {query.hasNextPage && (
        <Box sx={{ pt: 2, textAlign: 'center' }}>
          <Button variant="outlined" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t({ zh: '更多', en: 'More' })}
          </Button>
        </Box>
      )}
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
    { key: 'title', label: t({ zh: '关于', en: 'About' }), render: (row) => row.title || row.id.slice(0, 8) },
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
  onChange: (key: string, value: string) => void;
}

function Filters({ filter, onChange }: FiltersProps) {
  const t = useText();
  const { flows } = useMetadata();
  const all = t({ zh: '全部', en: 'All' });
  const flowOptions = flows.map(({ key, label }) => ({ key, label: t(label) }));
  const statusOptions = STATUSES.map((key) => ({ key, label: t(INSTANCE_STATUS[key].label) }));
  return (
    <Box sx={{ display: 'flex', gap: 1.5, flexWrap: 'wrap', pt: 0.5 }}>
      <Choice
        label={t({ zh: '流程', en: 'Flow' })}
        all={all}
        value={filter.flow}
        options={flowOptions}
        onChange={(value) => onChange('flow', value)}
      />
      <Choice
        label={t({ zh: '状态', en: 'Status' })}
        all={all}
        value={filter.status}
        options={statusOptions}
        onChange={(value) => onChange('status', value)}
      />
    </Box>
  );
}

interface ChoiceProps {
  label: string;
  all: string;
  value: string;
  options: { key: string; label: string }[];
  onChange: (value: string) => void;
}

function Choice({ label, all, value, options, onChange }: ChoiceProps) {
  const id = useId();
  return (
    <TextField
      select
      id={id}
      label={label}
      value={options.some(({ key }) => key === value) ? value : ''}
      onChange={(event) => onChange(event.target.value)}
      sx={{ minWidth: 150, flex: { xs: 1, sm: 'none' } }}
      slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
    >
      <MenuItem value="">{all}</MenuItem>
      {options.map((option) => (
        <MenuItem key={option.key} value={option.key}>
          {option.label}
        </MenuItem>
      ))}
    </TextField>
  );
}
