/** react-admin's auth provider over /api/auth and /api/me. */
import type { QueryClient } from '@tanstack/react-query';
import type { AuthProvider } from 'react-admin';
import { ApiError, api } from './http';
import { fetchMe, type Me } from './me';

const ME = { queryKey: ['me'], queryFn: fetchMe, staleTime: 60_000, retry: false };

/** Signing out of a session that is already gone is not an error. */
function unlessSignedOut(error: unknown): void {
  if (!(error instanceof ApiError) || error.status !== 401) throw error;
}

/** Who is signed in is kept where the pages read it, so that it is asked once. */
export function makeAuthProvider(client: QueryClient): AuthProvider {
  const me = (): Promise<Me> => client.fetchQuery(ME);
  return {
    login: async ({ email, password }: { email: string; password: string }) => {
      await api.post('/api/auth/login', { email, password });
      await client.resetQueries();
    },
    logout: async () => {
      const had = client.getQueryData(ME.queryKey) !== undefined;
      if (had) await api.post('/api/auth/logout').catch(unlessSignedOut);
      client.removeQueries();
      return '/login';
    },
    checkAuth: async () => {
      await me();
    },
    checkError: async (error: unknown) => {
      // Its message is what react-admin says when it leads to the login page.
      if (error instanceof ApiError && error.status === 401) throw new Error('ra.notification.logged_out');
    },
    getIdentity: async () => {
      const { id, name } = await me();
      return { id, fullName: name };
    },
    getPermissions: async () => (await me()).permissions,
  };
}
