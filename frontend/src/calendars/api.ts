/** The days of a year by a calendar that is being written, as the server counts them. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Content, DefinitionProblem } from '@/build/api';
import { usePaused } from '@/components';
import type { Text } from '@/i18n';
import { ApiError, api } from '@/providers/http';
import type { DayKind, Span } from './calendarDocument';

export interface PreviewDay {
  date: string;
  kind: DayKind;
  hours: Span[];
  label: Text | null;
}

export interface YearPreview {
  year: number;
  zone: string;
  days: PreviewDay[];
}

const PAUSE_MS = 300;

export interface Previewed {
  /** The last one there was: it stays while a mistake is mended. */
  year: YearPreview | undefined;
  problems: DefinitionProblem[];
  /** Anything else that went wrong. */
  error: unknown;
}

export function usePreview(key: string, document: Content | null, year: number): Previewed {
  const text = usePaused(JSON.stringify(document), PAUSE_MS);
  const { data, error } = useQuery({
    queryKey: ['calendars', 'preview', key, text, year],
    queryFn: ({ signal }) =>
      api.post<YearPreview>('/api/calendars/preview', { document: JSON.parse(text), year }, undefined, signal),
    enabled: document !== null,
    placeholderData: keepPreviousData,
    retry: false,
  });
  return useMemo(() => {
    const problems = error instanceof ApiError ? (error.problems as unknown as DefinitionProblem[]) : [];
    return { year: data, problems, error: problems.length > 0 ? null : error };
  }, [data, error]);
}
