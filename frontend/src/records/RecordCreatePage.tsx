/** A new record. Values in the address (`?person=...`) are filled in. */
import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useNotify } from 'react-admin';
import { useNavigate, useSearchParams } from 'react-router-dom';
import { ErrorState, PageHeader, PageSkeleton } from '@/components';
import { useText } from '@/i18n';
import { type Entity, useEntity } from '@/metadata';
import { ApiError, api } from '@/providers/http';
import { useRights } from '@/providers/me';
import { listPath, recordPath, resourceOf } from './paths';
import { RecordForm } from './RecordForm';
import type { WeftRecord } from './types';

export default function RecordCreatePage({ entityKey }: { entityKey: string }) {
  const entity = useEntity(entityKey);
  const rights = useRights(entityKey);
  if (!entity) return <PageSkeleton />;
  if (!rights.create) return <ErrorState error={NOT_ALLOWED} />;
  return <RecordCreate entity={entity} />;
}

const NOT_ALLOWED = new ApiError(403, {
  code: 'forbidden',
  message: { zh: '你没有新建的权限。', en: 'You may not create this.' },
  suggestion: { zh: '请联系管理员。', en: 'Ask an administrator.' },
});

function RecordCreate({ entity }: { entity: Entity }) {
  const t = useText();
  const navigate = useNavigate();
  const notify = useNotify();
  const client = useQueryClient();
  const [params] = useSearchParams();
  const initial = useMemo(
    () => Object.fromEntries([...params].filter(([key]) => entity.fields.some((field) => field.key === key))),
    [params, entity],
  );
  const save = async (values: Record<string, unknown>) => {
    const record = await api.post<WeftRecord>(`/api/records/${entity.key}`, values);
    void client.invalidateQueries({ queryKey: [resourceOf(entity.key)] });
    notify(t({ zh: '已新建', en: 'Created' }), { type: 'success' });
    navigate(recordPath(entity.key, record.id), { replace: true });
  };
  return (
    <>
      <PageHeader
        title={t({ zh: '新建{name}', en: 'New {name}' }, { name: t(entity.label).toLowerCase() })}
        back={listPath(entity.key)}
      />
      <RecordForm entity={entity} initial={initial} onSave={save} onCancel={() => navigate(listPath(entity.key))} />
    </>
  );
}
