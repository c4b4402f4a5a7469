/** What people said: the wall, a person's time line and handles. */
import { useQuery } from '@tanstack/react-query';
import type { Text } from '@/i18n';
import { api } from '@/providers/http';
import { type Page, usePages } from '@/providers/paging';

export type Sentiment = 'positive' | 'neutral' | 'negative';

/** One action a rule took: what it was asked and what it made, or why it failed. */
export interface FiredAction {
  action: string;
  arguments?: Record<string, unknown>;
  result?: { entity?: string; record_id?: string; instance_id?: string; title?: string; number?: string } | null;
  error?: string;
  /** The same for who reads it. */
  message?: Text;
}

export interface Firing {
  id: string;
  rule: string;
  label: Text | string;
  status: string;
  branch: string;
  error: string | null;
  trace: Record<string, unknown>;
  actions: FiredAction[];
}

export interface Post {
  event_id: number;
  channel: string;
  type: string;
  external_id: string;
  author: { id: string; name: string };
  person_id: string;
  person_name: string | null;
  text: string;
  target: string | null;
  sentiment: Sentiment;
  sentiment_score: number;
  sentiment_words: string[];
  rules: string[];
  firings: Firing[];
  occurred_at: string;
}

export interface TimelineEntry {
  id: string;
  at: string;
  type: string;
  title: Text;
  text: string | null;
  link: string | null;
  data: Record<string, unknown>;
}

interface IdentityItem {
  channel: string;
  external_id: string;
  name: string;
  first_seen_at: string;
  last_seen_at: string;
}

/** '' for whatever is not asked. */
export type WallFilter = Record<'sentiment' | 'channel' | 'rule' | 'search', string>;

/** The wall, newest first. The live signal `social` makes it stale, so that new posts come in by themselves. */
export function usePosts(filter: WallFilter) {
  return usePages<Page<Post>>(['posts'], '/api/social/posts', { ...filter, limit: 30 });
}

/** Somebody else's time line never stands in for it. */
export function useTimeline(person: string) {
  const path = `/api/people/${person}/timeline`;
  return usePages<Page<TimelineEntry>>(['timeline', person], path, { limit: 30 }, { placeholderData: undefined });
}

export function useIdentities(person: string) {
  return useQuery({
    queryKey: ['timeline', person, 'identities'],
    queryFn: () => api.get<{ items: IdentityItem[] }>(`/api/people/${person}/identities`),
  });
}
