/** Published metadata of the reader: entities they may see with their rights, views, forms, flows. */
import { useQuery } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useMemo } from 'react';
import { api } from '@/providers/http';
import type { Entity, Metadata, View } from './types';

export * from './types';

const EMPTY: Metadata = { version: 0, entities: [], views: [], forms: [], flows: [] };
const MetadataContext = createContext<Metadata>(EMPTY);

/** Loads /api/metadata and gives it to everything below; live `metadata.published` signals refresh it. */
export function useMetadataQuery(enabled = true) {
  return useQuery({
    queryKey: ['metadata'],
    queryFn: () => api.get<Metadata>('/api/metadata'),
    staleTime: 300_000,
    retry: false,
    enabled,
  });
}

export function MetadataProvider({ value, children }: { value: Metadata | undefined; children: ReactNode }) {
  const metadata = useMemo(() => ({ ...EMPTY, ...value }), [value]);
  return <MetadataContext.Provider value={metadata}>{children}</MetadataContext.Provider>;
}

export function useMetadata(): Metadata {
  return useContext(MetadataContext);
}

export function useEntity(key: string | null | undefined): Entity | undefined {
  const { entities } = useMetadata();
  return useMemo(() => entities.find((entity) => entity.key === key), [entities, key]);
}

export function useViews(entity: string): View[] {
  const { views } = useMetadata();
  return useMemo(() => views.filter((view) => view.entity === entity), [views, entity]);
}
