/** Editing a record. Somebody else's change in between is told, never overwritten unseen. */
import { Alert, Box, Button } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useGetOne, useNotify } from 'react-admin';
import { useNavigate, useParams } from 'react-router-dom';
import { ErrorState, PageHeader, PageSkeleton } from '@/components';
import { FieldValue, fieldOf } from '@/fields';
import { useText } from '@/i18n';
import { type Entity, useEntity } from '@/metadata';
import { type ApiError, api } from '@/providers/http';
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
  const [conflict, setConflict] = useState<ApiError | null>(null);
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
        notice={conflict ? <Conflict entity={entity} error={conflict} onReload={takeTheirs} /> : undefined}
      />
    </>
  );
}

interface ConflictProps {
  entity: Entity;
  error: ApiError;
  onReload: () => void;
}

/** Who changed it meanwhile and what, with the way out that loses nothing. */
function Conflict({ entity, error, onReload }: ConflictProps) {
  const t = useText();
  const who = String(error.params.who ?? 'Weft');
  const changed = error.problems.flatMap((problem) => {
    const field = fieldOf(entity, problem.field ?? '');
    return field ? [{ field, problem }] : [];
  });
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
      {t(
        {
          zh: '{who}在你编辑期间修改了这条记录，你的修改还没有保存。',
          en: '{who} changed this record while you were editing. Your changes are not saved yet.',
        },
        { who },
      )}
      <Box component="dl" sx={{ m: 0, mt: 0.5 }}>
        {changed.map(({ field, problem }) => (
          <Box key={field.key} sx={{ display: 'flex', flexWrap: 'wrap', gap: 0.75, alignItems: 'center', py: 0.25 }}>
            <dt>{t(field.label)}</dt>
            <Box component="dd" sx={{ m: 0, display: 'flex', flexWrap: 'wrap', gap: 0.75, alignItems: 'center' }}>
              <FieldValue field={field} value={problem.old} />
              <span aria-label={t({ zh: '改为', en: 'to' })} role="img">
                →
              </span>
              <FieldValue field={field} value={problem.new} />
            </Box>
          </Box>
        ))}
      </Box>
    </Alert>
  );
}
