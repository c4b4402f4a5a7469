/** What people said: the wall, a person's time line and handles. */
import { type InfiniteData, keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { Text } from '@/i18n';
import { api } from '@/providers/http';

export type Sentiment = 'positive' | 'neutral' | 'negative';

/** One action a rule took: what it was asked and what it made, or why it failed. */
export interface FiredAction {
  action: string;
  arguments?: Record<string, unknown>;
  result?: { entity?: string; record_id?: string; instance_id?: string; title?: string; number?: string } | null;
  error?: string;
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

export interface IdentityItem {
  channel: string;
  external_id: string;
  name: string;
  first_seen_at: string;
  last_seen_at: string;
}

export interface WallFilter {
  sentiment?: string;
  channel?: string;
  search?: string;
  rule?: string;
}

interface Page<T> {
  items: T[];
  next: string | null;
}

export function itemsOf<T>(data: InfiniteData<Page<T>> | undefined): T[] {
  return data?.pages.flatMap((page) => page.items) ?? [];
}

/** The wall, newest first. The live signal `social` makes it stale, so that new posts come in by themselves. */
export function usePosts(filter: WallFilter) {
  return useInfiniteQuery({
    queryKey: ['posts', filter],
    queryFn: ({ pageParam }) => api.get<Page<Post>>('/api/social/posts', { ...filter, after: pageParam, limit: 30 }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });
}

export function useTimeline(person: string) {
  return useInfiniteQuery({
    queryKey: ['timeline', person],
    queryFn: ({ pageParam }) =>
      api.get<Page<TimelineEntry>>(`/api/people/${person}/timeline`, { after: pageParam, limit: 30 }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
}

export function useIdentities(person: string) {
  return useQuery({
    queryKey: ['timeline', person, 'identities'],
    queryFn: () => api.get<{ items: IdentityItem[] }>(`/api/people/${person}/identities`),
  });
}
