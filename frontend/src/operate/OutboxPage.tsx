/** /operate/outbox — effects outside the database: what waits, what was done, what failed and may be tried again. */
import { Button, Dialog, DialogActions, DialogContent, DialogTitle, Stack, Tab, Tabs } from '@mui/material';
import { RotateCw, Send } from 'lucide-react';
import { useId, useState } from 'react';
import { Link } from 'react-router-dom';
import {
  type Column,
  DataTable,
  EmptyState,
  PagedList,
  PageHeader,
  Panel,
  StatusChip,
  Time,
  useFilter,
  useSayError,
} from '@/components';
import { type Text, useText } from '@/i18n';
import type { ToneName } from '@/theme';
import { type OutboxItem, type OutboxStatus, useOutbox, useRetry } from './api';
import { Facts } from './Facts';

const STATUS: Record<OutboxStatus, { label: Text; color: ToneName }> = {
  pending: { label: { zh: '等待中', en: 'Waiting' }, color: 'orange' },
  done: { label: { zh: '已完成', en: 'Done' }, color: 'green' },
  failed: { label: { zh: '失败', en: 'Failed' }, color: 'red' },
  cancelled: { label: { zh: '已取消', en: 'Cancelled' }, color: 'grey' },
};

/** Kinds of effects, as the worker's handlers name them. */
const KINDS: Record<string, Text> = {
  start_flow: { zh: '启动流程', en: 'Start a flow' },
  complete_task: { zh: '完成任务', en: 'Complete a task' },
  signal_flow: { zh: '通知流程', en: 'Signal a flow' },
  decide_task: { zh: '代为处理任务', en: 'Decide a task' },
  send_message: { zh: '发送消息', en: 'Send a message' },
};

export default function OutboxPage() {
  const t = useText();
  const [{ status }, change] = useFilter('status');
  const query = useOutbox(status);
  const counts = query.data?.pages[0]?.counts;
  return (
    <>
      <PageHeader
        title={t({ zh: '发件箱', en: 'Outbox' })}
        subtitle={t({
          zh: '对外的每个动作先写在这里，再执行一次；失败会自动重试，十次后停下等人处理；启动流程会一直重试。',
          en: 'Every effect outside the database is written here first and done once; failures are retried ten times, starts of flows for ever.',
        })}
        actions={
          <Button component={Link} to="/instances?status=failed" variant="outlined">
            {t({ zh: '失败的流程实例', en: 'Failed instances' })}
          </Button>
        }
      >
        <Tabs
          value={status in STATUS ? status : ''}
          onChange={(_, value: string) => change('status', value)}
          aria-label={t({ zh: '状态', en: 'Status' })}
          variant="scrollable"
          scrollButtons={false}
        >
          <Tab value="" label={t({ zh: '全部', en: 'All' })} />
          {Object.entries(STATUS).map(([key, { label }]) => (
            <Tab key={key} value={key} label={`${t(label)} ${counts?.[key as OutboxStatus] ?? ''}`} />
          ))}
        </Tabs>
      </PageHeader>
      <Panel flush>
        <PagedList
          query={query}
          empty={
            <EmptyState
              icon={Send}
              title={t({ zh: '这里是空的', en: 'Nothing here' })}
              hint={t({
                zh: '规则和流程要发消息、启动流程时，会先出现在这里。',
                en: 'What rules and flows send or start appears here first.',
              })}
            />
          }
        >
          {(items) => <Effects items={items} />}
        </PagedList>
      </Panel>
    </>
  );
}

/** A message's own words; of anything else, its key. */
function aboutOf({ payload, key }: OutboxItem) {
  const { recipient, text } = payload;
  if (typeof text !== 'string') return <code>{key}</code>;
  return typeof recipient === 'string' ? `${recipient}: ${text}` : text;
}

