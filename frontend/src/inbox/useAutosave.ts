/** What is half filled in is kept by itself: a moment after the last change, and when the form is left. */
import { useCallback, useEffect, useRef, useState } from 'react';

const PAUSE_MS = 1200;
const AGAIN_MS = 200;

/** A draft as it was found. */
export interface Restored {
  updated_at: string;
}

export interface DraftState {
  /** When it was kept last; null while nothing is. */
  savedAt: string | null;
  saving: boolean;
  error: unknown;
  /** What is there now came from a draft of an earlier visit. */
  restored: Restored | null;
  /** Throws it away. */
  drop: () => Promise<void>;
}

/** Where drafts are kept. */
export interface DraftStore<Content> {
  save: (content: Content) => Promise<Restored>;
  drop: () => Promise<unknown>;
  /** Nothing is entered: then there is no draft. */
  isEmpty: (content: Content) => boolean;
  /** Told what is kept now; null for nothing. */
  onKept: (kept: { content: Content; at: string } | null) => void;
  /** What it is for is being asked anew, and may turn out to be over: it waits for the answer. */
  isAsking?: () => boolean;
  /** Told why something was not kept; true where what it was for is over, which the page then says itself. */
  isOver?: (problem: unknown) => boolean;
}

interface Keeping<Content> {
  /** What is entered. */
  content: Content;
  /** The same with nothing entered. */
  nothing: Content;
  /** False while nothing may be kept: somebody only looks, or it is sent. */
  keeping: boolean;
  /** The draft that the form began with. */
  found: Restored | null;
}

export function useAutosave<Content>(
  store: DraftStore<Content>,
  { content, nothing, keeping, found }: Keeping<Content>,
): DraftState {
  const [restored, setRestored] = useState(found);
  const [savedAt, setSavedAt] = useState<string | null>(null);
  const [saving, setSaving] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const text = JSON.stringify(content);
  // What the server has; at first what it brought along, or nothing.
  const kept = useRef(text);
  const latest = useRef({ text, content, keeping, store });
  latest.current = { text, content, keeping, store };
  const over = useRef(false);

  const save = useCallback(async () => {
    const { text: now, content: entered, keeping: may, store: to } = latest.current;
    if (!may || over.current || now === kept.current) return;
    kept.current = now;
    setSaving(true);
    try {
      if (to.isEmpty(entered)) {
        await to.drop();
        setSavedAt(null);
        to.onKept(null);
      } else {
        const { updated_at: at } = await to.save(entered);
        setSavedAt(at);
        to.onKept({ content: entered, at });
      }
      setError(null);
    } catch (problem) {
      // Said beside the form, and tried again with the next change.
      kept.current = '';
      over.current = to.isOver?.(problem) ?? false;
      if (!over.current) setError(problem);
    } finally {
      setSaving(false);
    }
  }, []);

  useEffect(() => {
    if (!keeping) over.current = false;
    if (!keeping || text === kept.current) return;
    const due = () => {
      if (latest.current.store.isAsking?.()) timer = setTimeout(due, AGAIN_MS);
      else void save();
    };
    let timer = setTimeout(due, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, keeping, save]);

  useEffect(() => {
    const leaving = () => document.visibilityState === 'hidden' && void save();
    document.addEventListener('visibilitychange', leaving);
    return () => {
      document.removeEventListener('visibilitychange', leaving);
      void save();
    };
  }, [save]);

  return {
    savedAt,
    saving,
    error,
    restored,
    drop: async () => {
      await store.drop();
      kept.current = JSON.stringify(nothing);
      setRestored(null);
      setSavedAt(null);
      store.onKept(null);
    },
  };
}
