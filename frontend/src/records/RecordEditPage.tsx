/** Editing a record. Somebody else's change in between is told, never overwritten unseen. */
import { Alert, Button } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useGetOne, useNotify } from 'react-admin';
import { useNavigate, useParams } from 'react-router-dom';
import { ErrorState, errorText, PageHeader, PageSkeleton } from '@/components';
import { useText } from '@/i18n';
import { type Entity, useEntity } from '@/metadata';
import { api } from '@/providers/http';
import { isConflict } from './formErrors';
import { recordPath, resourceOf } from './paths';
import { RecordForm } from './RecordForm';
import { titleOf, type WeftRecord } from './types';

export default function RecordEditPage({ entityKey }: { entityKey: string }) {
  const { id = '' } = useParams();
  const entity = useEntity(entityKey);
  const { data, error, isPending, refetch } = useGetOne<WeftRecord>(resourceOf(entityKey), { id });
  if (error && !data) return <ErrorState error={error} retry={() => refetch()} />;
  if (isPending || !entity || !data) return <PageSkeleton />;
  return <RecordEdit key={id} entity={entity} latest={data} />;
}

function RecordEdit({ entity, latest }: { entity: Entity; latest: WeftRecord }) {
  const t = useText();
  const navigate = useNavigate();
  const notify = useNotify();
  const client = useQueryClient();
  // The version the reader began with: a refresh in the background must not hide a conflict.
  const [record, setRecord] = useState(latest);
  const [conflict, setConflict] = useState<unknown>(null);
  const here = recordPath(entity.key, record.id);
  const save = async (changes: Record<string, unknown>) => {
    setConflict(null);
    try {
      await api.patch<WeftRecord>(`/api/records/${entity.key}/${record.id}`, {
        version: record.version,
        data: changes,
      });
    } catch (error) {
      if (isConflict(error)) setConflict(error);
      throw error;
    }
    void client.invalidateQueries({ queryKey: [resourceOf(entity.key)] });
    notify(t({ zh: '已保存', en: 'Saved' }), { type: 'success' });
    navigate(here);
  };
  const takeTheirs = async () => {
    setRecord(await api.get<WeftRecord>(`/api/records/${entity.key}/${record.id}`));
    setConflict(null);
  };
  return (
    <>
      <PageHeader
        title={titleOf(record)}
        subtitle={t({ zh: '编辑{name}', en: 'Edit {name}' }, { name: t(entity.label).toLowerCase() })}
        back={here}
      />
      <RecordForm
        entity={entity}
        record={record}
        onSave={save}
        onCancel={() => navigate(here)}
        notice={conflict ? <Conflict error={conflict} onReload={takeTheirs} /> : undefined}
      />
    </>
  );
}

function Conflict({ error, onReload }: { error: unknown; onReload: () => void }) {
  const t = useText();
  const { message, suggestion } = errorText(error, t);
  return (
    <Alert
      severity="warning"
      variant="outlined"
      action={
        <Button color="inherit" onClick={onReload}>
          {t({ zh: '载入新内容，保留我的修改', en: 'Load theirs, keep my changes' })}
        </Button>
      }
    >
      {message} {suggestion}
    </Alert>
  );
}
