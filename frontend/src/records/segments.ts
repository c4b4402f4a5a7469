/** Segments: named conditions over an entity's records, each with how many of them the reader sees. */
import { useQuery } from '@tanstack/react-query';
import type { Text } from '@/i18n';
import { api } from '@/providers/http';
import { useFollow } from '@/providers/live';

export interface Segment {
  key: string;
  label: Text;
  description: Text | null;
  entity: string;
  /** Its condition as people of each language read it. */
  condition: Text;
  count: number;
  count_exact: boolean;
}

/** Those the reader may read, of every entity; the counts follow as records change and segments are published. */
export function useSegments() {
  useFollow(['segments'], ['record', 'metadata']);
  return useQuery({ queryKey: ['segments'], queryFn: () => api.get<Segment[]>('/api/segments'), staleTime: 10_000 });
}

/** How many, as it is shown: an estimate says that it is one. */
export function countText({ count, count_exact }: Segment, number: (value: number) => string): string {
  return `${count_exact ? '' : '≈ '}${number(count)}`;
}
