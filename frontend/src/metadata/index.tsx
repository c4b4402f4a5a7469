/** Published metadata of the reader: entities they may see with their rights, views, forms, flows. */
import { useQuery } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useMemo } from 'react';
import { Calendar } from '@/language';
import { api } from '@/providers/http';
import type { Department, Entity, FlowSummary, Form, Metadata, Person, View } from './types';

export { type NamedByEmail, usePeopleByEmail } from './people';
export * from './types';

const EMPTY: Metadata = {
  version: 0,
  entities: [],
  views: [],
  forms: [],
  flows: [],
  users: [],
  departments: [],
  roles: [],
};
const MetadataContext = createContext<Metadata>(EMPTY);

/** The answer of /api/metadata: definitions by key. */
type MetadataAnswer = Omit<Metadata, 'entities' | 'views' | 'forms' | 'flows'> & {
  entities: Record<string, Entity>;
  views: Record<string, View>;
  forms: Record<string, Form>;
  flows: Record<string, FlowSummary>;
};

function readMetadata(answer: MetadataAnswer): Metadata {
  return {
    ...answer,
    entities: Object.values(answer.entities),
    views: Object.values(answer.views),
    forms: Object.values(answer.forms),
    flows: Object.values(answer.flows),
  };
}

/** Loads /api/metadata and gives it to everything below; live `metadata.published` signals refresh it. */
export function useMetadataQuery(enabled = true) {
  return useQuery({
    queryKey: ['metadata'],
    queryFn: async () => readMetadata(await api.get<MetadataAnswer>('/api/metadata')),
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

/** The calendar by which business time is counted. */
export function useBusinessCalendar(): Calendar {
  const { calendar } = useMetadata();
  return useMemo(() => new Calendar(calendar ?? {}), [calendar]);
}

/** Colleagues by id. */
export function useUser(id: string | null | undefined): Person | undefined {
  const { users } = useMetadata();
  return useMemo(() => users.find((user) => user.id === id), [users, id]);
}

export function useDepartment(id: string | null | undefined): Department | undefined {
  const { departments } = useMetadata();
  return useMemo(() => departments.find((department) => department.id === id), [departments, id]);
}