function Effects({ items }: { items: OutboxItem[] }) {
  const t = useText();
  const [shown, setShown] = useState<OutboxItem | null>(null);
  const columns: Column<OutboxItem>[] = [
    { key: 'kind', label: t({ zh: '动作', en: 'Effect' }), render: (item) => t(KINDS[item.kind] ?? item.kind) },
    { key: 'about', label: t({ zh: '内容', en: 'About' }), render: aboutOf },
    {
      key: 'status',
      label: t({ zh: '状态', en: 'Status' }),
      render: ({ status }) => <StatusChip label={t(STATUS[status].label)} color={STATUS[status].color} />,
    },
    { key: 'created', label: t({ zh: '提出', en: 'Asked' }), render: (item) => <Time value={item.created_at} /> },
    { key: 'next', label: t({ zh: '执行', en: 'Done' }), render: (item) => <When item={item} /> },
    { key: 'attempts', label: t({ zh: '次数', en: 'Tries' }), align: 'right', render: (item) => item.attempts },
    { key: 'error', label: t({ zh: '错误', en: 'Error' }), wrap: true, render: (item) => item.last_error },
    {
      key: 'actions',
      label: t({ zh: '操作', en: 'Actions' }),
      align: 'right',
      render: (item) => (
        <Stack direction="row" component="span" sx={{ gap: 0.5, justifyContent: { sm: 'flex-end' } }}>
          {item.status === 'failed' && <Retry item={item} />}
          <Button onClick={() => setShown(item)} sx={{ my: -0.5, px: { xs: 0, sm: 1.5 }, minWidth: 0 }}>
            {t({ zh: '详情', en: 'Details' })}
          </Button>
        </Stack>
      ),
    },
  ];
  return (
    <>
      <DataTable label={t({ zh: '发件箱', en: 'Outbox' })} rows={items} rowKey={(item) => item.id} columns={columns} />
      {shown && <Details item={shown} onClose={() => setShown(null)} />}
    </>
  );
}

function When({ item }: { item: OutboxItem }) {
  const t = useText();
  if (item.status === 'done') return <Time value={item.done_at} />;
  if (item.status === 'failed') return null;
  return (
    <>
      {t({ zh: '下次', en: 'next' })} <Time value={item.next_attempt_at} />
    </>
  );
}

function Retry({ item }: { item: OutboxItem }) {
  const t = useText();
  const say = useSayError();
  const retry = useRetry();
  return (
    <Button
      variant="outlined"
      startIcon={<RotateCw size={14} />}
      loading={retry.isPending}
      onClick={() => retry.mutate(item.id, { onError: say })}
    >
      {t({ zh: '重试', en: 'Try again' })}
    </Button>
  );
}

function Details({ item, onClose }: { item: OutboxItem; onClose: () => void }) {
  const t = useText();
  const id = useId();
  const facts: [Text, Record<string, unknown>][] = [
    [{ zh: '内容', en: 'Payload' }, item.payload],
    [{ zh: '结果', en: 'Result' }, item.result ?? {}],
    [
      { zh: '来历', en: 'Origin' },
      { key: item.key, id: item.id, event: item.event_id },
    ],
  ];
  const { instance } = item.payload;
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="sm" aria-labelledby={id}>
      <DialogTitle id={id}>{t(KINDS[item.kind] ?? item.kind)}</DialogTitle>
      <DialogContent>
        <Stack spacing={2}>
          {facts
            .filter(([, values]) => Object.keys(values).length > 0)
            .map(([label, values]) => (
              <Panel key={label.en} title={t(label)}>
                <Facts of={values} label={t(label)} />
              </Panel>
            ))}
        </Stack>
      </DialogContent>
      <DialogActions>
        {typeof instance === 'string' && (
          <Button component={Link} to={`/instances/${instance}`} variant="outlined">
            {t({ zh: '打开流程实例', en: 'Open the instance' })}
          </Button>
        )}
        <Button variant="contained" onClick={onClose}>
          {t({ zh: '关闭', en: 'Close' })}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
