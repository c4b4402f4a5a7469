/** What the server says of a flow that is being drawn, and the actions that its nodes may call. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { Content, DefinitionProblem } from '@/build/api';
import { usePaused } from '@/components';
import type { Text } from '@/i18n';
import { api } from '@/providers/http';

export interface ActionInfo {
  key: string;
  label: Text | null;
  /** Takes further arguments than its parameters. */
  open: boolean;
  parameters: { name: string; label: Text | null; type: string; required: boolean }[];
}

const PAUSE_MS = 500;

/** Asked once its author pauses; the last answer stays until there is a newer one. */
export function useChecked(document: Content | null) {
  const now = JSON.stringify(document);
  const text = usePaused(now, PAUSE_MS);
  const query = useQuery({
    queryKey: ['flows', 'check', text],
    queryFn: ({ signal }) =>
      api.post<{ problems: DefinitionProblem[] }>(
        '/api/flows/check',
        { document: JSON.parse(text) },
        undefined,
        signal,
      ),
    enabled: document !== null,
    placeholderData: keepPreviousData,
    retry: false,
  });
  /** The document that the problems are about: their paths lead into it. */
  return { ...query, current: text === now && !query.isPlaceholderData && !query.isFetching };
}

const NONE: ActionInfo[] = [];

export function useActions(): ActionInfo[] {
  const { data } = useQuery({
    queryKey: ['flows', 'actions'],
    queryFn: () => api.get<ActionInfo[]>('/api/flows/actions'),
    staleTime: 300_000,
  });
  return data ?? NONE;
}
