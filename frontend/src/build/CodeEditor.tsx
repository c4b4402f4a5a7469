/** A text in CodeMirror: JSON or a rule, with problems marked where they are; `jump` brings a place into view. */
import { json, jsonParseLinter } from '@codemirror/lang-json';
import { type Diagnostic, linter, lintGutter } from '@codemirror/lint';
import { Compartment, EditorState, type Extension, StateEffect } from '@codemirror/state';
import { keymap, type ViewUpdate } from '@codemirror/view';
import { Box } from '@mui/material';
import { basicSetup, EditorView } from 'codemirror';
import { useEffect, useRef } from 'react';
import { colouring, surfaces, wordLanguage } from '@/expressions/highlighting';
import { type Tokens, useTokens } from '@/theme';
import type { Place } from './documents';

type CodeLanguage = 'json' | 'rule';

/** A problem at a place of the text. */
export interface Mark extends Place {
  message: string;
  severity: 'error' | 'warning';
}

export interface CodeEditorProps {
  /** Says what is edited, for screen readers. */
  label: string;
  value: string;
  language: CodeLanguage;
  onChange?: (value: string) => void;
  /** Ctrl+S. */
  onSave?: () => void;
  marks?: Mark[];
  /** Selected and scrolled to whenever the object changes. */
  jump?: Place | null;
  readOnly?: boolean;
}

const LANGUAGES: Record<CodeLanguage, Extension> = {
  json: json(),
  rule: wordLanguage,
};

function themeOf(t: Tokens): Extension {
  const look = EditorView.theme({
    '&': { height: '100%' },
    '&.cm-focused': { outline: 'none' },
    '&.cm-focused::after': {
      content: '""',
      position: 'absolute',
      inset: 0,
      border: `2px solid ${t.accent}`,
      borderRadius: '4px',
      pointerEvents: 'none',
      zIndex: 300,
    },
    '.cm-content': { paddingBlock: '10px' },
    '.cm-gutters': { backgroundColor: t.surface, color: t.muted, borderRight: `1px solid ${t.line}` },
    '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: t.hover },
    '.cm-selectionMatch': { backgroundColor: t.accentSoft },
    '.cm-foldPlaceholder': { background: t.hover, border: `1px solid ${t.line}`, color: t.muted },
  });
  return [look, surfaces(t), colouring(t)];
}

const refreshMarks = StateEffect.define<null>();
const parseJson = jsonParseLinter();

/** Problems that the server found, beside those of the JSON itself. */
function marking(language: CodeLanguage, marksNow: () => Mark[]): Extension {
  const find = (view: EditorView): Diagnostic[] => {
    const length = view.state.doc.length;
    const served = marksNow().map((mark): Diagnostic => {
      const from = Math.min(mark.from, length);
      return { from, to: Math.min(mark.to, length), message: mark.message, severity: mark.severity };
    });
    return [...(language === 'json' && length > 0 ? parseJson(view) : []), ...served];
  };
  const asked = (update: ViewUpdate) =>
    update.transactions.some((transaction) => transaction.effects.some((effect) => effect.is(refreshMarks)));
  return [lintGutter(), linter(find, { delay: 300, needsRefresh: asked })];
}

export function CodeEditor(props: CodeEditorProps) {
  const { value, language, marks, jump, readOnly = false } = props;
  const tokens = useTokens();
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const look = useRef(new Compartment());
  const latest = useRef(props);
  latest.current = props;

  // biome-ignore lint/correctness/useExhaustiveDependencies: what changes later is dispatched to the view below
  useEffect(() => {
    if (!host.current) return;
    const editor = new EditorView({
      parent: host.current,
      state: EditorState.create({ doc: latest.current.value, extensions: extensions() }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, [language, readOnly]);

  function extensions(): Extension {
    const save = () => {
      latest.current.onSave?.();
      return true;
    };
    return [
      keymap.of([{ key: 'Mod-s', run: save, preventDefault: true }]),
      basicSetup,
      marking(language, () => latest.current.marks ?? []),
      LANGUAGES[language],
      EditorView.lineWrapping,
      EditorState.tabSize.of(2),
      EditorState.readOnly.of(readOnly),
      EditorView.contentAttributes.of({
        tabindex: '0',
        'aria-label': latest.current.label,
        'aria-readonly': String(readOnly),
      }),
      look.current.of(themeOf(tokens)),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) latest.current.onChange?.(update.state.doc.toString());
      }),
    ];
  }

  useEffect(() => {
    view.current?.dispatch({ effects: look.current.reconfigure(themeOf(tokens)) });
  }, [tokens]);

  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);

  useEffect(() => {
    if (marks) view.current?.dispatch({ effects: refreshMarks.of(null) });
  }, [marks]);

  useEffect(() => {
    const editor = view.current;
    if (!editor || !jump) return;
    const length = editor.state.doc.length;
    const selection = { anchor: Math.min(jump.from, length), head: Math.min(jump.to, length) };
    editor.dispatch({ selection, effects: EditorView.scrollIntoView(selection.anchor, { y: 'center' }) });
    editor.focus();
  }, [jump]);

  return <Box ref={host} sx={{ height: '100%', minHeight: 0, '& .cm-editor': { height: '100%' } }} />;
}
