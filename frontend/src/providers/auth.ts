/** react-admin's auth provider over /api/auth and /api/me. */
import type { AuthProvider } from 'react-admin';
import { ApiError, api } from './http';
import { fetchMe, type Me } from './me';

let signedIn: Promise<Me> | null = null;

function me(): Promise<Me> {
  signedIn ??= fetchMe().catch((error: unknown) => {
    signedIn = null;
    throw error;
  });
  return signedIn;
}

export const authProvider: AuthProvider = {
  login: async ({ email, password }: { email: string; password: string }) => {
    signedIn = null;
    await api.post('/api/auth/login', { email, password });
  },
  logout: async () => {
    const had = signedIn !== null;
    signedIn = null;
    if (had) await api.post('/api/auth/logout').catch(ignoreSignedOut);
    return '/login';
  },
  checkAuth: async () => {
    await me();
  },
  checkError: async (error: unknown) => {
    if (error instanceof ApiError && error.status === 401) throw error;
  },
  getIdentity: async () => {
    const { id, name } = await me();
    return { id, fullName: name };
  },
  getPermissions: async () => (await me()).permissions,
};

/** Signing out of a session that is already gone is not an error. */
function ignoreSignedOut(error: unknown): void {
  if (!(error instanceof ApiError) || error.status !== 401) throw error;
}
