/** The department tree, with heads and who belongs where. */
import { Box, Button, Paper, Stack, TextField, Typography } from '@mui/material';
import { Building2, Plus } from 'lucide-react';
import { useState } from 'react';
import { Avatar, EmptyState, ErrorState, FormDialog, ListSkeleton, PageHeader } from '@/components';
import { useText } from '@/i18n';
import { api } from '@/providers/http';
import { type DepartmentRow, type TreeRow, treeOf, type User, useChange, useDepartments, useUsers } from './api';
import { PickDepartment, PickOne } from './inputs';

export default function DepartmentsPage() {
  const t = useText();
  const departments = useDepartments();
  const users = useUsers();
  const [chosen, setChosen] = useState<DepartmentRow | 'new' | null>(null);
  if (departments.error) return <ErrorState error={departments.error} retry={() => departments.refetch()} />;
  const tree = treeOf(departments.data ?? []);
  const make = (
    <Button variant="contained" startIcon={<Plus size={16} />} onClick={() => setChosen('new')}>
      {t({ zh: '新建部门', en: 'New department' })}
    </Button>
  );
  return (
    <>
      <PageHeader title={t({ zh: '部门', en: 'Departments' })} actions={make} />
      <Paper variant="outlined">
        {departments.isPending && <ListSkeleton rows={5} />}
        {departments.data && tree.length === 0 && (
          <EmptyState icon={Building2} title={t({ zh: '还没有部门', en: 'No departments yet' })} action={make} />
        )}
        <Stack component="ul" aria-label={t({ zh: '部门', en: 'Departments' })} sx={{ listStyle: 'none', m: 0, p: 0 }}>
          {tree.map((row) => (
            <DepartmentLine key={row.department.id} row={row} users={users.data ?? []} onOpen={setChosen} />
          ))}
        </Stack>
      </Paper>
      {chosen && (
        <DepartmentDialog
          department={chosen === 'new' ? null : chosen}
          departments={departments.data ?? []}
          users={users.data ?? []}
          onClose={() => setChosen(null)}
        />
      )}
    </>
  );
}

interface LineProps {
  row: TreeRow;
  users: User[];
  onOpen: (department: DepartmentRow) => void;
}

function DepartmentLine({ row: { department, depth }, users, onOpen }: LineProps) {
  const t = useText();
  const members = users.filter(({ department_id }) => department_id === department.id);
  const head = users.find(({ id }) => id === department.head_id);
  return (
    <Stack
      component="li"
      direction="row"
      sx={{
        alignItems: 'center',
        flexWrap: 'wrap',
        gap: 1,
        pr: 2,
        py: 0.75,
        pl: { xs: 1 + depth * 2, sm: 2 + depth * 3 },
        borderBottom: 1,
        borderColor: 'divider',
        '&:last-child': { borderBottom: 0 },
      }}
    >
      <Button onClick={() => onOpen(department)} startIcon={<Building2 size={16} />} sx={{ color: 'text.primary' }}>
        {t(department.label)}
      </Button>
      {head && (
        <Typography variant="body2" sx={{ color: 'text.secondary' }}>
          {t({ zh: '负责人 {name}', en: 'Head: {name}' }, { name: head.name })}
        </Typography>
      )}
      <Box sx={{ flex: 1 }} />
      <Box sx={{ display: 'flex', gap: 0.5 }} title={members.map(({ name }) => name).join(', ')}>
        {members.slice(0, 6).map((user) => (
          <Avatar key={user.id} name={user.name} size={24} />
        ))}
      </Box>
      <Typography variant="body2" sx={{ color: 'text.secondary', minWidth: 48, textAlign: 'right' }}>
        {t({ zh: '{n} 人', en: members.length === 1 ? '{n} person' : '{n} people' }, { n: members.length })}
      </Typography>
    </Stack>
  );
}

interface DialogProps {
  department: DepartmentRow | null;
  departments: DepartmentRow[];
  users: User[];
  onClose: () => void;
}

interface Draft {
  key: string;
  label: { zh: string; en: string };
  parent_id: string | null;
  head_id: string | null;
}

async function save({ id, draft: { key, ...members } }: { id: string | undefined; draft: Draft }) {
  return id ? api.patch(`/api/departments/${id}`, members) : api.post('/api/departments', { key, ...members });
}

function DepartmentDialog({ department, departments, users, onClose }: DialogProps) {
  const t = useText();
  const [draft, setDraft] = useState<Draft>({
    key: department?.key ?? '',
    label: department?.label ?? { zh: '', en: '' },
    parent_id: department?.parent_id ?? null,
    head_id: department?.head_id ?? null,
  });
  const change = useChange(save);
  const set = (members: Partial<Draft>) => setDraft((before) => ({ ...before, ...members }));
  const title = department
    ? t({ zh: '修改部门', en: 'Change a department' })
    : t({ zh: '新建部门', en: 'New department' });
  return (
    <FormDialog open title={title} onClose={onClose} onSubmit={() => change.mutateAsync({ id: department?.id, draft })}>
      <TextField
        label={t({ zh: '中文名称', en: 'Chinese name' })}
        value={draft.label.zh}
        onChange={(event) => set({ label: { ...draft.label, zh: event.target.value } })}
        required
        autoFocus
      />
      <TextField
        label={t({ zh: '英文名称', en: 'English name' })}
        value={draft.label.en}
        onChange={(event) => set({ label: { ...draft.label, en: event.target.value } })}
        required
      />
      <TextField
        label={t({ zh: '键', en: 'Key' })}
        value={draft.key}
        onChange={(event) => set({ key: event.target.value })}
        required
        disabled={!!department}
        helperText={t({
          zh: '小写字母、数字、下划线；之后不能改',
          en: 'Lower-case letters, digits, underscores; fixed afterwards',
        })}
        slotProps={{ htmlInput: { pattern: '[a-z][a-z0-9_]*' } }}
      />
      <PickDepartment
        label={t({ zh: '上级部门', en: 'Parent department' })}
        departments={departments.filter(({ id }) => id !== department?.id)}
        value={draft.parent_id}
        onChange={(parent_id) => set({ parent_id })}
      />
      <PickOne
        label={t({ zh: '负责人', en: 'Head' })}
        choices={users}
        value={draft.head_id}
        onChange={(head_id) => set({ head_id })}
      />
    </FormDialog>
  );
}
