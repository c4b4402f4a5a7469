/** What every node and edge of one drawing needs to know beside its own data. */
import { createContext } from 'react';
import type { Flow } from './types';

export interface CanvasSurroundings {
  flow: Flow | null;
  /** While it is drawn: edges can be taken hold of. */
  editable: boolean;
  /** The worst problem of each node that has one. */
  wrong: ReadonlyMap<string, 'error' | 'warning'>;
  /** The nodes of the way that leads to the problem that is looked at. */
  trace: ReadonlySet<string>;
}

export const PLAIN: CanvasSurroundings = { flow: null, editable: false, wrong: new Map(), trace: new Set() };

export const CanvasContext = createContext<CanvasSurroundings>(PLAIN);
