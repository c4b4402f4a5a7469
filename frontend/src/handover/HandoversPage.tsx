/** /handovers — everything somebody leaves behind goes to somebody else: looked at first, then done. */
import { Box, Button, Checkbox, FormControlLabel, Typography } from '@mui/material';
import { Handshake, Plus } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { useUsers } from '@/admin/api';
import {
  type Column,
  DataTable,
  EmptyState,
  FormDialog,
  PagedList,
  PageHeader,
  Panel,
  PeopleField,
  StatusChip,
  Time,
} from '@/components';
import { useText } from '@/i18n';
import { type Handover, type Part, preview, useHandoverOrder, useHandovers } from './api';
import { PARTS, STATUS } from './words';

export default function HandoversPage() {
  const t = useText();
  const [open, setOpen] = useState(false);
  const columns = useColumns();
  const make = (
    <Button variant="contained" startIcon={<Plus size={16} />} onClick={() => setOpen(true)}>
      {t({ zh: '新建交接', en: 'New hand-over' })}
    </Button>
  );
  return (
    <>
      <PageHeader
        title={t({ zh: '工作交接', en: 'Hand-over' })}
        subtitle={t({
          zh: '有人离职或调岗时，把他手上的一切交给别人：先看清单，再执行，还能撤回。',
          en: 'When somebody leaves or moves, all that they hold goes to somebody else: looked at first, then done; it can be undone.',
        })}
        actions={make}
      />
      <PagedList
        panels
        query={useHandovers()}
        empty={
          <EmptyState
            icon={Handshake}
            title={t({ zh: '还没有交接', en: 'No hand-overs yet' })}
            hint={t({
              zh: '新建交接只列出会改什么，不会马上改。',
              en: 'A new one only lists what would change; nothing changes yet.',
            })}
          />
        }
      >
        {(items) => (
          <Panel flush>
            <DataTable
              label={t({ zh: '工作交接', en: 'Hand-over' })}
              rows={items}
              rowKey={({ id }) => id}
              href={({ id }) => `/handovers/${id}`}
              columns={columns}
            />
          </Panel>
        )}
      </PagedList>
      {open && <NewDialog onClose={() => setOpen(false)} />}
    </>
  );
}

function useColumns(): Column<Handover>[] {
  const t = useText();
  return [
    { key: 'from', label: t({ zh: '谁的', en: 'From' }), render: ({ from }) => from.name },
    { key: 'to', label: t({ zh: '交给', en: 'To' }), render: ({ to }) => to.name },
    {
      key: 'parts',
      label: t({ zh: '哪些', en: 'What' }),
      render: ({ parts }) => parts.map((part) => t(PARTS[part].label)).join(t({ zh: '、', en: ', ' })),
    },
    {
      key: 'status',
      label: t({ zh: '状态', en: 'State' }),
      render: ({ status }) => (
        <StatusChip {...STATUS[status]} label={t(STATUS[status].label)} dot={status === 'running'} />
      ),
    },
    {
      key: 'failed',
      label: t({ zh: '没成功', en: 'Failed' }),
      align: 'right',
      render: ({ counts }) => counts.failed || '',
    },
    { key: 'at', label: t({ zh: '新建于', en: 'Made' }), render: ({ created_at }) => <Time value={created_at} /> },
  ];
}

const ALL = Object.keys(PARTS) as Part[];

/** Also those who cannot sign in any more: mostly it is about them. */
function useEverybody() {
  const t = useText();
  const { data } = useUsers();
  return useMemo(
    () =>
      (data ?? []).map(({ id, name, active }) => ({
        id,
        name: active ? name : t({ zh: '{name}（已停用）', en: '{name} (disabled)' }, { name }),
      })),
    [data, t],
  );
}

function NewDialog({ onClose }: { onClose: () => void }) {
  const t = useText();
  const navigate = useNavigate();
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [parts, setParts] = useState<readonly Part[]>(ALL);
  const everybody = useEverybody();
  const order = useHandoverOrder(preview);
  const submit = async () => {
    const made = await order.mutateAsync({ from_user: from, to_user: to, parts: [...parts] });
    navigate(`/handovers/${made.id}`);
  };
  const toggle = (part: Part) => setParts(ALL.filter((each) => (each === part) !== parts.includes(each)));
  return (
    <FormDialog
      open
      title={t({ zh: '新建交接', en: 'New hand-over' })}
      action={t({ zh: '列出清单', en: 'List what would change' })}
      ready={from !== '' && to !== '' && parts.length > 0}
      onClose={onClose}
      onSubmit={submit}
    >
      <PeopleField
        label={t({ zh: '谁的工作', en: 'Whose work' })}
        value={from ? [from] : []}
        onChange={([id]) => setFrom(id ?? '')}
        most={1}
        only={everybody}
        without={to ? [to] : []}
        required
        autoFocus
      />
      <PeopleField
        label={t({ zh: '交给谁', en: 'To whom' })}
        value={to ? [to] : []}
        onChange={([id]) => setTo(id ?? '')}
        most={1}
        without={from ? [from] : []}
        required
      />
      <Box role="group" aria-label={t({ zh: '交接哪些', en: 'What is handed over' })}>
        {ALL.map((part) => (
          <FormControlLabel
            key={part}
            sx={{ display: 'flex', alignItems: 'flex-start', mb: 0.5 }}
            control={
              <Checkbox size="small" sx={{ py: 0.25 }} checked={parts.includes(part)} onChange={() => toggle(part)} />
            }
            label={
              <span>
                {t(PARTS[part].label)}
                <Typography variant="caption" component="span" sx={{ display: 'block', color: 'text.secondary' }}>
                  {t(PARTS[part].help)}
                </Typography>
              </span>
            }
          />
        ))}
      </Box>
    </FormDialog>
  );
}
