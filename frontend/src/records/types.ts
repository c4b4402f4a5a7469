/** A record as the API sends it. */

export interface WeftRecord {
  id: string;
  version: number;
  created_at: string;
  created_by: string | null;
  updated_at: string;
  updated_by: string | null;
  owner: string | null;
  department: string | null;
  deleted_at?: string | null;
  _title?: string | null;
  _labels?: Record<string, string | null>;
  [field: string]: unknown;
}

/** One entry of /history. */
export interface HistoryItem {
  id: number;
  at: string;
  actor: { id: string; name: string } | null;
  type: string;
  changes: Record<string, [unknown, unknown]> | null;
  causation?: { type?: string; id?: string | number; label?: string } | string | number | null;
}

export const titleOf = (record: WeftRecord | undefined): string =>
  record ? record._title || record.id.slice(0, 8) : '';
export const labelIn = (record: WeftRecord, key: string): string | null => record._labels?.[key] ?? null;
