/** Colleagues whom a definition names by their e-mail, which the metadata does not tell. */
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api } from '@/providers/http';

export interface NamedByEmail {
  email: string;
  id: string;
  name: string;
}

const STALE_MS = 300_000;
/** As many as fit into an address. */
const MOST = 100;

/** Who they are, by e-mail; empty until it is known, and without those that are nobody's. */
export function usePeopleByEmail(emails: readonly string[]): ReadonlyMap<string, NamedByEmail> {
  const asked = emails.slice(0, MOST);
  const { data } = useQuery({
    queryKey: ['metadata', 'people', asked],
    queryFn: () => api.get<{ items: NamedByEmail[] }>('/api/metadata/people', { emails: asked.join() }),
    enabled: asked.length > 0,
    staleTime: STALE_MS,
    retry: false,
  });
  return useMemo(() => new Map(data?.items.map((person) => [person.email, person])), [data]);
}
