/** Routes: custom pages from the page list, one resource per entity from the metadata. */
import { lazy } from 'react';
import { CustomRoutes, Resource } from 'react-admin';
import { Navigate, Route } from 'react-router-dom';
import { PageSkeleton } from '@/components';
import type { Entity } from '@/metadata';
import { useMay, useMe } from '@/providers/me';
import { resourceOf } from '@/records/paths';
import { PAGES, type Page } from './pages';

const RecordList = lazy(() => import('@/records/RecordListPage'));
const RecordCreate = lazy(() => import('@/records/RecordCreatePage'));
const RecordShow = lazy(() => import('@/records/RecordShowPage'));
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
      <Route path=":id" element={<RecordShow entityKey={entity.key} />} />
      <Route path=":id/edit" element={<RecordEdit entityKey={entity.key} />} />
    </Resource>
  ));
}

function firstPage(may: ReturnType<typeof useMay>): Page | undefined {
  return PAGES.find((page) => !page.hidden && !page.path.includes(':') && may(page.permission));
}

/** `/` leads to the first page the reader may see: the inbox. */
export function Home() {
  const me = useMe();
  const may = useMay();
  if (!me) return <PageSkeleton />;
  return <Navigate to={firstPage(may)?.path ?? '/welcome'} replace />;
}
