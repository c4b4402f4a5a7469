/** What every part of the builder shares: the picture, the ways to change it, and who is being dragged. */
import { createContext, useContext } from 'react';
import type { Text } from '@/i18n';
import type { Wanted } from '../api';
import type { About } from '../tree';
import type { Group } from './items';
import type { Subject } from './subjects';

export interface Board {
  root: Group;
  about: About;
  wanted: Wanted;
  subjects: readonly Subject[];
  readOnly: boolean;
  /** One command of the history; `run` joins it with the one before; `focus` is the item to go to after it. */
  edit: (label: Text, root: Group, more?: { run?: string; focus?: number; part?: FocusPart }) => void;
  dragged: number | null;
  setDragged: (id: number | null) => void;
}

export type FocusPart = 'handle' | 'first';

const Context = createContext<Board | null>(null);
export const BoardProvider = Context.Provider;

export function useBoard(): Board {
  const board = useContext(Context);
  if (!board) throw new Error('a part of the condition builder stands outside of it');
  return board;
}
