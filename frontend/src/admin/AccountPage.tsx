/** One's own account: name, notices, agents, password. */
import { Button, Stack, TextField } from '@mui/material';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useNotify } from 'react-admin';
import { AgentsPanel } from '@/account/AgentsPanel';
import { NoticesPanel } from '@/account/NoticesPanel';
import { ErrorLine, PageHeader, PageSkeleton, Panel } from '@/components';
import { useText } from '@/i18n';
import { api } from '@/providers/http';
import { type Me, useMe } from '@/providers/me';

interface AccountChange {
  name?: string;
  password?: { old: string; new: string };
}

function useAccountChange() {
  const t = useText();
  const client = useQueryClient();
  const notify = useNotify();
  return useMutation({
    mutationFn: (change: AccountChange) => api.patch('/api/me', change),
    onSuccess: () => {
      for (const topic of ['me', 'metadata']) void client.invalidateQueries({ queryKey: [topic] });
      notify(t({ zh: '已保存', en: 'Saved' }), { type: 'success' });
    },
  });
}

export default function AccountPage() {
  const t = useText();
  const me = useMe();
  if (!me) return <PageSkeleton />;
  return (
    <>
      <PageHeader
        title={t({ zh: '我的账号', en: 'My account' })}
        subtitle={[me.email, t(me.department), me.position].filter(Boolean).join(' · ')}
      />
      <Stack spacing={2} sx={{ maxWidth: 520 }}>
        <NamePanel key={me.name} me={me} />
        <NoticesPanel />
        <AgentsPanel />
        <PasswordPanel />
      </Stack>
    </>
  );
}

function NamePanel({ me }: { me: Me }) {
  const t = useText();
  const [name, setName] = useState(me.name);
  const change = useAccountChange();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate({ name: name.trim() });
  };
  return (
    <Panel title={t({ zh: '姓名', en: 'Name' })}>
      <Stack component="form" onSubmit={submit} spacing={2}>
        <TextField
          id="account-name"
          label={t({ zh: '姓名', en: 'Name' })}
          value={name}
          onChange={(event) => setName(event.target.value)}
          autoComplete="name"
          required
        />
        <ErrorLine error={change.error} />
        <Button
          type="submit"
          variant="contained"
          disabled={name.trim() === me.name}
          loading={change.isPending}
          sx={{ alignSelf: 'flex-start' }}
        >
          {t({ zh: '保存', en: 'Save' })}
        </Button>
      </Stack>
    </Panel>
  );
}

const NO_PASSWORDS = { old: '', new: '' };

function PasswordPanel() {
  const t = useText();
  const [draft, setDraft] = useState(NO_PASSWORDS);
  const change = useAccountChange();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate({ password: draft }, { onSuccess: () => setDraft(NO_PASSWORDS) });
  };
  return (
    <Panel title={t({ zh: '修改密码', en: 'Change the password' })}>
      <Stack component="form" onSubmit={submit} spacing={2}>
        <TextField
          id="account-old-password"
          type="password"
          label={t({ zh: '现在的密码', en: 'Current password' })}
          value={draft.old}
          onChange={(event) => setDraft({ ...draft, old: event.target.value })}
          autoComplete="current-password"
          required
        />
        <TextField
          id="account-new-password"
          type="password"
          label={t({ zh: '新密码', en: 'New password' })}
          value={draft.new}
          onChange={(event) => setDraft({ ...draft, new: event.target.value })}
          autoComplete="new-password"
          required
        />
        <ErrorLine error={change.error} />
        <Button type="submit" variant="contained" loading={change.isPending} sx={{ alignSelf: 'flex-start' }}>
          {t({ zh: '修改密码', en: 'Change the password' })}
        </Button>
      </Stack>
    </Panel>
  );
}
