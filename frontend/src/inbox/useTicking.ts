/** Ticking several tasks to agree to at once. */
import { useState } from 'react';
import type { TaskItem } from './types';

/** As many as the server decides at once. */
const MOST = 100;

export interface Ticking {
  on: boolean;
  ids: ReadonlySet<string>;
  has: (id: string) => boolean;
  /** Only what needs neither opinion, signature nor anything filled in. */
  mayTick: (task: TaskItem) => boolean;
  tick: (task: TaskItem) => void;
  tickAll: (tasks: TaskItem[]) => void;
  clear: () => void;
  /** Begins, and ends with nothing ticked. */
  toggle: () => void;
}

const mayTick = (task: TaskItem) => task.status === 'open' && !!task.approve;

export function useTicking(): Ticking {
  const [on, setOn] = useState(false);
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const set = (next: Iterable<string>) => setIds(new Set([...next].slice(0, MOST)));
  return {
    on,
    ids,
    has: (id) => ids.has(id),
    mayTick,
    tick: (task) => {
      if (!mayTick(task)) return;
      setOn(true);
      set(ids.has(task.id) ? [...ids].filter((id) => id !== task.id) : [...ids, task.id]);
    },
    tickAll: (tasks) => set(tasks.filter(mayTick).map(({ id }) => id)),
    clear: () => set([]),
    toggle: () => {
      setOn(!on);
      set([]);
    },
  };
}
