/** The list of an entity's records: saved views, filter, sorting, pages, the trash. */
import { Button, Paper, Tab, Tabs } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { Plus, Trash2 } from 'lucide-react';
import { useMemo } from 'react';
import { useGetList } from 'react-admin';
import { Link } from 'react-router-dom';
import {
  type Column,
  DataTable,
  EmptyState,
  ErrorState,
  iconOf,
  ListSkeleton,
  PageHeader,
  useFormat,
} from '@/components';
import { FieldCell, fieldOf, isEmpty, kindOf } from '@/fields';
import { useText } from '@/i18n';
import { type Entity, useEntity, useViews, type View } from '@/metadata';
import { api } from '@/providers/http';
import { type Rights, useRights } from '@/providers/me';
import { ColumnMenu, useChosenColumns } from './ColumnMenu';
import { FilterBar, isRefusal } from './FilterBar';
import { Pager } from './Pager';
import { createPath, recordPath, resourceOf } from './paths';
import { RestoreButton } from './RestoreButton';
import { labelIn, type WeftRecord } from './types';
import { both, type ListState, useListState, viewOfAll } from './useListState';

export default function RecordListPage({ entityKey }: { entityKey: string }) {
  const entity = useEntity(entityKey);
  return entity ? <RecordList key={entityKey} entity={entity} /> : <ListSkeleton />;
}

function useRecords(entity: Entity, state: ListState) {
  const filter = {
    expression: both(state.view?.filter, state.filter),
    search: state.search || undefined,
    segment: state.segment || undefined,
    trash: state.trash,
  };
  const page = useGetList<WeftRecord>(resourceOf(entity.key), {
    pagination: { page: state.page, perPage: state.size },
    filter,
    meta: { sort: state.sort },
  });
  const count = useQuery({
    queryKey: [resourceOf(entity.key), 'count', filter],
    queryFn: () =>
      api.get<{ count: number | null; count_exact: boolean }>(`/api/records/${entity.key}`, {
        filter: filter.expression,
        search: filter.search,
        segment: filter.segment,
        trash: filter.trash || undefined,
        limit: 1,
        count: true,
      }),
    enabled: page.isSuccess,
    staleTime: 10_000,
  });
  return { ...page, count: count.data };
}

function useColumns(entity: Entity, wanted: string[], rights: Rights, trash: boolean): Column<WeftRecord>[] {
  const t = useText();
  return useMemo(() => {
    const keys = trash ? [...wanted.slice(0, 4), 'deleted_at'] : wanted;
    const columns = keys.flatMap((key): Column<WeftRecord>[] => {
      const field = fieldOf(entity, key);
      if (!field || rights.field(key) === 'hidden') return [];
      const { sortable, align } = kindOf(field.type);
      const render = (record: WeftRecord) =>
        isEmpty(record[key]) ? null : <FieldCell field={field} value={record[key]} display={labelIn(record, key)} />;
      return [{ key, label: t(field.label), render, sortable, align, heading: key === entity.title }];
    });
    if (!trash) return columns;
    const restore = (record: WeftRecord) => <RestoreButton entity={entity.key} id={record.id} />;
    return [...columns, { key: '_restore', label: t({ zh: '操作', en: 'Action' }), render: restore, align: 'right' }];
  }, [entity, wanted, rights, trash, t]);
}

function RecordList({ entity }: { entity: Entity }) {
  const t = useText();
  const rights = useRights(entity.key);
  const views = useViews(entity.key);
  const state = useListState(views);
  const name = t(entity.plural ?? entity.label);
  const trashTitle = t({ zh: '{name} · 回收站', en: '{name} · trash' }, { name });
  return (
    <>
      <PageHeader
        title={state.trash ? trashTitle : name}
        subtitle={t(entity.description)}
        actions={<ListActions entity={entity} state={state} rights={rights} />}
      >
        {views.length > 0 && !state.trash && <ViewTabs views={views} state={state} label={name} />}
      </PageHeader>
      <Paper variant="outlined" sx={{ overflow: 'hidden' }}>
        <Listing entity={entity} state={state} rights={rights} name={name} />
      </Paper>
    </>
  );
}

