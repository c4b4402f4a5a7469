/** A text in CodeMirror: JSON or a rule, with problems marked where they are; `jump` brings a place into view. */
import { json, jsonParseLinter } from '@codemirror/lang-json';
import { HighlightStyle, StreamLanguage, syntaxHighlighting } from '@codemirror/language';
import { type Diagnostic, linter, lintGutter } from '@codemirror/lint';
import { Compartment, EditorState, type Extension, StateEffect } from '@codemirror/state';
import { keymap, type ViewUpdate } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { Box } from '@mui/material';
import { basicSetup, EditorView } from 'codemirror';
import { useEffect, useRef } from 'react';
import { monospace, type Tokens, useTokens } from '@/theme';
import type { Place } from './documents';
import { ruleTokens, type TokenKind } from '@/expressions/words';

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

const RULE_TAGS: Record<Exclude<TokenKind, 'space'>, string> = {
  keyword: 'keyword',
  function: 'variableName.function',
  name: 'variableName',
  string: 'string',
  number: 'number',
  comment: 'lineComment',
  operator: 'operator',
};

/** Rules are coloured line by line with the same tokens that the read-only view uses. */
const ruleLanguage = StreamLanguage.define<{ line: string; ends: [number, string | null][] }>({
  name: 'rule',
  startState: () => ({ line: '', ends: [] }),
  token(stream, state) {
    if (stream.sol()) {
      let end = 0;
      state.ends = ruleTokens(stream.string).map(({ kind, text }) => {
        end += text.length;
        return [end, kind === 'space' ? null : RULE_TAGS[kind]];
      });
    }
    const [end, tag] = state.ends.find(([each]) => each > stream.pos) ?? [stream.string.length, null];
    stream.pos = end;
    return tag;
  },
  languageData: { commentTokens: { line: '#' } },
});

const LANGUAGES: Record<CodeLanguage, Extension> = {
  json: json(),
  rule: ruleLanguage,
};

function themeOf(t: Tokens): Extension {
  const colours = HighlightStyle.define([
    { tag: tags.propertyName, color: t.tones.blue.text },
    { tag: tags.keyword, color: t.tones.blue.text, fontWeight: '600' },
    { tag: tags.string, color: t.tones.green.text },
    { tag: [tags.number, tags.bool, tags.null], color: t.tones.orange.text },
    { tag: tags.function(tags.variableName), color: t.tones.purple.text },
    { tag: tags.lineComment, color: t.muted, fontStyle: 'italic' },
    { tag: [tags.operator, tags.punctuation, tags.separator], color: t.muted },
  ]);
  const look = EditorView.theme({
    '&': { color: t.text, backgroundColor: t.surface, fontSize: '13px', height: '100%' },
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
    '.cm-scroller': { fontFamily: monospace, lineHeight: '1.65' },
    '.cm-content': { caretColor: t.text, paddingBlock: '10px' },
    '.cm-cursor': { borderLeftColor: t.text },
    '.cm-gutters': { backgroundColor: t.surface, color: t.muted, borderRight: `1px solid ${t.line}` },
    '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: t.hover },
    '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
      backgroundColor: `${t.accentSoft} !important`,
    },
    '.cm-selectionMatch': { backgroundColor: t.accentSoft },
    '.cm-foldPlaceholder': { background: t.hover, border: `1px solid ${t.line}`, color: t.muted },
    '.cm-tooltip, .cm-panels': { backgroundColor: t.raised, color: t.text, borderColor: t.line },
    '.cm-panels input, .cm-panels button': { fontSize: '13px' },
  });
  return [look, syntaxHighlighting(colours)];
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
