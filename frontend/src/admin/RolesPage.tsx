/** Roles: what each may do with which records, and who holds it. Changed as definitions and published. */
import { Box, Button, Stack, Typography } from '@mui/material';
import { Pencil, ShieldCheck } from 'lucide-react';
import { Link } from 'react-router-dom';
import {
  type Column,
  DataTable,
  EmptyState,
  ErrorState,
  ListSkeleton,
  PageHeader,
  Panel,
  StatusChip,
} from '@/components';
import { fieldOf } from '@/fields';
import { type Text, useText } from '@/i18n';
import { useEntity, useMetadata } from '@/metadata';
import { useMay } from '@/providers/me';
import { type Grant, type Role, useRoles, useUsers } from './api';

const ACTIONS: Record<string, Text> = {
  create: { zh: '新建', en: 'Create' },
  read: { zh: '查看', en: 'Read' },
  update: { zh: '修改', en: 'Update' },
  delete: { zh: '删除', en: 'Delete' },
};

const SCOPES: Record<string, Text> = {
  own: { zh: '自己的', en: 'Own' },
  department: { zh: '本部门', en: 'Department' },
  department_tree: { zh: '本部门及下级', en: 'Department and below' },
  all: { zh: '全部', en: 'All' },
};

const RIGHTS: Record<string, Text> = {
  hidden: { zh: '隐藏', en: 'Hidden' },
  read: { zh: '只读', en: 'Read only' },
  write: { zh: '可写', en: 'Writable' },
};

const PERMISSIONS: Record<string, Text> = {
  social: { zh: '社交', en: 'Social' },
  analytics: { zh: '度量', en: 'Measure' },
  operate: { zh: '运行', en: 'Run' },
  build: { zh: '搭建', en: 'Build' },
  administer: { zh: '管理', en: 'Administer' },
};

export default function RolesPage() {
  const t = useText();
  const roles = useRoles();
  if (roles.error) return <ErrorState error={roles.error} retry={() => roles.refetch()} />;
  return (
    <>
      <PageHeader
        title={t({ zh: '角色', en: 'Roles' })}
        subtitle={t({
          zh: '一个人可以有多个角色，权限相加。修改角色是修改定义，发布后生效。',
          en: 'Somebody may hold several roles; rights add up. A role is changed as a definition and takes effect when published.',
        })}
      />
      {roles.isPending && <ListSkeleton />}
      {roles.data?.length === 0 && (
        <EmptyState
          icon={ShieldCheck}
          title={t({ zh: '还没有角色', en: 'No roles yet' })}
          hint={t({ zh: '安装一个模板，或在“定义”中新建。', en: 'Install a template, or make one under Definitions.' })}
        />
      )}
      <Stack spacing={2}>
        {roles.data?.map((role) => (
          <RolePanel key={role.key} role={role} />
        ))}
      </Stack>
    </>
  );
}

function RolePanel({ role }: { role: Role }) {
  const t = useText();
  const may = useMay();
  const { flows } = useMetadata();
  const edit = may('build') && (
    <Button component={Link} to={`/build/definitions/role/${role.key}`} startIcon={<Pencil size={15} />}>
      {t({ zh: '修改', en: 'Change' })}
    </Button>
  );
  const flowLabel = (key: string) => t(flows.find((flow) => flow.key === key)?.label ?? key);
  return (
    <Panel title={t(role.label)} actions={edit} flush>
      <Stack spacing={1} sx={{ px: 2, pb: 1.5 }}>
        {role.description && <Typography sx={{ color: 'text.secondary' }}>{t(role.description)}</Typography>}
        <Holders role={role.key} />
        <ChipLine
          label={{ zh: '功能', en: 'Features' }}
          chips={role.permissions.map((key) => t(PERMISSIONS[key] ?? key))}
        />
        <ChipLine label={{ zh: '可启动的流程', en: 'Flows to start' }} chips={role.flows.map(flowLabel)} />
      </Stack>
      {role.grants.length > 0 && <Grants role={role} />}
    </Panel>
  );
}

function ChipLine({ label, chips }: { label: Text; chips: string[] }) {
  const t = useText();
  if (chips.length === 0) return null;
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 0.75, alignItems: 'center' }}>
      <Typography variant="body2" sx={{ color: 'text.secondary' }}>
        {t(label)}
      </Typography>
      {chips.map((chip) => (
        <StatusChip key={chip} label={chip} />
      ))}
    </Box>
  );
}

function Holders({ role }: { role: string }) {
  const users = useUsers();
  const holders = (users.data ?? []).filter(({ roles }) => roles.includes(role));
  return <ChipLine label={{ zh: '持有人', en: 'Held by' }} chips={holders.map(({ name }) => name)} />;
}

function Grants({ role }: { role: Role }) {
  const t = useText();
  const columns = useGrantColumns();
  const label = t({ zh: '{name}的记录权限', en: 'Record rights of {name}' }, { name: t(role.label) });
  const rows = role.grants.map((grant, index) => ({ ...grant, id: String(index) }));
  return <DataTable label={label} columns={columns} rows={rows} rowKey={({ id }) => id} />;
}

function useGrantColumns(): Column<Grant>[] {
  const t = useText();
  const { entities } = useMetadata();
  const entityLabel = (key: string) => t(entities.find((entity) => entity.key === key)?.label ?? key);
  const comma = t({ zh: '、', en: ', ' });
  return [
    {
      key: 'entity',
      label: t({ zh: '实体', en: 'Entity' }),
      render: ({ entity }) => (entity === '*' ? t({ zh: '所有实体', en: 'Every entity' }) : entityLabel(entity)),
    },
    {
      key: 'actions',
      label: t({ zh: '动作', en: 'Actions' }),
      render: ({ actions }) => actions.map((action) => t(ACTIONS[action] ?? action)).join(comma),
    },
    { key: 'scope', label: t({ zh: '范围', en: 'Scope' }), render: ({ scope }) => t(SCOPES[scope] ?? scope) },
    {
      key: 'where',
      label: t({ zh: '条件', en: 'Condition' }),
      wrap: true,
      render: ({ where }) => (where ? <code>{where}</code> : null),
    },
    {
      key: 'fields',
      label: t({ zh: '字段例外', en: 'Field exceptions' }),
      wrap: true,
      render: (grant) => (grant.fields ? <FieldExceptions grant={grant} /> : null),
    },
  ];
}

/** Fields by what may be done with them, one line a right. */
function FieldExceptions({ grant }: { grant: Grant }) {
  const t = useText();
  const entity = useEntity(grant.entity);
  const fields = Object.entries(grant.fields ?? {});
  return Object.entries(RIGHTS).map(([right, label]) => {
    const keys = fields.filter(([, own]) => own === right).map(([key]) => key);
    if (keys.length === 0) return null;
    const names = keys.map((key) => t(fieldOf(entity, key)?.label ?? key)).join(t({ zh: '、', en: ', ' }));
    return (
      <Box key={right}>
        <Box component="span" sx={{ color: 'text.secondary' }}>
          {t(label)}
          {t({ zh: '：', en: ': ' })}
        </Box>
        {names}
      </Box>
    );
  });
}