function ListActions({ entity, state, rights }: { entity: Entity; state: ListState; rights: Rights }) {
  const t = useText();
  return (
    <>
      {rights.delete && (
        <Button
          variant="outlined"
          startIcon={<Trash2 size={15} />}
          aria-pressed={state.trash}
          onClick={() => state.set({ trash: state.trash ? null : 'true', filter: null, search: null, segment: null })}
        >
          {state.trash ? t({ zh: '离开回收站', en: 'Leave the trash' }) : t({ zh: '回收站', en: 'Trash' })}
        </Button>
      )}
      {rights.create && (
        <Button component={Link} to={createPath(entity.key)} variant="contained" startIcon={<Plus size={16} />}>
          {t({ zh: '新建{name}', en: 'New {name}' }, { name: t(entity.label).toLowerCase() })}
        </Button>
      )}
    </>
  );
}

function ViewTabs({ views, state, label }: { views: View[]; state: ListState; label: string }) {
  const t = useText();
  return (
    <Tabs
      value={state.view?.key ?? 'all'}
      onChange={(_, key: string) => state.set({ view: key, sort: null })}
      variant="scrollable"
      scrollButtons="auto"
      aria-label={t({ zh: '{label}的视图', en: 'Views of {label}' }, { label })}
    >
      {views.map((view) => (
        <Tab key={view.key} value={view.key} label={t(view.label)} />
      ))}
      {!viewOfAll(views) && <Tab value="all" label={t({ zh: '全部', en: 'All' })} />}
    </Tabs>
  );
}

interface ListingProps {
  entity: Entity;
  state: ListState;
  rights: Rights;
  name: string;
}

function Listing({ entity, state, rights, name }: ListingProps) {
  const format = useFormat();
  const chosen = useChosenColumns(entity, state.view, rights);
  const columns = useColumns(entity, chosen.keys, rights, state.trash);
  const { data, error, isPending, refetch, pageInfo, count } = useRecords(entity, state);
  const shown = data ?? [];
  return (
    <>
      <FilterBar entity={entity} state={state} error={error}>
        <ColumnMenu entity={entity} rights={rights} columns={chosen} />
      </FilterBar>
      {isPending && !error && <ListSkeleton />}
      {error && !isRefusal(error) && <ErrorState error={error} retry={() => refetch()} />}
      {!error && data && shown.length === 0 && <NoRecords entity={entity} state={state} rights={rights} />}
      {!error && shown.length > 0 && (
        <DataTable
          label={name}
          columns={columns}
          rows={shown}
          rowKey={(record) => record.id}
          href={state.trash ? undefined : (record) => recordPath(entity.key, record.id)}
          sort={state.sort.split(',')[0]}
          onSort={(sort) => state.set({ sort })}
        />
      )}
      {!error && (shown.length > 0 || state.page > 1) && (
        <Pager
          state={state}
          shown={shown.length}
          hasNext={pageInfo?.hasNextPage ?? false}
          total={
            count?.count === null || count === undefined
              ? null
              : `${count.count_exact ? '' : '≈ '}${format.number(count.count)}`
          }
        />
      )}
    </>
  );
}

function NoRecords({ entity, state, rights }: { entity: Entity; state: ListState; rights: Rights }) {
  const t = useText();
  const name = t(entity.plural ?? entity.label).toLowerCase();
  const narrowed = !!(state.filter || state.search || state.segment || state.view?.filter);
  if (state.trash) return <EmptyState icon={Trash2} title={t({ zh: '回收站是空的', en: 'The trash is empty' })} />;
  if (narrowed) {
    return (
      <EmptyState
        icon={iconOf(entity.icon)}
        title={t({ zh: '没有符合条件的{name}', en: 'No {name} match' }, { name })}
        hint={t({ zh: '换一个视图，或放宽条件。', en: 'Try another view, or fewer conditions.' })}
        action={
          <Button
            variant="outlined"
            onClick={() => state.set({ filter: null, search: null, segment: null, view: 'all' })}
          >
            {t({ zh: '显示全部', en: 'Show all' })}
          </Button>
        }
      />
    );
  }
  return (
    <EmptyState
      icon={iconOf(entity.icon)}
      title={t({ zh: '还没有{name}', en: 'No {name} yet' }, { name })}
      hint={
        rights.create
          ? t({
              zh: '新建第一条，或等社交信号和流程来创建。',
              en: 'Make the first one, or let signals and flows make them.',
            })
          : undefined
      }
      action={
        rights.create && (
          <Button component={Link} to={createPath(entity.key)} variant="contained">
            {t({ zh: '新建', en: 'New' })}
          </Button>
        )
      }
    />
  );
}
