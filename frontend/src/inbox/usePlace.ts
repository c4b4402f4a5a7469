/** Box, open task and filters live in the address, so that it can be shared and the browser's back button works. */
import { useSearchParams } from 'react-router-dom';
import { FILTERS } from './filters';
import { BOXES } from './labels';
import type { Box } from './types';

export type Filter = Record<string, string>;

export interface Place {
  box: Box;
  task: string | null;
  filter: Filter;
  go: (change: { box?: Box; task?: string | null; filter?: Filter }, replace?: boolean) => void;
}

export function usePlace(): Place {
  const [params, setParams] = useSearchParams();
  const named = params.get('box');
  const box = BOXES.find(({ key }) => key === named)?.key ?? 'todo';
  const filter = filterIn(params, box);
  return {
    box,
    task: params.get('task'),
    filter,
    go: (change, replace = false) => {
      const next = { box, task: params.get('task'), filter, ...change };
      const entries = { ...next.filter, box: next.box === 'todo' ? null : next.box, task: next.task };
      setParams(
        Object.entries(entries).flatMap(([key, value]) => (value ? [[key, value] as [string, string]] : [])),
        { replace },
      );
    },
  };
}

/** What the address says of the filters that a box has. */
function filterIn(params: URLSearchParams, box: Box): Filter {
  const found = FILTERS.filter(({ boxes }) => boxes.includes(box)).map(({ key }) => [key, params.get(key) ?? '']);
  return Object.fromEntries(found.filter(([, value]) => value));
}
