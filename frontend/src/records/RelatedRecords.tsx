/** Records of other entities that point at this one. */
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router-dom';
import { DataTable, ListSkeleton, Panel } from '@/components';
import { FieldCell, fieldOf } from '@/fields';
import { useText } from '@/i18n';
import { type Entity, type Field, useMetadata } from '@/metadata';
import { api } from '@/providers/http';
import { useRights } from '@/providers/me';
import { listPath, recordPath, resourceOf } from './paths';
import { usualColumns } from './sections';
import { labelIn, type WeftRecord } from './types';

const SHOWN = 5;

interface Relation {
  entity: Entity;
  field: Field;
}

function useRelations(target: Entity): Relation[] {
  const { entities } = useMetadata();
  return entities.flatMap((entity) =>
    entity.fields
      .filter((field) => field.type === 'reference' && field.entity === target.key)
      .map((field) => ({ entity, field })),
  );
}

export function RelatedRecords({ entity, id }: { entity: Entity; id: string }) {
  const relations = useRelations(entity);
  return relations.map((relation) => (
    <RelatedPanel key={`${relation.entity.key}.${relation.field.key}`} relation={relation} id={id} />
  ));
}

/** The condition that finds what points at a record. */
const pointsAt = (field: Field, id: string) => `${field.key} = ${JSON.stringify(id)}`;

function RelatedPanel({ relation: { entity, field }, id }: { relation: Relation; id: string }) {
  const t = useText();
  const rights = useRights(entity.key);
  const filter = pointsAt(field, id);
  const { data, isPending, isError } = useQuery({
    queryKey: [resourceOf(entity.key), 'related', filter],
    queryFn: () =>
      api.get<{ items: WeftRecord[]; next: string | null }>(`/api/records/${entity.key}`, {
        filter,
        limit: SHOWN,
        sort: '-created_at',
      }),
    enabled: rights.read,
  });
  if (!rights.read || isError || (data && data.items.length === 0)) return null;
  const name = t(entity.plural ?? entity.label);
  const columns = [...usualColumns(entity, rights, 4), 'created_at']
    .filter((key) => key !== field.key && key !== 'updated_at')
    .flatMap((key) => {
      const column = fieldOf(entity, key);
      if (!column) return [];
      const render = (record: WeftRecord) => (
        <FieldCell field={column} value={record[key]} display={labelIn(record, key)} />
      );
      return [{ key, label: t(column.label), render }];
    });
  const all = (
    <Link to={`${listPath(entity.key)}?view=all&filter=${encodeURIComponent(filter)}`}>
      {t({ zh: '全部', en: 'All' })}
    </Link>
  );
  return (
    <Panel title={name} actions={data?.next ? all : undefined} flush>
      {isPending ? (
        <ListSkeleton rows={3} />
      ) : (
        <DataTable
          label={name}
          columns={columns}
          rows={data.items}
          rowKey={(record) => record.id}
          href={(record) => recordPath(entity.key, record.id)}
        />
      )}
    </Panel>
  );
}
