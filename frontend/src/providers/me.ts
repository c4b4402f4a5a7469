/** Who is signed in, and what they may do. Only for what to show: the server decides. */
import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import type { Locale, Text } from '@/i18n';
import { api } from './http';

export type Permission = 'social' | 'analytics' | 'operate' | 'build' | 'administer';
type FieldRight = 'hidden' | 'read' | 'write';

interface EntityRights {
  create: boolean;
  read: boolean;
  update: boolean;
  delete: boolean;
  fields: Record<string, FieldRight>;
}

export interface Me {
  id: string;
  name: string;
  email: string;
  locale: Locale | null;
  position: string | null;
  department_id: string | null;
  department: Text | null;
  is_admin: boolean;
  roles: string[];
  permissions: Permission[];
  entities: Record<string, EntityRights>;
  /** Keys of the flows that may be started by hand. */
  flows: string[];
  /** `timezone` is the company's: days are counted in it. */
  app: { name: string; version: string; timezone: string } | null;
}

type MeAnswer = { user: Omit<Me, 'roles' | 'permissions' | 'entities' | 'flows' | 'app'> } & Pick<
  Me,
  'permissions' | 'entities' | 'flows' | 'app'
> & { roles: (string | { key: string })[] };

export async function fetchMe(): Promise<Me> {
  const { user, roles, ...more } = await api.get<MeAnswer>('/api/me');
  return { ...user, ...more, roles: roles.map((role) => (typeof role === 'string' ? role : role.key)) };
}

/** The signed-in user; `undefined` until loaded. */
export function useMe(): Me | undefined {
  return useQuery({ queryKey: ['me'], queryFn: fetchMe, staleTime: 60_000, retry: false }).data;
}

/** `const may = useMay(); may('build')`; of several permissions any is enough. */
export function useMay(): (permission?: Permission | readonly Permission[]) => boolean {
  const me = useMe();
  return useCallback(
    (permission) => {
      if (!permission || me?.is_admin) return true;
      const enough = typeof permission === 'string' ? [permission] : permission;
      return enough.some((each) => me?.permissions.includes(each));
    },
    [me],
  );
}

export interface Rights extends Omit<EntityRights, 'fields'> {
  field: (key: string) => FieldRight;
}

/** What the reader may do with an entity's records and fields. */
export function useRights(entity: string): Rights {
  const me = useMe();
  return useMemo(() => rightsOf(me, entity), [me, entity]);
}

function rightsOf(me: Me | undefined, entity: string): Rights {
  const found = me?.entities[entity];
  if (!found) return { create: false, read: false, update: false, delete: false, field: () => 'hidden' };
  const { fields, ...actions } = found;
  const usual: FieldRight = actions.create || actions.update ? 'write' : 'read';
  return { ...actions, field: (key) => fields[key] ?? usual };
}
