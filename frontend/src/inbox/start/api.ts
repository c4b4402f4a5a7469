/** Start forms: what may be started, the form, its draft, who comes next, and the start. */
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { usePaused } from '@/components';
import type { Values } from '@/forms';
import { api } from '@/providers/http';
import type { Prediction } from '../types';
import type { Startable, StartDraft, StartDraftLine, StartForm } from './types';

const TOPIC = 'start';
const DRAFTS = [TOPIC, 'drafts'];

export function useStartables() {
  return useQuery({
    queryKey: [TOPIC, 'forms'],
    queryFn: async () => (await api.get<{ items: Startable[] }>('/api/start-forms')).items,
  });
}

/** The form, with the draft that is gone on with; asked once, since what is typed stands on it. */
export function useStartForm(flow: string, draft: string | null) {
  return useQuery({
    queryKey: [TOPIC, 'form', flow, draft],
    queryFn: async () => {
      const [form, found] = await Promise.all([
        api.get<StartForm>(`/api/start-forms/${flow}`),
        draft ? api.get<StartDraft>(`/api/start-drafts/${draft}`) : null,
      ]);
      return { form, draft: found };
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
}

export function useStartDrafts(enabled: boolean) {
  return useQuery({
    queryKey: DRAFTS,
    queryFn: async () => (await api.get<{ items: StartDraftLine[] }>('/api/start-drafts')).items,
    enabled,
  });
}

/** Drafts were kept, thrown away or sent. */
export function useStartDraftsChanged(): () => void {
  const client = useQueryClient();
  return useCallback(() => {
    void client.invalidateQueries({ queryKey: DRAFTS });
    void client.invalidateQueries({ queryKey: ['tasks', 'counts'] });
  }, [client]);
}

export const saveStartDraft = (id: string, flow: string, data: Values) =>
  api.put<{ updated_at: string }>(`/api/start-drafts/${id}`, { flow, data });

export const dropStartDraft = (id: string) => api.delete(`/api/start-drafts/${id}`);

export interface StartRequest {
  /** The same for every attempt with this form: it starts one run. */
  id: string;
  data: Values;
  chosen?: Record<string, string[]>;
}

export const startWithForm = (flow: string, request: StartRequest) =>
  api.post<{ id: string; record_id: string }>(`/api/start-forms/${flow}`, request);

const PAUSE_MS = 700;

/** Who would get it with what is entered so far, asked once somebody pauses. What does not fit yet is refused: then nobody can say. */
export function useStartPrediction(flow: string, data: Values) {
  const text = usePaused(
    useMemo(() => JSON.stringify(data), [data]),
    PAUSE_MS,
  );
  return useQuery({
    queryKey: ['prediction', TOPIC, flow, text],
    queryFn: () => api.post<Prediction>(`/api/flows/${flow}/prediction`, { data: JSON.parse(text) }),
    placeholderData: keepPreviousData,
    retry: false,
  });
}
