/** A refusal of a write, sorted to the fields it is about. */
import type { TextReader } from '@/i18n';
import type { Entity } from '@/metadata';
import { ApiError } from '@/providers/http';

export interface FormErrors {
  /** By field key. */
  fields: Record<string, string>;
  /** What belongs to no field on the page; null when everything does. */
  rest: unknown;
}

export const NO_ERRORS: FormErrors = { fields: {}, rest: null };

/** `items.0.quantity`, `data.title` and `title` are all about a field of the entity. */
function fieldIn(entity: Entity, path: string | null): string | undefined {
  const parts = path?.split(/[./[\]]+/).filter(Boolean) ?? [];
  return parts.find((part) => entity.fields.some((field) => field.key === part));
}

export function sortErrors(entity: Entity, error: unknown, t: TextReader): FormErrors {
  if (isConflict(error) || !(error instanceof ApiError)) return { fields: {}, rest: error };
  const said = [{ path: error.path, message: error.text, suggestion: error.suggestion }, ...error.problems];
  const fields: Record<string, string> = {};
  for (const { path, message, suggestion } of said) {
    const key = fieldIn(entity, path);
    if (key && message) fields[key] = [t(message), t(suggestion)].filter(Boolean).join(' ');
  }
  return { fields, rest: Object.keys(fields).length > 0 ? null : error };
}

export const isConflict = (error: unknown): error is ApiError =>
  error instanceof ApiError && error.code === 'record.version';
