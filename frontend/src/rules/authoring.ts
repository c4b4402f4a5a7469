/** What the server says of a rule that is being written: checked, completed, printed, counted, run over the past, tested. */
import { useMutation, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Completions, Problem } from '@/expressions/api';
import { surfaceOf } from '@/expressions/editor/surface';
import { type Locale, type Text, useLocale } from '@/i18n';
import { useMetadata } from '@/metadata';
import { api } from '@/providers/http';
import type { RuleTest } from './ruleTests';

export type TriggerKind = 'event' | 'sequence' | 'absence' | 'change' | 'segment' | 'schedule' | 'watch';

/** A rule as the server reads it. */
export interface ReadRule {
  key: string;
  title: string;
  priority: number;
  trigger: { kind: TriggerKind; sentence: Text; entity: string | null; events: string[] };
  purpose: string | null;
  calendar: string | null;
  actions: string[];
  windows: number;
  /** What finds it among thousands; null when every event of its kind has to be looked at. */
  indexed_by: string | null;
  sentence: Text;
}

export interface RuleAnswer {
  ok: boolean;
  type: null;
  problems: Problem[];
  rule: ReadRule | null;
}

export interface Matches {
  entity: string | null;
  count: number;
  exact: boolean;
  basis: 'set' | 'person' | 'history';
  sentence: Text;
}

export interface DryAction {
  action: string;
  arguments: Record<string, unknown>;
  /** Done after a time, if its condition holds then. */
  later: boolean;
  /** Why it would not be sent. */
  refused: Text | null;
}

export type DryStatus = 'fired' | 'limited' | 'refused' | 'retracted' | 'failed';

export interface DryFiring {
  at: string;
  event: { id: number; type: string; text: string | null } | null;
  person: { id: string; name: string | null } | null;
  branch: string;
  status: DryStatus;
  /** Until when its messages would have waited. */
  quiet_until: string | null;
  actions: DryAction[];
  trace: Record<string, unknown>;
}

export interface DryRun {
  from: string;
  to: string;
  events: number;
  considered: number;
  fired: number;
  limited: number;
  persons: number;
  sends: number;
  truncated: boolean;
  firings: DryFiring[];
}

/** A part of a step's text and the value it had. */
export interface WhyPart {
  start: number;
  end: number;
  text: string;
  value: unknown;
  holds: boolean | null;
}

export interface WhyStep {
  title: Text;
  /** Null where it was not looked at: something before it had already decided. */
  holds: boolean | null;
  text: string;
  parts: WhyPart[];
  reasons: Text[];
}

export interface Why {
  fires: boolean;
  steps: WhyStep[];
}

export interface TestResult {
  title: Text;
  passed: boolean;
  expected: Outcome[];
  found: Outcome[];
  sentence: Text;
}

/** A firing as a test speaks of it. */
export interface Outcome {
  at: string;
  branch?: string | null;
  actions?: { action: string; arguments?: Record<string, unknown> }[];
}

const AT = '/api/rules';
interface Served {
  problems: Problem[];
  rule: ReadRule | null;
}
type Print = { text: string } | { problems: Problem[] };

/** The language of rules; what they may name follows the metadata, so that a new version asks anew. */
export interface RuleLanguage {
  check: (text: string, signal?: AbortSignal) => Promise<RuleAnswer>;
  complete: (text: string, position: number, signal?: AbortSignal) => Promise<Completions>;
  print: (text: string, language: Locale) => Promise<string | null>;
}

export function useRuleLanguage(): RuleLanguage {
  const { version } = useMetadata();
  const locale = useLocale();
  // biome-ignore lint/correctness/useExhaustiveDependencies: what may be named changes with the version
  return useMemo(() => languageIn(locale), [version, locale]);
}

const languageIn = (locale: Locale): RuleLanguage => ({
  check: async (text, signal) => {
    const { problems, rule } = await api.post<Served>(`${AT}/check`, { text }, undefined, signal);
    return { ok: problems.length === 0, type: null, problems, rule };
  },
  complete: (text, position, signal) =>
    api.post<Completions>(
      `${AT}/complete`,
      { text, offset: position, surface: surfaceOf(text) ?? locale },
      undefined,
      signal,
    ),
  print: async (text, language) => {
    const printed = await api.post<Print>(`${AT}/print`, { text, language });
    return 'text' in printed ? printed.text : null;
  },
});

/** How many it is about, once nothing is wrong with it. */
export function useMatches(text: string, ready: boolean) {
  return useQuery({
    queryKey: ['rules', 'matches', text],
    queryFn: () => api.post<Matches>(`${AT}/matches`, { text }),
    enabled: ready,
    retry: false,
    staleTime: 60_000,
  });
}

export const useDryRun = () =>
  useMutation({
    mutationFn: (body: { text: string; days: number; limit: number }) => api.post<DryRun>(`${AT}/dry-run`, body),
  });

export function useWhy(text: string, event: number | null) {
  return useQuery({
    queryKey: ['rules', 'why', text, event],
    queryFn: () => api.post<Why>(`${AT}/why`, { text, event_id: event }),
    enabled: event !== null,
    retry: false,
  });
}

export const useRunTests = () =>
  useMutation({
    mutationFn: (body: { text: string; tests: RuleTest[] }) =>
      api.post<{ results: TestResult[] }>(`${AT}/test`, body).then(({ results }) => results),
  });
