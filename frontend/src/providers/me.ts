/** Who is signed in, and what they may do. */
import { useQuery } from '@tanstack/react-query';
import { useAuthenticated } from 'react-admin';
import type { Locale } from '@/i18n';
import { api } from './http';

export type Permission = 'social' | 'analytics' | 'operate' | 'build' | 'administer';

export interface Me {
  id: string;
  name: string;
  email: string;
  locale?: Locale | null;
  department?: { id: string; name: string } | null;
  roles: { key: string }[] | string[];
  permissions: Permission[];
}

export const fetchMe = () => api.get<Me>('/api/me');

/** The signed-in user; `undefined` until loaded. */
export function useMe(): Me | undefined {
  useAuthenticated();
  return useQuery({ queryKey: ['me'], queryFn: fetchMe, staleTime: 60_000, retry: false }).data;
}

/** `const may = useMay(); may('build')`. Only what to show: the server decides. */
export function useMay(): (permission?: Permission) => boolean {
  const me = useMe();
  return (permission) => !permission || (me?.permissions.includes(permission) ?? false);
}
