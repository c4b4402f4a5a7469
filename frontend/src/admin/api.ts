/** Administration's data: users, departments, roles, keys. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Text } from '@/i18n';
import type { Department } from '@/metadata';
import { api } from '@/providers/http';
import type { Permission } from '@/providers/me';

export interface User {
  id: string;
  email: string;
  name: string;
  position: string;
  department_id: string | null;
  superior_id: string | null;
  is_admin: boolean;
  active: boolean;
  locale: 'zh' | 'en';
  roles: string[];
}

export type DepartmentRow = Department & { head_id: string | null };

export interface Grant {
  entity: string;
  actions: string[];
  scope: string;
  fields?: Record<string, string>;
  /** A condition that its rows must meet besides the scope. */
  where?: string | null;
}

export interface Role {
  key: string;
  label: Text;
  description?: Text | null;
  grants: Grant[];
  permissions: Permission[];
  flows: string[];
  app?: string;
}

export interface ApiKey {
  id: string;
  name: string;
  prefix: string;
  user_id: string;
  roles: string[];
  /** It may work on the tasks of its user. */
  tasks: boolean;
  created_at: string;
  last_used_at: string | null;
  revoked_at: string | null;
}

const items = async <T>(path: string) => (await api.get<{ items: T[] }>(path)).items;

export const useUsers = () => useQuery({ queryKey: ['users'], queryFn: () => items<User>('/api/users') });
/** What is empty in a definition is left out of its JSON. */
type RoleAnswer = Pick<Role, 'key' | 'label'> & Partial<Role>;

const readRole = (role: RoleAnswer): Role => ({ grants: [], permissions: [], flows: [], ...role });

export const useRoles = () =>
  useQuery({ queryKey: ['roles'], queryFn: async () => (await items<RoleAnswer>('/api/roles')).map(readRole) });
export const useApiKeys = () => useQuery({ queryKey: ['api-keys'], queryFn: () => items<ApiKey>('/api/api-keys') });
export const useDepartments = () =>
  useQuery({ queryKey: ['departments'], queryFn: () => items<DepartmentRow>('/api/departments') });

/** A change of administration; lists and the names everybody sees are read again. */
export function useChange<Input, Output = unknown>(change: (input: Input) => Promise<Output>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => {
      for (const topic of ['users', 'departments', 'api-keys', 'metadata', 'me']) {
        void client.invalidateQueries({ queryKey: [topic] });
      }
    },
  });
}

/** A department and those below it, with its depth. */
export interface TreeRow {
  department: DepartmentRow;
  depth: number;
}

/** Parents before children, children by label; what has no parent in the list is a root. */
export function treeOf(departments: DepartmentRow[]): TreeRow[] {
  const known = new Set(departments.map(({ id }) => id));
  const below = (parent: string | null) =>
    departments
      .filter(({ parent_id }) => (parent_id && known.has(parent_id) ? parent_id : null) === parent)
      .sort((one, other) => one.label.en.localeCompare(other.label.en));
  const walk = (parent: string | null, depth: number): TreeRow[] =>
    below(parent).flatMap((department) => [{ department, depth }, ...walk(department.id, depth + 1)]);
  return walk(null, 0);
}
