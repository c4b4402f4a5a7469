/** The draft of a start form: kept under the id that the start will have. */
import { useMemo, useRef } from 'react';
import type { Values } from '@/forms';
import { type DraftState, type DraftStore, type Restored, useAutosave } from '../useAutosave';
import { dropStartDraft, saveStartDraft, useStartDraftsChanged } from './api';

const NOTHING: Values = {};

interface Kept {
  id: string;
  flow: string;
  /** What is entered. */
  data: Values;
  /** False once it is being sent. */
  keeping: boolean;
  found: Restored | null;
  onKept: (id: string | null) => void;
}

export function useStartDraft({ id, flow, data, keeping, found, onKept }: Kept): DraftState {
  const changed = useStartDraftsChanged();
  const tell = useRef(onKept);
  tell.current = onKept;
  const store = useMemo(
    (): DraftStore<Values> => ({
      save: (entered) => saveStartDraft(id, flow, entered),
      drop: () => dropStartDraft(id),
      isEmpty: (entered) => Object.keys(entered).length === 0,
      onKept: (kept) => {
        tell.current(kept && id);
        changed();
      },
    }),
    [id, flow, changed],
  );
  return useAutosave(store, { content: data, nothing: NOTHING, keeping, found });
}
