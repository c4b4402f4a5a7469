/** Page numbers over keyset cursors: each page is asked for by the cursor its predecessor gave. */
import { describe, expect, it } from 'vitest';
import { makeDataProvider, type RecordPage } from './data';
import type { Query } from './http';

const ALL = Array.from({ length: 7 }, (_, index) => ({ id: `r${index + 1}` }));

/** An API that pages over ALL by cursors, and remembers what it was asked. */
function keysetApi() {
  const asked: { path: string; query: Query | undefined }[] = [];
  const sent: { method: string; path: string; body?: unknown }[] = [];
  const get = async <T>(path: string, query?: Query): Promise<T> => {
    asked.push({ path, query });
    const from = query?.after ? Number(String(query.after).slice(1)) : 0;
    const to = from + Number(query?.limit);
    const page: RecordPage = { items: ALL.slice(from, to), next: to < ALL.length ? `c${to}` : null };
    return page as T;
  };
  const send =
    (method: string) =>
    async <T>(path: string, body?: unknown) => {
      sent.push({ method, path, body });
      return (body ?? {}) as T;
    };
  return { asked, sent, http: { get, post: send('POST'), patch: send('PATCH'), delete: send('DELETE') } };
}

const params = (page: number, more: object = {}) => ({
  pagination: { page, perPage: 3 },
  sort: { field: 'created_at', order: 'DESC' as const },
  filter: { expression: 'status = "new"' },
  ...more,
});

const ids = (data: { id: unknown }[]) => data.map(({ id }) => id);

describe('getList', () => {
  it('goes forward and back by cursors', async () => {
    const { http, asked } = keysetApi();
    const provider = makeDataProvider(http);
    const first = await provider.getList('records/ticket', params(1));
    const second = await provider.getList('records/ticket', params(2));
    const third = await provider.getList('records/ticket', params(3));
    const back = await provider.getList('records/ticket', params(2));
    expect(ids(first.data)).toEqual(['r1', 'r2', 'r3']);
    expect(ids(second.data)).toEqual(['r4', 'r5', 'r6']);
    expect(ids(third.data)).toEqual(['r7']);
    expect(ids(back.data)).toEqual(ids(second.data));
    expect(first.pageInfo).toEqual({ hasNextPage: true, hasPreviousPage: false });
    expect(third.pageInfo).toEqual({ hasNextPage: false, hasPreviousPage: true });
    expect(asked.map(({ query }) => query?.after)).toEqual([null, 'c3', 'c6', 'c3']);
    expect(asked[0]).toMatchObject({
      path: '/api/records/ticket',
      query: { filter: 'status = "new"', sort: '-created_at', limit: 3 },
    });
  });

  it('walks to a page that is opened by its address', async () => {
    const { http } = keysetApi();
    const { data, pageInfo } = await makeDataProvider(http).getList('records/ticket', params(3));
    expect(ids(data)).toEqual(['r7']);
    expect(pageInfo?.hasNextPage).toBe(false);
  });

  it('shows an empty page past the end', async () => {
    const { http } = keysetApi();
    const { data, pageInfo } = await makeDataProvider(http).getList('records/ticket', params(9));
    expect(data).toEqual([]);
    expect(pageInfo).toEqual({ hasNextPage: false, hasPreviousPage: true });
  });

  it('does not use the cursors of another filter or order', async () => {
    const { http, asked } = keysetApi();
    const provider = makeDataProvider(http);
    await provider.getList('records/ticket', params(1));
    await provider.getList('records/ticket', params(1, { filter: { expression: 'status = "closed"' } }));
    await provider.getList('records/ticket', params(1, { meta: { sort: '-priority,name' } }));
    expect(asked.map(({ query }) => query?.after)).toEqual([null, null, null]);
    expect(asked[2]?.query?.sort).toBe('-priority,name');
  });
});

it('sends the version beside the changes', async () => {
  const { http, sent } = keysetApi();
  const provider = makeDataProvider(http);
  await provider.update('records/ticket', { id: 'r1', data: { version: 4, title: 'x' }, previousData: { id: 'r1' } });
  expect(sent).toEqual([
    { method: 'PATCH', path: '/api/records/ticket/r1', body: { version: 4, data: { title: 'x' } } },
  ]);
});

it('sends the version that was read before, when the changes bring none', async () => {
  const { http, sent } = keysetApi();
  const provider = makeDataProvider(http);
  const previousData = { id: 'r1', version: 4 };
  await provider.update('records/ticket', { id: 'r1', data: { title: 'x' }, previousData });
  const get = async <T>(path: string) => ({ id: path.split('/').at(-1), version: 7 }) as T;
  await makeDataProvider({ ...http, get }).updateMany('records/ticket', { ids: ['r2'], data: { title: 'y' } });
  expect(sent.map(({ path, body }) => [path, body])).toEqual([
    ['/api/records/ticket/r1', { version: 4, data: { title: 'x' } }],
    ['/api/records/ticket/r2', { version: 7, data: { title: 'y' } }],
  ]);
});
