/** Lists that come page by page from the API: `{ items, next }`, where `next` is the key after which the next page begins. */
import {
  type InfiniteData,
  keepPreviousData,
  type QueryKey,
  type UseInfiniteQueryOptions,
  type UseInfiniteQueryResult,
  useInfiniteQuery,
} from '@tanstack/react-query';
import { api, type Query } from './http';

export interface Page<Item> {
  items: Item[];
  next: string | null;
}

type Options<Answer> = Pick<
  UseInfiniteQueryOptions<Answer, Error, InfiniteData<Answer>, QueryKey, string | null>,
  'placeholderData' | 'refetchInterval'
>;

/**
 * Pages of `path`, under the key `[...topic, params]`. With other `params` the rows shown so far stay until the new ones
 * are there (`placeholderData: undefined`: they do not).
 */
export function usePages<Answer extends Page<unknown>>(
  topic: QueryKey,
  path: string,
  params: Query,
  options?: Options<Answer>,
): UseInfiniteQueryResult<InfiniteData<Answer>> {
  return useInfiniteQuery<Answer, Error, InfiniteData<Answer>, QueryKey, string | null>({
    queryKey: [...topic, params],
    queryFn: ({ pageParam }) => api.get<Answer>(path, { ...params, after: pageParam }),
    initialPageParam: null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
    ...options,
  });
}

/** The rows of all pages read so far. */
export function itemsOf<Item>(data: InfiniteData<Page<Item>> | undefined): Item[] {
  return data?.pages.flatMap((page) => page.items) ?? [];
}
