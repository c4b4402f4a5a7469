/** Definitions: the list, one with its draft, plans, publishing and what was published. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Text } from '@/i18n';
import { ApiError, api } from '@/providers/http';
import { type Kind, kindOf } from './kinds';

export type Content = Record<string, unknown>;

export interface Address {
  kind: Kind;
  key: string;
}

export interface DefinitionEntry extends Address {
  label: Text;
  app: string;
  /** 0: never published. */
  version: number;
  draft: boolean;
  /** The draft is the wish to remove it. */
  removed: boolean;
}

/** A mistake of a definition; `path` is a JSON pointer, `span` the characters inside the expression there. */
export interface DefinitionProblem extends Address {
  path: string;
  code: string;
  message: Text;
  suggestion: string | null;
  severity: 'error' | 'warning';
  span?: [number, number] | null;
  /** Of a flow: the node to mark in its drawing, and the nodes of a way that leads to the mistake. */
  node?: string | null;
  trace?: string[];
  mending?: Text | null;
}

/** Where a problem is, in one word for addresses: `/text@4-9`. */
export const pointerOf = ({ path, span }: DefinitionProblem) => (span ? `${path}@${span[0]}-${span[1]}` : path);

export interface Version {
  version: number;
  at: string;
  current: boolean;
}

export interface Definition extends Address {
  version: number;
  content: Content | null;
  draft: Content | null;
  removed: boolean;
  draft_base_version: number | null;
  draft_at: string | null;
  versions: Version[];
  problems: DefinitionProblem[];
}

export interface TableChange {
  table: string;
  change: Text;
  lock: 'none' | 'share' | 'exclusive';
  destructive: boolean;
}

export interface Change extends Address {
  action: 'create' | 'update' | 'remove';
  summary: Text;
  details: TableChange[];
  uses: Address[];
}

export interface Plan {
  changes: Change[];
  problems: DefinitionProblem[];
  published: boolean;
  version: number;
}

export interface Publication {
  id: number;
  version: number;
  published_at: string;
  published_by: string | null;
  changes: Change[];
}

const TOPIC = 'definitions';
export const addressOf = ({ kind, key }: Address) => `${kind}/${key}`;
/** The editor of its JSON, which every definition has. */
export const jsonPath = ({ kind, key }: Address) => `/build/definitions/${kind}/${key}`;
/** Its own page, if its kind has one; `at` leads to a place in it. */
export const definitionPath = ({ kind, key }: Address, at = '') =>
  `${kindOf(kind).pages?.one(key) ?? jsonPath({ kind, key })}${at ? `?at=${encodeURIComponent(at)}` : ''}`;
const urlOf = ({ kind, key }: Address) => `/api/definitions/${kind}/${key}`;

/** Nothing is asked for whom it would be refused. */
export function useDefinitions(enabled = true) {
  return useQuery({
    queryKey: [TOPIC, 'list'],
    queryFn: () => api.get<DefinitionEntry[]>('/api/definitions'),
    enabled,
  });
}

/** What is not there yet, as the editor sees it. */
function unborn(address: Address): Definition {
  return {
    ...address,
    version: 0,
    content: null,
    draft: null,
    removed: false,
    draft_base_version: null,
    draft_at: null,
    versions: [],
    problems: [],
  };
}

async function fetchDefinition(address: Address, fresh: boolean): Promise<Definition> {
  try {
    return await api.get<Definition>(urlOf(address));
  } catch (error) {
    if (fresh && error instanceof ApiError && error.code === 'not_found') return unborn(address);
    throw error;
  }
}

/** `fresh`: it may be about to be made, so that its absence is no error. */
export function useDefinition(address: Address, fresh: boolean) {
  return useQuery({
    queryKey: [TOPIC, 'one', address.kind, address.key],
    queryFn: () => fetchDefinition(address, fresh),
  });
}

export function useVersion(address: Address, version: number | null) {
  return useQuery({
    queryKey: [TOPIC, 'version', address.kind, address.key, version],
    queryFn: () => api.get<{ content: Content }>(`${urlOf(address)}/versions/${version}`),
    enabled: version !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** What publishing these drafts would do; nothing is asked while there are none. */
export function usePlan(keys: Address[], stamp: string | null = null) {
  return useQuery({
    queryKey: [TOPIC, 'plan', keys.map(addressOf), stamp],
    queryFn: () => api.post<Plan>('/api/publish', { dry_run: true, keys: keys.map(bare) }),
    enabled: keys.length > 0,
    placeholderData: keepPreviousData,
  });
}

export function usePublications() {
  return useQuery({
    queryKey: [TOPIC, 'publications'],
    queryFn: () => api.get<{ items: Publication[] }>('/api/publications', { limit: 30 }),
  });
}

const bare = ({ kind, key }: Address): Address => ({ kind, key });

/** Everything that is read of definitions is stale after a change; rules show their text, so they are too. */
function useChanged() {
  const client = useQueryClient();
  return () => Promise.all([TOPIC, 'rules'].map((topic) => client.invalidateQueries({ queryKey: [topic] })));
}

export function useSaveDraft(address: Address) {
  const client = useQueryClient();
  const changed = useChanged();
  return useMutation({
    mutationFn: (body: { content: Content; base_version?: number }) => api.put<Definition>(urlOf(address), body),
    onSuccess: (answer) => {
      client.setQueryData([TOPIC, 'one', address.kind, address.key], answer);
      void changed();
    },
  });
}

export function useDraftRemoval(address: Address) {
  const changed = useChanged();
  return useMutation({ mutationFn: () => api.delete<Definition>(urlOf(address)), onSuccess: changed });
}

export function useDiscardDraft(address: Address) {
  const changed = useChanged();
  return useMutation({ mutationFn: () => api.delete<void>(`${urlOf(address)}/draft`), onSuccess: changed });
}

export function usePublish() {
  const changed = useChanged();
  return useMutation({
    mutationFn: (keys: Address[]) => api.post<Plan>('/api/publish', { dry_run: false, keys: keys.map(bare) }),
    onSuccess: changed,
  });
}
