/** The text of a definition while it is edited: what was saved, what was changed since, and the document it says. */
import { useEffect, useMemo, useRef, useState } from 'react';
import type { Content, Definition } from './api';
import { printDocument } from './documents';
import { blankDocument } from './kinds';

export interface Draft {
  text: string;
  setText: (text: string) => void;
  /** Null while the text is not a JSON object. */
  document: Content | null;
  dirty: boolean;
  /** Takes a text as the saved one, before the server's answer arrives. */
  settle: (text: string) => void;
}

function readDocument(text: string): Content | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Content) : null;
  } catch {
    // Half-written JSON is the usual state of an editor; its own marks say what is wrong.
    return null;
  }
}

/** `first`: what is in a definition that is not there yet. */
export function servedText(definition: Definition, first?: Content): string {
  const content = definition.draft ?? definition.content ?? first ?? blankDocument(definition.kind, definition.key);
  return `${printDocument(content)}\n`;
}

/** Follows the server while nothing is unsaved; keeps the author's own layout when the documents are the same. */
export function useDraft(definition: Definition, first?: Content): Draft {
  const served = servedText(definition, first);
  const [text, setText] = useState(served);
  const [saved, setSaved] = useState(served);
  const latest = useRef({ text, saved });
  latest.current = { text, saved };
  useEffect(() => {
    const { text: now, saved: before } = latest.current;
    const document = readDocument(now);
    const same = document !== null && `${printDocument(document)}\n` === served;
    if (same) setSaved(now);
    else if (now === before) {
      setText(served);
      setSaved(served);
    }
  }, [served]);
  const document = useMemo(() => readDocument(text), [text]);
  return { text, setText, document, dirty: text !== saved, settle: setSaved };
}
