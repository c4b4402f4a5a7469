/** What is still missing in a form, what will be sent, and which of the server's problems belongs to which field. */
import { isEmpty } from '@/fields';
import type { Text } from '@/i18n';
import { ApiError, type Problem } from '@/providers/http';
import type { FormState } from './conditions';
import type { Values } from './types';

export type FieldErrors = Record<string, Text | string>;

const REQUIRED: Text = { zh: '请填写', en: 'Please fill this in' };

export function missingFields(state: FormState, values: Values): FieldErrors {
  const errors: FieldErrors = {};
  for (const [field, { required }] of state) if (required && isEmpty(values[field])) errors[field] = REQUIRED;
  return errors;
}

/** Only what is shown and may be changed is sent: the server refuses anything else. */
export function dataToSend(state: FormState, values: Values): Values {
  const data: Values = {};
  for (const [field, { writable }] of state) if (writable) data[field] = values[field] ?? null;
  return data;
}

/** `data.visit_date`, `/data/visit_date` or `visit_date` -> `visit_date`, where the form has such a field. */
function fieldOfPath(path: string | null, state: FormState): string | undefined {
  return (path ?? '').split(/[./[\]]+/).find((step) => state.has(step));
}

/** The server's problems by field; those of no field on the form stay with the error itself. */
export function serverErrors(error: unknown, state: FormState): FieldErrors {
  if (!(error instanceof ApiError)) return {};
  const own: Problem = { code: error.code, path: error.path, message: error.text };
  const errors: FieldErrors = {};
  for (const problem of [own, ...error.problems]) {
    const field = fieldOfPath(problem.path, state);
    if (field) errors[field] = problem.message;
  }
  return errors;
}
