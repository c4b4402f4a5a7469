/** BPMN files: what one holds, its flows as drafts, and the address of a flow as one. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Text } from '@/i18n';
import { api, withQuery } from '@/providers/http';

/** Something of the file that is kept and not executed, or was read otherwise than written. */
export interface BpmnNote {
  code: string;
  /** The key of the flow; null for what belongs to the whole file. */
  flow: string | null;
  /** A node or edge of the flow, or the id in the file. */
  element: string | null;
  message: Text;
}

export interface ImportedFlow {
  key: string;
  /** There is a published flow with this key. */
  exists: boolean;
  document: { label: Text; entity: string; nodes: unknown[]; edges: unknown[] };
}

export interface ImportedFile {
  flows: ImportedFlow[];
  notes: BpmnNote[];
  saved: boolean;
}

export interface FileWishes {
  entity: string;
  /** Other keys by those that the flows would get. */
  keys: Record<string, string>;
  save: boolean;
}

const NAMELESS: FileWishes = { entity: '', keys: {}, save: false };

/** Reads a file; with `save` its flows become drafts. */
export function useImport() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ file, ...wishes }: { file: Blob } & Partial<FileWishes>) =>
      api.send<ImportedFile>(addressOf({ ...NAMELESS, ...wishes }), file, 'application/xml'),
    onSuccess: (answer) => {
      if (answer.saved) void client.invalidateQueries({ queryKey: ['definitions'] });
    },
  });
}

function addressOf({ entity, keys, save }: FileWishes): string {
  const query = new URLSearchParams({ entity, save: String(save) });
  for (const [found, wanted] of Object.entries(keys)) if (found !== wanted) query.append('key', `${found}:${wanted}`);
  return `/api/flows/import?${query}`;
}

/** What is being edited, or what is published where nobody does. */
export const exportAddress = (key: string, locale: string): string =>
  withQuery(`/api/flows/${key}/bpmn`, { draft: true, locale: locale.startsWith('zh') ? 'zh' : 'en' });
