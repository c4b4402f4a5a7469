/** Requests to our API: JSON in and out, the CSRF header, and errors with their texts in both languages. */
import type { Text } from '@/i18n';

/** A refusal by the server, as `backend.errors.WeftError` words it. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly text: Text;
  readonly suggestion: Text | string | null;
  /** Where in the document or form: field keys or a path. */
  readonly path: string | null;
  readonly params: Record<string, unknown>;
  /** Further problems of the same request (several fields, several definitions). */
  readonly problems: Problem[];

  constructor(status: number, body: ErrorBody) {
    const text = readText(body.message, status);
    super(text.en);
    this.name = 'ApiError';
    this.status = status;
    this.code = body.code ?? `http_${status}`;
    this.text = text;
    this.suggestion = body.suggestion ?? null;
    this.path = readPath(body.path);
    this.params = body.params ?? {};
    this.problems = (body.problems ?? []).map(readProblem);
  }
}

export interface Problem {
  code: string;
  path: string | null;
  message: Text | string;
  suggestion?: Text | string | null;
  /** What would be legal there (expressions). */
  suggestions?: string[];
  /** The field it is about, and what became of it while it was being edited. */
  field?: string | null;
  old?: unknown;
  new?: unknown;
}

export interface ErrorBody {
  code?: string;
  message?: Text | string;
  suggestion?: Text | string | null;
  path?: string | (string | number)[] | null;
  params?: Record<string, unknown>;
  problems?: (Partial<Omit<Problem, 'path'>> & { path?: ErrorBody['path'] })[];
}

const UNEXPECTED: Text = { zh: '服务器出错了（{status}）。', en: 'The server failed ({status}).' };

function readText(message: Text | string | undefined, status: number): Text {
  if (typeof message === 'string' && message) return { zh: message, en: message };
  if (message && typeof message === 'object') return message;
  const fill = (text: string) => text.replace('{status}', String(status));
  return { zh: fill(UNEXPECTED.zh), en: fill(UNEXPECTED.en) };
}

function readProblem(problem: NonNullable<ErrorBody['problems']>[number]): Problem {
  return { ...problem, code: problem.code ?? '', message: problem.message ?? '', path: readPath(problem.path) };
}

function readPath(path: ErrorBody['path']): string | null {
  if (path === null || path === undefined) return null;
  return Array.isArray(path) ? path.join('.') : path;
}

export type Query = Record<string, string | number | boolean | null | undefined>;

const CSRF_COOKIE = 'weft_csrf';
const CSRF_HEADER = 'X-CSRF-Token';

function csrfToken(): string {
  const found = document.cookie.split('; ').find((part) => part.startsWith(`${CSRF_COOKIE}=`));
  return found ? decodeURIComponent(found.slice(CSRF_COOKIE.length + 1)) : '';
}

/** What every unsafe request of a session carries. */
export const csrfHeaders = (): Record<string, string> => ({ [CSRF_HEADER]: csrfToken() });

export function withQuery(path: string, query?: Query): string {
  const pairs = Object.entries(query ?? {}).filter(
    ([, value]) => value !== null && value !== undefined && value !== '',
  );
  const search = new URLSearchParams(pairs.map(([key, value]) => [key, String(value)])).toString();
  return search ? `${path}?${search}` : path;
}

async function readBody(response: Response): Promise<unknown> {
  if (response.status === 204) return undefined;
  const text = await response.text();
  if (!text) return undefined;
  const json = response.headers.get('content-type')?.includes('json');
  return json ? JSON.parse(text) : text;
}

/** The refusal within an answer's body. */
export function errorBody(body: unknown): ErrorBody {
  if (typeof body !== 'object' || body === null) return {};
  return 'error' in body && typeof body.error === 'object' && body.error !== null ? body.error : body;
}

/** What the browser sends after the page is gone. */
const MOST_LEFT_BEHIND = 60_000;

/** A request made as the page is being left outlives it: what somebody had typed is kept. */
const outlivesPage = (content: string | Blob | null): boolean =>
  document.visibilityState === 'hidden' && typeof content === 'string' && content.length < MOST_LEFT_BEHIND;

async function request<T>(
  method: string,
  path: string,
  body?: unknown,
  query?: Query,
  signal?: AbortSignal,
): Promise<T> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (body !== undefined) headers['Content-Type'] = body instanceof Blob ? body.type : 'application/json';
  if (method !== 'GET') Object.assign(headers, csrfHeaders());
  const content = body === undefined ? null : body instanceof Blob ? body : JSON.stringify(body);
  const response = await fetch(withQuery(path, query), {
    method,
    headers,
    credentials: 'same-origin',
    body: content,
    ...(outlivesPage(content) ? { keepalive: true } : {}),
    ...(signal ? { signal } : {}),
  });
  const answer = await readBody(response);
  if (!response.ok) throw new ApiError(response.status, errorBody(answer));
  return answer as T;
}

/** `api.get<Task[]>('/api/tasks', { box: 'todo' })`; every method throws `ApiError` on a refusal. */
export const api = {
  get: <T>(path: string, query?: Query) => request<T>('GET', path, undefined, query),
  /** `signal` gives a request up, for questions that nobody waits for any more. */
  post: <T>(path: string, body: unknown = {}, query?: Query, signal?: AbortSignal) =>
    request<T>('POST', path, body, query, signal),
  /** A file as it is. */
  send: <T>(path: string, file: Blob, type: string) => request<T>('POST', path, file.slice(0, file.size, type)),
  put: <T>(path: string, body: unknown, query?: Query) => request<T>('PUT', path, body, query),
  patch: <T>(path: string, body: unknown, query?: Query) => request<T>('PATCH', path, body, query),
  delete: <T>(path: string, query?: Query) => request<T>('DELETE', path, undefined, query),
};
