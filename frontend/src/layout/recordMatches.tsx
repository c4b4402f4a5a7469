/** Records whose title contains what was typed, asked of each entity the reader sees. */
import { useQueries } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { EntityIcon, usePaused } from '@/components';
import { useText } from '@/i18n';
import { useMetadata } from '@/metadata';
import { api } from '@/providers/http';
import { recordPath, resourceOf } from '@/records/paths';

const PAUSE_MS = 200;

export interface RecordHit {
  key: string;
  path: string;
  label: string;
  group: string;
  icon: ReactNode;
}

export function useRecordMatches(typed: string): { records: RecordHit[]; pending: boolean } {
  const t = useText();
  const text = usePaused(typed.trim(), PAUSE_MS);
  const { entities } = useMetadata();
  const asked = text.length > 0 ? entities : [];
  const answers = useQueries({
    queries: asked.map((entity) => ({
      queryKey: [resourceOf(entity.key), 'search', text],
      queryFn: () =>
        api.get<{ items: Record<string, unknown>[] }>(`/api/records/${entity.key}`, {
          search: text,
          limit: 4,
        }),
      staleTime: 10_000,
    })),
  });
  const records = asked.flatMap((entity, index) =>
    (answers[index]?.data?.items ?? []).map((record) => ({
      key: `${entity.key}/${record.id}`,
      path: recordPath(entity.key, String(record.id)),
      label: String(record._title ?? record.id),
      group: t(entity.label),
      icon: <EntityIcon name={entity.icon} size={16} />,
    })),
  );
  return { records, pending: typed.trim() !== text || answers.some(({ isPending }) => isPending) };
}
