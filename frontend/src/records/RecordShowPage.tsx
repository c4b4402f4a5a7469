/** One record: its sections, what points at it, its history, and what can be done with it. */
import { Box, Button, Menu, MenuItem, Stack } from '@mui/material';
import { Pencil, Play, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useGetOne } from 'react-admin';
import { Link, useNavigate, useParams } from 'react-router-dom';
import { ErrorState, PageHeader, PageSkeleton, Panel, Time } from '@/components';
import { FieldValue, fieldOf } from '@/fields';
import { useStartable } from '@/flows/api';
import { RecordFlows } from '@/flows/RecordFlows';
import { useText } from '@/i18n';
import { type Entity, useEntity, useMetadata } from '@/metadata';
import { useRights } from '@/providers/me';
import { useStartFlow, useTrash } from './commands';
import { FieldList } from './FieldList';
import { History } from './History';
import { editPath, listPath, resourceOf } from './paths';
import { RelatedRecords } from './RelatedRecords';
import { sectionsOf } from './sections';
import { titleOf, type WeftRecord } from './types';

export default function RecordShowPage({ entityKey }: { entityKey: string }) {
  const { id = '' } = useParams();
  const entity = useEntity(entityKey);
  const { data, error, isPending, refetch } = useGetOne<WeftRecord>(resourceOf(entityKey), { id });
  if (error) return <ErrorState error={error} retry={() => refetch()} />;
  if (isPending || !entity || !data) return <PageSkeleton />;
  return <RecordShow entity={entity} record={data} />;
}

function RecordShow({ entity, record }: { entity: Entity; record: WeftRecord }) {
  const t = useText();
  const { forms } = useMetadata();
  const rights = useRights(entity.key);
  const stage = entity.fields.find(({ type, key }) => type === 'stage' && rights.field(key) !== 'hidden');
  return (
    <>
      <PageHeader
        title={titleOf(record)}
        status={stage && <FieldValue field={stage} value={record[stage.key]} />}
        subtitle={<Subtitle entity={entity} record={record} />}
        back={listPath(entity.key)}
        actions={<RecordActions entity={entity} record={record} />}
      />
      <Box
        sx={{
          display: 'grid',
          gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'minmax(0, 1fr) 340px' },
          gap: 2,
          alignItems: 'start',
        }}
      >
        <Stack spacing={2}>
          {sectionsOf(entity, forms, rights).map((section, index) => (
            <Panel key={index} title={section.label ? t(section.label) : undefined}>
              <FieldList record={record} fields={section.fields} columns={section.columns} />
            </Panel>
          ))}
          <RelatedRecords entity={entity} id={record.id} />
        </Stack>
        <Stack spacing={2}>
          <RecordFlows id={record.id} />
          <Belonging record={record} />
          <Panel title={t({ zh: '历史', en: 'History' })} flush>
            <History entity={entity} id={record.id} />
          </Panel>
        </Stack>
      </Box>
    </>
  );
}

function Subtitle({ entity, record }: { entity: Entity; record: WeftRecord }) {
  const t = useText();
  const number = entity.fields.find(({ type, key }) => type === 'auto_number' && key !== entity.title);
  return (
    <>
      {t(entity.label)}
      {number && record[number.key] ? ` · ${record[number.key]}` : ''}
      {' · '}
      {t({ zh: '修改于', en: 'changed' })} <Time value={record.updated_at} />
    </>
  );
}

/** Who answers for it and who made it. */
function Belonging({ record }: { record: WeftRecord }) {
  const t = useText();
  const fields = ['owner', 'department', 'created_by', 'created_at'].flatMap((key) => fieldOf(undefined, key) ?? []);
  return (
    <Panel title={t({ zh: '归属', en: 'Ownership' })}>
      <FieldList record={record} fields={fields} columns={2} />
    </Panel>
  );
}

function RecordActions({ entity, record }: { entity: Entity; record: WeftRecord }) {
  const t = useText();
  const navigate = useNavigate();
  const rights = useRights(entity.key);
  const trash = useTrash(entity.key, () => navigate(listPath(entity.key)));
  return (
    <>
      <StartFlow entity={entity} record={record} />
      {rights.delete && (
        <Button
          variant="outlined"
          startIcon={<Trash2 size={15} />}
          loading={trash.isPending}
          onClick={() => trash.mutate(record.id)}
        >
          {t({ zh: '删除', en: 'Delete' })}
        </Button>
      )}
      {rights.update && (
        <Button
          component={Link}
          to={editPath(entity.key, record.id)}
          variant="contained"
          startIcon={<Pencil size={15} />}
        >
          {t({ zh: '编辑', en: 'Edit' })}
        </Button>
      )}
    </>
  );
}

function StartFlow({ entity, record }: { entity: Entity; record: WeftRecord }) {
  const t = useText();
  const flows = useStartable().filter((flow) => flow.entity === entity.key);
  const navigate = useNavigate();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const start = useStartFlow(record.id, (instance) => navigate(`/instances/${instance}`));
  if (flows.length === 0) return null;
  return (
    <>
      <Button
        variant="outlined"
        startIcon={<Play size={15} />}
        aria-haspopup="menu"
        aria-expanded={!!anchor}
        loading={start.pending}
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        {t({ zh: '启动流程', en: 'Start a flow' })}
      </Button>
      <Menu open={!!anchor} anchorEl={anchor} onClose={() => setAnchor(null)}>
        {flows.map((flow) => (
          <MenuItem
            key={flow.key}
            onClick={() => {
              setAnchor(null);
              start.start(flow.key);
            }}
          >
            {t(flow.label)}
          </MenuItem>
        ))}
      </Menu>
      {start.dialog}
    </>
  );
}
