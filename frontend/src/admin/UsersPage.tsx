/** Users of the company: who they are, where they stand, what roles they hold. */
import { Box, Button, Paper } from '@mui/material';
import { UserPlus } from 'lucide-react';
import { useMemo, useState } from 'react';
import {
  Avatar,
  type Column,
  DataTable,
  EmptyState,
  ErrorState,
  ListSkeleton,
  PageHeader,
  SearchField,
  StatusChip,
} from '@/components';
import { useText } from '@/i18n';
import { type User, useDepartments, useRoles, useUsers } from './api';
import { UserDialog } from './UserDialog';

export default function UsersPage() {
  const t = useText();
  const users = useUsers();
  const departments = useDepartments();
  const roles = useRoles();
  const [chosen, setChosen] = useState<User | null>(null);
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState('');
  const edit = (user: User | null) => {
    setChosen(user);
    setOpen(true);
  };
  const columns = useUserColumns(edit);
  const error = users.error ?? departments.error ?? roles.error;
  if (error) return <ErrorState error={error} retry={() => users.refetch()} />;
  const words = typed.trim().toLowerCase();
  const shown = (users.data ?? []).filter((user) =>
    `${user.name} ${user.email} ${user.position}`.toLowerCase().includes(words),
  );
  return (
    <>
      <PageHeader
        title={t({ zh: '用户', en: 'Users' })}
        actions={
          <Button variant="contained" startIcon={<UserPlus size={16} />} onClick={() => edit(null)}>
            {t({ zh: '新建用户', en: 'New user' })}
          </Button>
        }
      />
      <Paper variant="outlined" sx={{ overflow: 'hidden' }}>
        <Box sx={{ p: 1.5, borderBottom: 1, borderColor: 'divider' }}>
          <SearchField
            label={t({ zh: '按姓名、邮箱、职位查找', en: 'Find by name, e-mail or position' })}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            sx={{ width: 320, maxWidth: '100%' }}
          />
        </Box>
        {users.isPending && <ListSkeleton />}
        {users.data && shown.length === 0 && <EmptyState title={t({ zh: '没有匹配的用户', en: 'No user matches' })} />}
        {shown.length > 0 && (
          <DataTable label={t({ zh: '用户', en: 'Users' })} columns={columns} rows={shown} rowKey={({ id }) => id} />
        )}
      </Paper>
      {open && (
        <UserDialog
          open
          user={chosen}
          onClose={() => setOpen(false)}
          users={users.data ?? []}
          departments={departments.data ?? []}
          roles={roles.data ?? []}
        />
      )}
    </>
  );
}

function useUserColumns(edit: (user: User) => void): Column<User>[] {
  const t = useText();
  const departments = useDepartments().data;
  const roles = useRoles().data;
  const users = useUsers().data;
  return useMemo(() => {
    const roleLabel = (key: string) => t(roles?.find((role) => role.key === key)?.label ?? key);
    return [
      {
        key: 'name',
        label: t({ zh: '姓名', en: 'Name' }),
        render: (user) => <NameButton user={user} onClick={() => edit(user)} />,
      },
      { key: 'email', label: t({ zh: '邮箱', en: 'E-mail' }), render: (user) => user.email },
      {
        key: 'department',
        label: t({ zh: '部门', en: 'Department' }),
        render: (user) => t(departments?.find(({ id }) => id === user.department_id)?.label),
      },
      { key: 'position', label: t({ zh: '职位', en: 'Position' }), render: (user) => user.position },
      {
        key: 'superior',
        label: t({ zh: '上级', en: 'Superior' }),
        render: (user) => users?.find(({ id }) => id === user.superior_id)?.name ?? '',
      },
      {
        key: 'roles',
        label: t({ zh: '角色', en: 'Roles' }),
        wrap: true,
        render: (user) => (
          <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 0.5 }}>
            {user.is_admin && <StatusChip color="purple" label={t({ zh: '管理员', en: 'Administrator' })} />}
            {user.roles.map((key) => (
              <StatusChip key={key} label={roleLabel(key)} />
            ))}
          </Box>
        ),
      },
      {
        key: 'active',
        label: t({ zh: '状态', en: 'State' }),
        render: (user) =>
          user.active ? (
            <StatusChip dot color="green" label={t({ zh: '启用', en: 'Active' })} />
          ) : (
            <StatusChip dot color="grey" label={t({ zh: '停用', en: 'Disabled' })} />
          ),
      },
    ];
  }, [t, departments, roles, users, edit]);
}

function NameButton({ user, onClick }: { user: User; onClick: () => void }) {
  return (
    <Button onClick={onClick} startIcon={<Avatar name={user.name} size={24} />} sx={{ ml: -1, color: 'text.primary' }}>
      {user.name}
    </Button>
  );
}
