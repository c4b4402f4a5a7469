/** Making and changing a user. */
import { FormControlLabel, Stack, Switch, TextField } from '@mui/material';
import { useState } from 'react';
import { FormDialog } from '@/components';
import { useText } from '@/i18n';
import { api } from '@/providers/http';
import { type DepartmentRow, type Role, type User, useChange } from './api';
import { PickDepartment, PickOne, PickRoles } from './inputs';

interface UserDialogProps {
  /** Null makes a new one. */
  user: User | null;
  open: boolean;
  onClose: () => void;
  users: User[];
  departments: DepartmentRow[];
  roles: Role[];
}

type Draft = Omit<User, 'id'> & { password: string };

const NEW: Draft = {
  email: '',
  name: '',
  position: '',
  department_id: null,
  superior_id: null,
  is_admin: false,
  active: true,
  locale: 'zh',
  roles: [],
  password: '',
};

async function save({ user, draft }: { user: User | null; draft: Draft }): Promise<void> {
  const { email, password, roles, active, ...members } = draft;
  if (!user) {
    await api.post('/api/users', { email, password, roles, ...members });
    return;
  }
  const { name, position, department_id, superior_id, is_admin } = members;
  await api.patch(`/api/users/${user.id}`, { name, position, department_id, superior_id, is_admin, active });
  if (roles.join() !== user.roles.join()) await api.put(`/api/users/${user.id}/roles`, { roles });
  if (password) await api.post(`/api/users/${user.id}/password`, { password });
}

export function UserDialog({ user, open, onClose, users, departments, roles }: UserDialogProps) {
  const t = useText();
  const [draft, setDraft] = useState<Draft>({ ...NEW, ...user });
  const change = useChange(save);
  const set = (members: Partial<Draft>) => setDraft((before) => ({ ...before, ...members }));
  const title = user ? t({ zh: '修改用户', en: 'Change a user' }) : t({ zh: '新建用户', en: 'New user' });
  return (
    <FormDialog open={open} title={title} onClose={onClose} onSubmit={() => change.mutateAsync({ user, draft })}>
      <TextField
        label={t({ zh: '姓名', en: 'Name' })}
        value={draft.name}
        onChange={(event) => set({ name: event.target.value })}
        required
        autoFocus
      />
      <TextField
        label={t({ zh: '邮箱', en: 'E-mail' })}
        type="email"
        value={draft.email}
        onChange={(event) => set({ email: event.target.value })}
        required
        disabled={!!user}
      />
      <TextField
        label={user ? t({ zh: '新密码', en: 'New password' }) : t({ zh: '密码', en: 'Password' })}
        type="password"
        autoComplete="new-password"
        value={draft.password}
        onChange={(event) => set({ password: event.target.value })}
        required={!user}
        helperText={user ? t({ zh: '留空则不变', en: 'Leave empty to keep the one they have' }) : undefined}
      />
      <TextField
        label={t({ zh: '职位', en: 'Position' })}
        value={draft.position}
        onChange={(event) => set({ position: event.target.value })}
      />
      <PickDepartment
        label={t({ zh: '部门', en: 'Department' })}
        departments={departments}
        value={draft.department_id}
        onChange={(department_id) => set({ department_id })}
      />
      <PickOne
        label={t({ zh: '上级', en: 'Superior' })}
        choices={users.filter(({ id }) => id !== user?.id)}
        value={draft.superior_id}
        onChange={(superior_id) => set({ superior_id })}
      />
      <PickRoles roles={roles} value={draft.roles} onChange={(keys) => set({ roles: keys })} />
      <Stack direction="row" sx={{ flexWrap: 'wrap', columnGap: 2 }}>
        <FormControlLabel
          control={<Switch checked={draft.is_admin} onChange={(event) => set({ is_admin: event.target.checked })} />}
          label={t({ zh: '管理员', en: 'Administrator' })}
        />
        {user && (
          <FormControlLabel
            control={<Switch checked={draft.active} onChange={(event) => set({ active: event.target.checked })} />}
            label={t({ zh: '可登录', en: 'May sign in' })}
          />
        )}
      </Stack>
    </FormDialog>
  );
}
