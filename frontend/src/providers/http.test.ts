/** Requests carry the CSRF token; refusals come back with their texts, place and problems. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiError, api, withQuery } from './http';

afterEach(() => vi.unstubAllGlobals());

function answer(status: number, body: unknown) {
  const fetched = vi.fn(async (_path: string, _init: RequestInit) => {
    return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
  });
  vi.stubGlobal('fetch', fetched);
  return fetched;
}

describe('requests', () => {
  it('carry the token of the cookie when they change something', async () => {
    // biome-ignore lint/suspicious/noDocumentCookie: the server sets it this way, and the page reads it this way
    document.cookie = 'weft_csrf=abc%3D';
    const fetched = answer(200, {});
    await api.post('/api/records/ticket', { title: 'x' });
    await api.get('/api/me');
    const sent = fetched.mock.calls.map(([, init]) => new Headers(init.headers).get('X-CSRF-Token'));
    expect(sent).toEqual(['abc=', null]);
  });

  it('leave empty parameters out', () => {
    expect(withQuery('/api/tasks', { box: 'todo', after: null, search: '' })).toBe('/api/tasks?box=todo');
  });

  it('throw refusals with both texts', async () => {
    const message = { zh: '有人改过', en: 'Somebody changed it' };
    answer(409, { error: { code: 'record.version', message, path: ['data', 'title'], suggestion: null, params: {} } });
    const refused = await api.patch('/api/records/ticket/1', {}).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ApiError);
    expect(refused).toMatchObject({ status: 409, code: 'record.version', text: message, path: 'data.title' });
  });
});
