/** What the server says of a decision table that is being written: its problems, gaps and overlaps, and what it answers. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { Content, DefinitionProblem } from '@/build/api';
import { usePaused } from '@/components';
import type { Text } from '@/i18n';
import { api } from '@/providers/http';

type Example = Record<string, unknown>;

export interface Gap {
  example: Example;
  /** The cells of a row that would close it. */
  when: Record<string, string>;
  message: Text;
}

export interface Overlap {
  rows: [number, number];
  example: Example;
  message: Text;
}

export interface Examined {
  problems: DefinitionProblem[];
  gaps: Gap[];
  overlaps: Overlap[];
  /** Cells that cannot be looked through, by their paths: gaps are not known then. */
  skipped: string[];
  complete: boolean;
}

export interface Decided {
  /** One answer, a list of them, or one value where they are aggregated. */
  outputs: unknown;
  matched: number[];
  problem: { code: string; message: Text } | null;
}

const PAUSE_MS = 350;

/** Asked once its author pauses; the last answer stays until there is a newer one. */
export function useExamined(document: Content | null) {
  const now = JSON.stringify(document);
  const text = usePaused(now, PAUSE_MS);
  const query = useQuery({
    queryKey: ['decisions', 'check', text],
    queryFn: ({ signal }) =>
      api.post<Examined>('/api/decision-tables/check', { document: JSON.parse(text) }, undefined, signal),
    enabled: document !== null,
    placeholderData: keepPreviousData,
    retry: false,
  });
  return { ...query, current: text === now && !query.isPlaceholderData && !query.isFetching };
}

/** `inputs` null: nothing is asked. */
export function useDecided(document: Content | null, inputs: Example | null) {
  const question = usePaused(JSON.stringify(inputs && { document, inputs }), PAUSE_MS);
  return useQuery({
    queryKey: ['decisions', 'decide', question],
    queryFn: ({ signal }) => api.post<Decided>('/api/decision-tables/decide', JSON.parse(question), undefined, signal),
    enabled: question !== 'null',
    placeholderData: inputs === null ? undefined : keepPreviousData,
    retry: false,
  });
}
