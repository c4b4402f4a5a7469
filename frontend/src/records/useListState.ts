/** What a list shows, kept in the address: shareable, and the browser's back button works. */
import { useMemo } from 'react';
import { useSearchParams } from 'react-router-dom';
import type { View } from '@/metadata';

export const PAGE_SIZES = [25, 50, 100];

export interface ListState {
  view: View | undefined;
  /** The reader's own condition, on top of the view's. */
  filter: string;
  search: string;
  /** The key of a segment; its condition holds too. */
  segment: string;
  /** As the API takes it: `-created_at,name`. */
  sort: string;
  page: number;
  size: number;
  trash: boolean;
  set: (
    changes: Partial<
      Record<'view' | 'filter' | 'search' | 'segment' | 'sort' | 'page' | 'size' | 'trash', string | null>
    >,
  ) => void;
}

const USUAL_SORT = '-updated_at';

/** The view that shows everything; where an app has none, the list offers a tab of its own. */
export const viewOfAll = (views: View[]) => views.find((view) => !view.filter);

function viewOf(views: View[], key: string | null): View | undefined {
  if (key === 'all') return viewOfAll(views);
  return views.find((view) => view.key === key) ?? views.find((view) => view.default) ?? viewOfAll(views);
}

export function useListState(views: View[]): ListState {
  const [params, setParams] = useSearchParams();
  return useMemo(() => {
    const view = viewOf(views, params.get('view'));
    const set: ListState['set'] = (changes) =>
      setParams((before) => {
        const after = new URLSearchParams(before);
        if (!('page' in changes)) after.delete('page');
        for (const [name, value] of Object.entries(changes)) {
          if (value) after.set(name, value);
          else after.delete(name);
        }
        return after;
      });
    return {
      view,
      filter: params.get('filter') ?? '',
      search: params.get('search') ?? '',
      segment: params.get('segment') ?? '',
      sort: params.get('sort') ?? (view?.sort?.join(',') || USUAL_SORT),
      page: Math.max(1, Number(params.get('page')) || 1),
      size: Number(params.get('size')) || (PAGE_SIZES[1] ?? 50),
      trash: params.get('trash') === 'true',
      set,
    };
  }, [params, setParams, views]);
}

/** Both conditions must hold; an empty one says nothing. */
export function both(first: string | null | undefined, second: string): string | undefined {
  const parts = [first, second].filter((part): part is string => !!part?.trim());
  return parts.length > 1 ? parts.map((part) => `(${part})`).join(' and ') : parts[0];
}
