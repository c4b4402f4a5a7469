/** The cache of answers: what is asked again, and what happens when the session has ended. */
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError } from './http';

/** A refusal is an answer: only a lost connection or a failing server is asked again, twice. */
function retry(failures: number, error: Error): boolean {
  return failures < 2 && !(error instanceof ApiError && error.status < 500);
}

export function makeQueryClient(): QueryClient {
  /** Asks again who is signed in; the answer leads to the login page, which leads back. */
  const onError = (error: Error) => {
    const signedIn = client.getQueryData(['me']) !== undefined;
    if (!signedIn || !(error instanceof ApiError) || error.status !== 401) return;
    client.removeQueries({ queryKey: ['me'] });
    void client.invalidateQueries({ queryKey: ['auth'] });
  };
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: { queries: { retry, staleTime: 5_000 } },
  });
  return client;
}
