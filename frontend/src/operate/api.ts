/** What runs by itself: firings of rules, the outbox, messages as sent, channels. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Text } from '@/i18n';
import { api } from '@/providers/http';
import { useFollow } from '@/providers/live';
import { type Page, usePages } from '@/providers/paging';
import type { FiredAction } from '@/social/api';

export type FiringStatus = 'done' | 'limited' | 'failed' | 'switched_off' | 'retracted';

export interface FiringItem {
  id: string;
  rule: string;
  label: Text;
  rule_version: number;
  at: string;
  branch: string;
  status: FiringStatus;
  error: string | null;
  actions: FiredAction[];
  /** The values the rule saw, by the expression that read them. */
  trace: Record<string, unknown>;
  /** Null where no event brought it about. */
  event_id: number | null;
  event: { type: string | null; text: string | null };
  /** What no two firings of a rule share: `event:17`, `deadline:17`, `schedule:<moment>:<record>`. */
  cause: string;
  /** When it happened, which may be before it was noticed. */
  happened_at: string;
  retracted_at: string | null;
  retracted_by: number | null;
  person_id: string | null;
  person_name: string | null;
}

export type OutboxStatus = 'pending' | 'done' | 'failed' | 'cancelled';

export interface OutboxItem {
  id: string;
  kind: string;
  /** Idempotency key: the receiver acts on it once. */
  key: string;
  payload: Record<string, unknown>;
  status: OutboxStatus;
  attempts: number;
  next_attempt_at: string;
  last_error: string | null;
  result: Record<string, unknown> | null;
  event_id: number | null;
  created_at: string;
  done_at: string | null;
}

export interface MessageItem {
  id: string;
  key: string;
  channel: string;
  /** Who carried it; `log` only shows what would be sent. */
  via: string;
  person_id: string | null;
  person_name: string | null;
  /** Their handle on the channel. */
  recipient: string;
  text: string;
  context: Record<string, unknown>;
  /** `refused`: it was not sent, for the reason. */
  status: string;
  reason_text: Text | null;
  purpose: string | null;
  sent_at: string;
  read_at: string | null;
}

export interface ChannelItem {
  key: string;
  label: Text;
  enabled: boolean;
  adapter: string | null;
  note: Text | null;
  endpoint: string;
  received: number;
  /** False for an estimate. */
  received_exact: boolean;
  last_at: string | null;
}

export interface FiringFilter {
  rule?: string;
  status?: string;
}

export function useFirings(filter: FiringFilter) {
  useFollow(['firings'], ['social', 'record']);
  return usePages<Page<FiringItem>>(['firings'], '/api/rules/firings', { ...filter, limit: 30 });
}

/** One event that a rule counted. */
export interface CountedEvent {
  id: number;
  at: string;
  type: string;
  text: string | null;
}

interface CountedAnswer {
  windows: { function: string; event: string; value: unknown; events: CountedEvent[] }[];
}

/** The events that a rule counted when it fired, once somebody asks. */
export function useCounted(firing: string, asked: boolean) {
  return useQuery({
    queryKey: ['firings', firing, 'counted'],
    queryFn: () => api.get<CountedAnswer>(`/api/rules/firings/${firing}/counted`),
    enabled: asked,
    retry: false,
  });
}

interface OutboxPageAnswer extends Page<OutboxItem> {
  counts: Record<OutboxStatus, number>;
}

/** A retry happens by the clock and tells nobody, so that waiting ones are also asked for. */
const ASK_AGAIN_MS = 5_000;

export function useOutbox(status: string) {
  useFollow(['outbox'], ['social', 'record', 'task', 'instance']);
  return usePages<OutboxPageAnswer>(
    ['outbox'],
    '/api/outbox',
    { status, limit: 50 },
    { refetchInterval: ({ state }) => (state.data?.pages[0]?.counts.pending ? ASK_AGAIN_MS : false) },
  );
}

export function useRetry() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.post<{ status: string }>(`/api/outbox/${id}/retry`),
    onSuccess: () => client.invalidateQueries({ queryKey: ['outbox'] }),
  });
}

export function useMessages(person: string, status: string) {
  useFollow(['messages'], ['social', 'record', 'task', 'instance']);
  return usePages<Page<MessageItem>>(['messages'], '/api/messages', { person, status, limit: 30 });
}

export function useChannels() {
  useFollow(['channels'], ['social']);
  return useQuery({
    queryKey: ['channels'],
    queryFn: async () => (await api.get<{ items: ChannelItem[] }>('/api/channels')).items,
  });
}

/** An event that the pipeline could not handle. */
export interface FailedEvent {
  event_id: number;
  type: string;
  channel: string | null;
  occurred_at: string;
  text: string | null;
  error: string;
  at: string;
}

export function useFailedEvents() {
  return useQuery({
    queryKey: ['firings', 'failed-events'],
    queryFn: () => api.get<{ items: FailedEvent[]; next: number | null }>('/api/rules/failed-events'),
  });
}

export function useRetryEvent() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (event: number) => api.post(`/api/rules/failed-events/${event}/retry`),
    onSettled: () => client.invalidateQueries({ queryKey: ['firings'] }),
  });
}
