/** A definition edited piece by piece: every change is a labelled command that can be taken back. */
import { useRef } from 'react';
import { apply, begin, type History, redo, redoLabel, undo, undoLabel } from '@/expressions/history';
import type { Text } from '@/i18n';
import type { Content } from './api';
import { printDocument } from './documents';
import type { Draft } from './useDraft';

export interface Editing {
  /** `run`: commands of the same run become one, as letters typed one after the other do. */
  change: (label: Text, members: Content, run?: string) => void;
  undo: () => void;
  redo: () => void;
  undoLabel: Text | null;
  redoLabel: Text | null;
}

/** The history begins anew when the text changes from elsewhere: saved by somebody else, discarded, an old version taken. */
export function useEditing(draft: Draft, writable: boolean): Editing {
  const kept = useRef<History<string> | null>(null);
  const { text, document, setText } = draft;
  if (kept.current?.present.state !== text) kept.current = begin(text);
  const history = kept.current;
  const go = (next: History<string>) => {
    kept.current = next;
    setText(next.present.state);
  };
  return {
    change: (label, members, run) => {
      if (!document || !writable) return;
      const next = `${printDocument({ ...document, ...members })}\n`;
      if (next !== text) go(apply(history, label, next, { run: run ?? null, at: Date.now() }));
    },
    undo: () => go(undo(history)),
    redo: () => go(redo(history)),
    undoLabel: undoLabel(history),
    redoLabel: redoLabel(history),
  };
}
