/** Segments: named groups of an entity's records, each with how many of them the reader sees. */
import { useQuery } from '@tanstack/react-query';
import type { Text } from '@/i18n';
import { api } from '@/providers/http';
import { useFollow } from '@/providers/live';

export interface Segment {
  key: string;
  label: Text;
  description: Text | null;
  entity: string;
  /** Its condition as people of each language read it; none where rules put records in. */
  condition: Text | null;
  count: number;
  count_exact: boolean;
}

const KEY = ['segments'];

/** Those the reader may read, of every entity. */
export function useSegments() {
  useFollow(KEY, ['metadata']);
  return useQuery({ queryKey: KEY, queryFn: () => api.get<Segment[]>('/api/segments'), staleTime: 60_000 });
}

/** The same with counts that follow as records change: for who looks at the counts, for each asks the server to count. */
export function useLiveSegments() {
  useFollow(KEY, ['record']);
  return useSegments();
}

/** How many, as it is shown: an estimate says that it is one. */
export function countText({ count, count_exact }: Segment, number: (value: number) => string): string {
  return `${count_exact ? '' : '≈ '}${number(count)}`;
}
