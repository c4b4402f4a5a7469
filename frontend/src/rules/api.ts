/** The rules of an installation as they run: their counts, versions, switches, incidents, and what they have pending. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Text } from '@/i18n';
import { api } from '@/providers/http';
import { useFollow } from '@/providers/live';
import { type Page, usePages } from '@/providers/paging';
import type { TriggerKind } from './authoring';

export interface RuleItem {
  key: string;
  label: Text;
  description: Text | null;
  text: string;
  enabled: boolean;
  /** Switched off by hand, or because it went beyond what one rule may do. */
  off: boolean;
  off_reason: string | null;
  off_at: string | null;
  /** Null when it switched itself off. */
  off_by: string | null;
  version: number;
  /** Why it cannot run. */
  problem: string | null;
  purpose: string | null;
  /** Null for a rule that cannot be read. */
  trigger: { kind: TriggerKind; sentence: Text } | null;
  fired: number;
  limited: number;
  failed: number;
  retracted: number;
  /** Open ones. */
  incidents: number;
  pending: number;
  last_fired_at: string | null;
}

export interface Purpose {
  key: string;
  label: Text;
  off: boolean;
  reason: string | null;
  changed_at: string | null;
  changed_by: string | null;
  pending: number;
  /** Keys of the rules that name it. */
  rules: string[];
}

export type IncidentStatus = 'open' | 'resolved';

export interface Incident {
  id: string;
  rule: string;
  label: Text;
  rule_version: number;
  code: string;
  place: string | null;
  message: Text;
  suggestion: Text | string | null;
  firing_id: string | null;
  count: number;
  status: IncidentStatus;
  first_at: string;
  last_at: string;
  resolved_by: string | null;
}

export type PendingKind = 'absence' | 'after' | 'retry';

export interface PendingItem {
  id: string;
  kind: PendingKind;
  rule: string;
  label: Text;
  due_at: string;
  person_id: string | null;
  person_name: string | null;
  place: string | null;
  attempts: number;
}

export interface RuleVersion {
  version: number;
  text: string;
  label: Text;
  published_at: string;
  published_by: string | null;
  current: boolean;
}

/** Everything said of rules here is asked again together: a switch drops what is pending, a retry closes an incident. */
const TOPIC = 'rules';

export const rulePath = (key: string, tab = '') => `/rules/${key}${tab ? `?tab=${tab}` : ''}`;

export function useRules() {
  useFollow([TOPIC], ['social', 'record', 'metadata']);
  return useQuery({ queryKey: [TOPIC, 'list'], queryFn: () => api.get<RuleItem[]>('/api/rules') });
}

export function useRule(key: string) {
  useFollow([TOPIC], ['social', 'record', 'metadata']);
  return useQuery({ queryKey: [TOPIC, 'one', key], queryFn: () => api.get<RuleItem>(`/api/rules/${key}`) });
}

export function useRuleVersions(key: string) {
  return useQuery({
    queryKey: [TOPIC, 'versions', key],
    queryFn: () => api.get<RuleVersion[]>(`/api/rules/${key}/versions`),
  });
}

export function usePurposes() {
  return useQuery({ queryKey: [TOPIC, 'purposes'], queryFn: () => api.get<Purpose[]>('/api/rules/purposes') });
}

export function useIncidents(filter: { status: IncidentStatus; rule?: string }) {
  useFollow([TOPIC], ['social', 'record']);
  return usePages<Page<Incident>>([TOPIC, 'incidents'], '/api/rules/incidents', { ...filter, limit: 30 });
}

export function usePending(filter: { rule?: string }) {
  useFollow([TOPIC], ['social', 'record']);
  return usePages<Page<PendingItem>>([TOPIC, 'pending'], '/api/rules/pending', { ...filter, limit: 50 });
}

/** A change of how rules run: every answer about them is stale after it. */
function useChange<Variables>(change: (variables: Variables) => Promise<unknown>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ['firings'] });
      return client.invalidateQueries({ queryKey: [TOPIC] });
    },
  });
}

export interface SwitchTo {
  off: boolean;
  reason: string;
}

export const useSwitchRule = (key: string) => useChange((body: SwitchTo) => api.put(`/api/rules/${key}/switch`, body));

export const useSwitchPurpose = (key: string) =>
  useChange((body: SwitchTo) => api.put(`/api/rules/purposes/${key}/switch`, body));

export const useRetryIncident = () => useChange((id: string) => api.post(`/api/rules/incidents/${id}/retry`));
export const useResolveIncident = () => useChange((id: string) => api.post(`/api/rules/incidents/${id}/resolve`));
export const useCancelPending = () => useChange((id: string) => api.delete(`/api/rules/pending/${id}`));
