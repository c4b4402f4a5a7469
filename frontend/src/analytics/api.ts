/** The dashboard's figures, as /api/dashboard answers them. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { Text } from '@/i18n';
import { api } from '@/providers/http';
import { useFollow } from '@/providers/live';
import type { Sentiment } from '@/social/api';

type SentimentCounts = Record<Sentiment, number>;

export interface Dashboard {
  volume: { day: string; channel?: string | null; count: number }[];
  sentiment: SentimentCounts;
  sentiment_by_day: ({ day: string } & Partial<SentimentCounts>)[];
  open_tickets: number;
  tickets_by_stage: { key: string; label: Text | string; count: number; color?: string }[];
  first_response: { median_seconds: number | null; p90_seconds: number | null; count: number };
  tasks: { open: number; overdue: number };
  instances: Partial<Record<'starting' | 'running' | 'completed' | 'cancelled' | 'failed', number>>;
  rules: { key: string; label: Text | string; count: number }[];
}

export function useDashboard(days: number) {
  useFollow(['dashboard'], ['task', 'instance']);
  return useQuery({
    queryKey: ['dashboard', days],
    queryFn: () => api.get<Dashboard>('/api/dashboard', { days }),
    placeholderData: keepPreviousData,
  });
}

/** Days in order, each once, also those without a post. */
export function daysOf(dashboard: Dashboard, days: number, today = new Date()): string[] {
  const found = new Set([...dashboard.volume, ...dashboard.sentiment_by_day].map(({ day }) => day));
  for (let back = 0; back < days; back++) {
    const date = new Date(today.getFullYear(), today.getMonth(), today.getDate() - back);
    const two = (part: number) => String(part).padStart(2, '0');
    found.add(`${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`);
  }
  return [...found].sort().slice(-days);
}
