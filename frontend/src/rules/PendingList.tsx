/** What rules will still do: ends of absences, later steps, further tries; each may be cancelled. */
import { Button, Link as MuiLink } from '@mui/material';
import { Hourglass } from 'lucide-react';
import { Link } from 'react-router-dom';
import {
  type Column,
  DataTable,
  EmptyState,
  PagedList,
  StatusChip,
  Time,
  useConfirm,
  useFormat,
  useSayError,
} from '@/components';
import { useText } from '@/i18n';
import { type PendingItem, rulePath, useCancelPending, usePending } from './api';
import { PENDING } from './labels';

export function PendingList({ rule }: { rule?: string }) {
  const t = useText();
  return (
    <PagedList
      dense
      more={t({ zh: '更多', en: 'More' })}
      query={usePending(rule ? { rule } : {})}
      empty={
        <EmptyState
          dense={rule !== undefined}
          icon={Hourglass}
          title={t({ zh: '没有待执行的', en: 'Nothing is pending' })}
          hint={t({
            zh: '“到期未发生”的期限、“等待”之后的步骤和失败后的重试会列在这里。',
            en: 'Deadlines of absences, steps after a wait and further tries are listed here.',
          })}
        />
      }
    >
      {(items) => <Rows items={items} named={!rule} />}
    </PagedList>
  );
}

function Rows({ items, named }: { items: PendingItem[]; named: boolean }) {
  const t = useText();
  const columns: Column<PendingItem>[] = [
    { key: 'due', label: t({ zh: '到期', en: 'Due' }), render: ({ due_at }) => <Time value={due_at} /> },
    { key: 'kind', label: t({ zh: '种类', en: 'Kind' }), render: (item) => <Kind item={item} /> },
    ...(named ? [{ key: 'rule', label: t({ zh: '规则', en: 'Rule' }), heading: true, render: RuleLink }] : []),
    { key: 'person', label: t({ zh: '客户', en: 'Person' }), render: (item) => <Person item={item} /> },
    { key: 'place', label: t({ zh: '位置', en: 'Place' }), render: ({ place }) => place && <code>{place}</code> },
    {
      key: 'actions',
      label: t({ zh: '操作', en: 'Actions' }),
      align: 'right',
      render: (item) => <Cancel item={item} />,
    },
  ];
  return (
    <DataTable label={t({ zh: '待执行', en: 'Pending' })} rows={items} rowKey={({ id }) => id} columns={columns} />
  );
}

function RuleLink(item: PendingItem) {
  return <RuleName item={item} />;
}

function RuleName({ item }: { item: PendingItem }) {
  const t = useText();
  return (
    <MuiLink component={Link} to={rulePath(item.rule, 'pending')} underline="hover">
      {t(item.label)}
    </MuiLink>
  );
}

function Kind({ item }: { item: PendingItem }) {
  const t = useText();
  const { label, color } = PENDING[item.kind];
  const said =
    item.attempts > 0
      ? t({ zh: '{label}（第 {n} 次）', en: '{label} ({n})' }, { label: t(label), n: item.attempts })
      : t(label);
  return <StatusChip label={said} color={color} />;
}

function Person({ item }: { item: PendingItem }) {
  const t = useText();
  if (!item.person_id) return null;
  return (
    <MuiLink component={Link} to={`/people/${item.person_id}`} underline="hover" sx={{ color: 'text.primary' }}>
      {item.person_name ?? t({ zh: '客户', en: 'Person' })}
    </MuiLink>
  );
}

function Cancel({ item }: { item: PendingItem }) {
  const t = useText();
  const format = useFormat();
  const confirm = useConfirm();
  const say = useSayError();
  const cancel = useCancelPending();
  const run = async () => {
    const sure = await confirm({
      title: t({ zh: '取消这一项？', en: 'Cancel this?' }),
      body: t(
        { zh: '“{rule}”将不再在 {at} 执行它。', en: '“{rule}” will not do it at {at}.' },
        { rule: t(item.label), at: format.dateTime(item.due_at) },
      ),
      action: t({ zh: '取消执行', en: 'Do not do it' }),
      destructive: true,
    });
    if (sure) cancel.mutate(item.id, { onError: say });
  };
  return (
    <Button onClick={run} loading={cancel.isPending} sx={{ my: -0.5, px: { xs: 0, sm: 1.5 }, minWidth: 0 }}>
      {t({ zh: '取消', en: 'Cancel' })}
    </Button>
  );
}
