/** Routes: custom pages from the page list, one resource per entity from the metadata. */
import { type ComponentType, lazy } from 'react';
import { CustomRoutes, Resource } from 'react-admin';
import { Navigate, Route } from 'react-router-dom';
import { EmptyState, PageSkeleton } from '@/components';
import { useText } from '@/i18n';
import { type Entity, useMetadata } from '@/metadata';
import { useMay, useMe } from '@/providers/me';
import { listPath, resourceOf } from '@/records/paths';
import { GROUPS, PAGES, type Page } from './pages';

const RecordList = lazy(() => import('@/records/RecordListPage'));
const RecordCreate = lazy(() => import('@/records/RecordCreatePage'));
const RecordShow = lazy(() => import('@/records/RecordShowPage'));
/** Entities whose records have a page of their own instead of the one made from fields. */
const OWN_PAGES: Record<string, ComponentType> = { person: lazy(() => import('@/social/PersonPage')) };
const RecordEdit = lazy(() => import('@/records/RecordEditPage'));

export function customRoutes() {
  return (
    <CustomRoutes>
      {PAGES.map(({ path, element: Element }) => (
        <Route key={path} path={path} element={<Element />} />
      ))}
    </CustomRoutes>
  );
}

export function recordResources(entities: Entity[]) {
  return entities.map((entity) => (
    <Resource
      key={entity.key}
      name={resourceOf(entity.key)}
      list={<RecordList entityKey={entity.key} />}
      recordRepresentation={(record) => String(record._title ?? record.id)}
    >
      <Route path="new" element={<RecordCreate entityKey={entity.key} />} />
      <Route path=":id" element={<ShowPage entityKey={entity.key} />} />
      <Route path=":id/edit" element={<RecordEdit entityKey={entity.key} />} />
    </Resource>
  ));
}

function ShowPage({ entityKey }: { entityKey: string }) {
  const Own = OWN_PAGES[entityKey];
  return Own ? <Own /> : <RecordShow entityKey={entityKey} />;
}

/** The first page by the order of the groups: the inbox, unless the reader may not see it. */
function firstPage(may: ReturnType<typeof useMay>): Page | undefined {
  const visible = PAGES.filter((page) => !page.hidden && !page.path.includes(':') && may(page.permission));
  return GROUPS.flatMap(({ key }) => visible.filter((page) => page.group === key))[0];
}

/** `/` leads to the first page the reader may see: the inbox. */
export function Home() {
  const me = useMe();
  const may = useMay();
  const { entities } = useMetadata();
  if (!me) return <PageSkeleton />;
  const first = firstPage(may)?.path ?? (entities[0] ? listPath(entities[0].key) : null);
  return first ? <Navigate to={first} replace /> : <Welcome />;
}

/** Somebody without any right yet. */
function Welcome() {
  const t = useText();
  return (
    <EmptyState
      title={t({ zh: '欢迎', en: 'Welcome' })}
      hint={t({ zh: '你还没有任何角色，请联系管理员。', en: 'You hold no role yet. Ask an administrator.' })}
    />
  );
}
