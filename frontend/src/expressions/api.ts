/** What the server says of expressions: checked, completed, explained, printed. Positions are counted in code points. */
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { type Text, useLocale } from '@/i18n';
import { useMetadata } from '@/metadata';
import { api } from '@/providers/http';
import { surfaceOf } from './editor/surface';
import type { About, Tree } from './tree';

export interface Problem {
  code: string;
  start: number;
  end: number;
  message: Text;
  suggestions: string[];
}

export interface Checked {
  ok: boolean;
  type: string | null;
  problems: Problem[];
  /** With positions; null when there are problems. */
  json: Tree | null;
  /** The canonical text in both languages. */
  text: Text | null;
}

export type CompletionKind = 'field' | 'variable' | 'function' | 'keyword' | 'option' | 'literal' | 'unit';

export interface CompletionItem {
  label: string;
  insert: string;
  kind: CompletionKind;
  type: string | null;
  detail: Text | null;
  doc: Text | null;
}

export interface Completions {
  from: number;
  to: number;
  items: CompletionItem[];
}

export interface Warning {
  code: string;
  start: number;
  end: number;
  message: Text;
}

export interface Part {
  text: string;
  start: number;
  end: number;
  type: string;
  value: unknown;
  parts: Part[];
}

export interface Explanation {
  ok: boolean;
  problems: Problem[];
  value: unknown;
  type: string | null;
  warnings: Warning[];
  /** Null when there are problems. */
  part: Part | null;
  why_not: Text[];
}

export interface Printed {
  ok: boolean;
  text: Text | null;
  problems: Problem[];
  json: Tree | null;
}

/** What the value must be, and where it will be run; conditions of lists run in the database. */
export interface Wanted {
  expects?: string;
  target?: 'sql' | 'python' | 'browser';
}

/** The language over what one place may name. Every answer is kept for a minute, every question may be given up. */
export interface Language {
  about: About;
  check: (text: string, signal?: AbortSignal) => Promise<Checked>;
  /** In the words of the language that the text is written in. */
  complete: (text: string, position: number, signal?: AbortSignal) => Promise<Completions>;
  explain: (text: string, record: string) => Promise<Explanation>;
  print: (tree: Tree, signal?: AbortSignal) => Promise<Printed>;
}

const TOPIC = 'language';
const KEEP_MS = 60_000;
const SHOWN = 100;

interface Question {
  path: string;
  body: Record<string, unknown>;
  version: number | string;
  signal?: AbortSignal | undefined;
}

/** An answer of this minute, or a request; giving up the question gives up the request. */
function ask<T>(client: QueryClient, { path, body, version, signal }: Question): Promise<T> {
  const queryKey = [TOPIC, path, version, body];
  const kept = client.getQueryState<T>(queryKey);
  if (kept?.data && Date.now() - kept.dataUpdatedAt < KEEP_MS) return Promise.resolve(kept.data);
  const asked = api.post<T>(`/api/language/${path}`, body, undefined, signal);
  return asked.then((answer) => {
    client.setQueryDefaults([TOPIC], { gcTime: KEEP_MS });
    client.setQueryData(queryKey, answer);
    return answer;
  });
}

/** `about` and `wanted` are compared by what they say: they may be made anew for each drawing. */
export function useLanguage(about: About, wanted: Wanted = {}): Language {
  const client = useQueryClient();
  const { version } = useMetadata();
  const locale = useLocale();
  const said = JSON.stringify([about, wanted]);
  return useMemo(() => {
    const [place, want] = JSON.parse(said) as [About, Wanted];
    return {
      about: place,
      check: (text, signal) => ask(client, { path: 'check', body: { text, ...place, ...want }, version, signal }),
      complete: (text, position, signal) =>
        ask<Completions>(client, {
          path: 'complete',
          body: { text, position, surface: surfaceOf(text) ?? locale, ...place },
          version,
          signal,
        }).then((found) => ({ ...found, items: found.items.slice(0, SHOWN) })),
      explain: (text, record) => api.post('/api/language/explain', { text, record, ...place }),
      print: (json, signal) =>
        ask(client, {
          path: 'print',
          body: { json: { v: TREE_VERSION, ...json }, ...place, ...want },
          version,
          signal,
        }),
    };
  }, [client, version, said, locale]);
}

const TREE_VERSION = 2;

export const isGivenUp = (error: unknown): boolean => error instanceof DOMException && error.name === 'AbortError';
