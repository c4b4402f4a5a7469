/** Keys for programs: made once, shown once, revoked at once. */
import { Alert, Box, Button, FormControlLabel, Paper, Switch, TextField } from '@mui/material';
import { KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import {
  type Column,
  DataTable,
  EmptyState,
  ErrorState,
  FormDialog,
  ListSkeleton,
  PageHeader,
  StatusChip,
  Time,
  useConfirm,
} from '@/components';
import { useText } from '@/i18n';
import { api } from '@/providers/http';
import { monospace } from '@/theme';
import { type ApiKey, useApiKeys, useChange, useRoles, useUsers } from './api';
import { PickRoles } from './inputs';

type NewKey = { name: string; roles: string[]; tasks: boolean };

export default function ApiKeysPage() {
  const t = useText();
  const keys = useApiKeys();
  const [open, setOpen] = useState(false);
  const [token, setToken] = useState<string | null>(null);
  const columns = useKeyColumns();
  if (keys.error) return <ErrorState error={keys.error} retry={() => keys.refetch()} />;
  const make = (
    <Button variant="contained" startIcon={<Plus size={16} />} onClick={() => setOpen(true)}>
      {t({ zh: '新建密钥', en: 'New key' })}
    </Button>
  );
  return (
    <>
      <PageHeader title={t({ zh: 'API 密钥', en: 'API keys' })} actions={make} />
      {token && <Token token={token} onClose={() => setToken(null)} />}
      <Paper variant="outlined" sx={{ overflow: 'hidden' }}>
        {keys.isPending && <ListSkeleton rows={3} />}
        {keys.data?.length === 0 && (
          <EmptyState
            icon={KeyRound}
            title={t({ zh: '还没有密钥', en: 'No keys yet' })}
            hint={t({
              zh: '程序用密钥调用 REST 和 GraphQL，权限不超过所选角色。',
              en: 'Programs call REST and GraphQL with a key, limited to the roles you choose.',
            })}
            action={make}
          />
        )}
        {!!keys.data?.length && (
          <DataTable
            label={t({ zh: 'API 密钥', en: 'API keys' })}
            columns={columns}
            rows={keys.data}
            rowKey={({ id }) => id}
          />
        )}
      </Paper>
      {open && <KeyDialog onClose={() => setOpen(false)} onMade={setToken} />}
    </>
  );
}

function Token({ token, onClose }: { token: string; onClose: () => void }) {
  const t = useText();
  return (
    <Alert severity="success" variant="outlined" onClose={onClose} sx={{ mb: 2 }}>
      {t({ zh: '请现在复制，之后不会再显示：', en: 'Copy it now; it is not shown again:' })}
      <Box
        component="code"
        sx={{
          display: 'block',
          mt: 0.5,
          fontFamily: monospace,
          fontSize: 13,
          overflowWrap: 'anywhere',
          userSelect: 'all',
        }}
      >
        {token}
      </Box>
    </Alert>
  );
}

function KeyDialog({ onClose, onMade }: { onClose: () => void; onMade: (token: string) => void }) {
  const t = useText();
  const roles = useRoles();
  const [draft, setDraft] = useState<NewKey>({ name: '', roles: [], tasks: false });
  const change = useChange((key: NewKey) => api.post<{ token: string }>('/api/api-keys', key));
  const submit = async () => onMade((await change.mutateAsync(draft)).token);
  return (
    <FormDialog open title={t({ zh: '新建密钥', en: 'New key' })} onClose={onClose} onSubmit={submit}>
      <TextField
        label={t({ zh: '用途', en: 'What it is for' })}
        value={draft.name}
        onChange={(event) => setDraft({ ...draft, name: event.target.value })}
        required
        autoFocus
      />
      <PickRoles
        required
        roles={roles.data ?? []}
        value={draft.roles}
        onChange={(keys) => setDraft({ ...draft, roles: keys })}
      />
      <FormControlLabel
        control={
          <Switch checked={draft.tasks} onChange={(event) => setDraft({ ...draft, tasks: event.target.checked })} />
        }
        label={t({ zh: '可以查看并处理您的任务和通知', en: 'May see and decide your tasks, and read your notices' })}
      />
    </FormDialog>
  );
}

function useKeyColumns(): Column<ApiKey>[] {
  const t = useText();
  const users = useUsers().data;
  const roles = useRoles().data;
  const roleLabel = (key: string) => t(roles?.find((role) => role.key === key)?.label ?? key);
  return [
    { key: 'name', label: t({ zh: '用途', en: 'For' }), render: ({ name }) => name },
    { key: 'prefix', label: t({ zh: '开头', en: 'Begins' }), render: ({ prefix }) => <code>{prefix}…</code> },
    {
      key: 'user',
      label: t({ zh: '代表', en: 'Acts as' }),
      render: (key) => users?.find(({ id }) => id === key.user_id)?.name ?? '',
    },
    { key: 'roles', label: t({ zh: '角色', en: 'Roles' }), render: (key) => key.roles.map(roleLabel).join(', ') },
    {
      key: 'tasks',
      label: t({ zh: '任务', en: 'Tasks' }),
      render: ({ tasks }) => (tasks ? t({ zh: '可处理', en: 'Yes' }) : ''),
    },
    { key: 'created', label: t({ zh: '新建于', en: 'Made' }), render: (key) => <Time value={key.created_at} /> },
    { key: 'used', label: t({ zh: '上次使用', en: 'Last used' }), render: (key) => <Time value={key.last_used_at} /> },
    { key: 'state', label: t({ zh: '状态', en: 'State' }), render: (key) => <KeyState apiKey={key} /> },
  ];
}

function KeyState({ apiKey }: { apiKey: ApiKey }) {
  const t = useText();
  const confirm = useConfirm();
  const revoke = useChange((id: string) => api.delete(`/api/api-keys/${id}`));
  if (apiKey.revoked_at) return <StatusChip dot label={t({ zh: '已吊销', en: 'Revoked' })} />;
  const ask = async () => {
    const sure = await confirm({
      title: t({ zh: '吊销“{name}”？', en: 'Revoke “{name}”?' }, { name: apiKey.name }),
      body: t({
        zh: '使用它的程序会立即失去访问，且无法恢复。',
        en: 'Programs that use it lose access at once. This cannot be undone.',
      }),
      action: t({ zh: '吊销', en: 'Revoke' }),
      destructive: true,
    });
    if (sure) revoke.mutate(apiKey.id);
  };
  return (
    <Button variant="outlined" onClick={ask} loading={revoke.isPending}>
      {t({ zh: '吊销', en: 'Revoke' })}
    </Button>
  );
}
