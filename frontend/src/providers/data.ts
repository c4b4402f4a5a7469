/** react-admin's data provider over /api/records: expressions as filters, keyset cursors behind page numbers. */
import type { DataProvider, GetListParams, RaRecord } from 'react-admin';
import { api, type Query } from './http';

/** What a list answers. */
export interface RecordPage {
  items: RaRecord[];
  next: string | null;
}

interface ListFilter {
  /** An expression of the language. */
  expression?: string;
  /** Show the trash. */
  trash?: boolean;
  /** Words to look for in the record's title. */
  search?: string;
  /** The key of a segment that the records belong to. */
  segment?: string;
}

/** `records/case` is an entity's resource; anything else stands directly under /api. */
export const addressOf = (resource: string) => `/api/${resource}`;

const sortText = (sort: GetListParams['sort']) => sort && `${sort.order === 'DESC' ? '-' : ''}${sort.field}`;

/** `meta.sort` takes several keys as the API writes them: `-created_at,name`. */
function listQuery(params: GetListParams, after: string | null): Query {
  const filter = (params.filter ?? {}) as ListFilter;
  const sort = params.meta?.sort ?? sortText(params.sort);
  return {
    filter: filter.expression,
    search: filter.search,
    segment: filter.segment,
    trash: filter.trash || undefined,
    sort,
    limit: params.pagination?.perPage ?? 50,
    after,
  };
}

/** Cursors met while paging, by list; the cursor at index n opens page n + 1. */
class CursorBook {
  private readonly lists = new Map<string, (string | null)[]>();

  of(key: string): (string | null)[] {
    const known = this.lists.get(key) ?? [null];
    this.lists.set(key, known);
    return known;
  }
}

export function makeDataProvider(http: Pick<typeof api, 'get' | 'post' | 'patch' | 'delete'> = api): DataProvider {
  const book = new CursorBook();

  async function page(resource: string, params: GetListParams, number: number): Promise<RecordPage> {
    const cursors = book.of(
      JSON.stringify([resource, params.filter, params.sort, params.meta?.sort, params.pagination?.perPage]),
    );
    // A page opened by its address alone has no cursor yet: walk to it from the last one known.
    while (cursors.length < number && cursors.at(-1) !== undefined) {
      const step = await http.get<RecordPage>(addressOf(resource), listQuery(params, cursors.at(-1) ?? null));
      if (!step.next) return { items: [], next: null };
      cursors.push(step.next);
    }
    const found = await http.get<RecordPage>(addressOf(resource), listQuery(params, cursors[number - 1] ?? null));
    if (found.next) cursors[number] = found.next;
    return found;
  }

  const one = async <R extends RaRecord>(resource: string, id: unknown) => ({
    data: await http.get<R>(`${addressOf(resource)}/${id}`),
  });

  return {
    getList: async (resource, params) => {
      const number = params.pagination?.page ?? 1;
      const { items, next } = await page(resource, params, number);
      return { data: items as never[], pageInfo: { hasNextPage: !!next, hasPreviousPage: number > 1 } };
    },
    getOne: (resource, { id }) => one(resource, id),
    getMany: async (resource, { ids }) => {
      const found = await Promise.all(ids.map((id) => one(resource, id)));
      return { data: found.map(({ data }) => data) as never[] };
    },
    getManyReference: async (resource, params) => {
      const expression = `${params.target} = ${JSON.stringify(params.id)}`;
      const { items, next } = await page(resource, { ...params, filter: { expression } }, params.pagination.page);
      return { data: items as never[], pageInfo: { hasNextPage: !!next } };
    },
    create: async (resource, { data }) => ({ data: await http.post(addressOf(resource), data) }),
    update: async (resource, { id, data, previousData }) => {
      const { version = previousData?.version, ...changes } = data as Record<string, unknown>;
      return { data: await http.patch(`${addressOf(resource)}/${id}`, { version, data: changes }) };
    },
    updateMany: async (resource, { ids, data }) => {
      for (const id of ids) {
        const { version } = (await one(resource, id)).data;
        await http.patch(`${addressOf(resource)}/${id}`, { version, data });
      }
      return { data: ids };
    },
    delete: async (resource, { id, previousData }) => {
      await http.delete(`${addressOf(resource)}/${id}`);
      return { data: previousData as never };
    },
    deleteMany: async (resource, { ids }) => {
      for (const id of ids) await http.delete(`${addressOf(resource)}/${id}`);
      return { data: ids };
    },
  };
}

export const dataProvider = makeDataProvider();
