/** A CodeMirror of the language inside React: made once, told what changes later; for expressions and for rules. */
import { Compartment, EditorState, type Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { type RefObject, useEffect, useRef } from 'react';
import { type Locale, type Text, useLocale, useText } from '@/i18n';
import { type Tokens, useTokens } from '@/theme';
import { colouring, surfaces } from '../highlighting';
import { difference } from '../places';
import type { Asking } from './completion';
import { CHINESE_PHRASES } from './phrases';
import { extensions, outside, type Reports } from './setup';

/** `command` says what was done; changes of the same `run`, one after the other, are one command. */
export type ChangeText = (text: string, command: Text, run: string | null) => void;

export interface TextEditing {
  /** The accessible name. */
  label: string;
  value: string;
  onChange: ChangeText;
  /** `one`: Enter submits, Shift-Enter breaks the line. */
  lines?: 'one' | 'many';
  onSubmit?: () => void;
  /** Where there is a history around the editor, it is that one's turn. */
  onUndo?: () => void;
  onRedo?: () => void;
  hint?: string;
  readOnly?: boolean;
  autoFocus?: boolean;
}

interface Hosting {
  props: TextEditing;
  language: Asking['language'];
  view: RefObject<EditorView | null>;
  setComposing: (composing: boolean) => void;
  describedBy: string;
  findings: RefObject<HTMLDivElement | null>;
  /** What this editor has beside what all have; read when it is made. */
  extra?: Extension;
}

/** The element that the editor is put into. */
export function useTextEditor(hosting: Hosting): RefObject<HTMLDivElement | null> {
  const { props, language, view, setComposing, describedBy, findings, extra = [] } = hosting;
  const t = useText();
  const locale = useLocale();
  const tokens = useTokens();
  const host = useRef<HTMLDivElement>(null);
  const look = useRef(new Compartment());
  const names = useRef(new Compartment());
  const latest = useRef({ props, language, t });
  latest.current = { props, language, t };
  const { value, readOnly = false, lines = 'many', label } = props;

  // biome-ignore lint/correctness/useExhaustiveDependencies: what changes later is dispatched to the view below
  useEffect(() => {
    if (!host.current) return;
    const reports = (): Reports => {
      const { onChange, onSubmit, onUndo, onRedo } = latest.current.props;
      const changed: ChangeText = (text, ...command) => {
        if (text !== latest.current.props.value) onChange(text, ...command);
      };
      const toFixes = () => {
        const box = findings.current;
        (box?.querySelector<HTMLElement>('[data-fix]') ?? box?.querySelector<HTMLElement>('button'))?.focus();
      };
      return { changed, composing: setComposing, submit: onSubmit, undo: onUndo, redo: onRedo, toFixes };
    };
    const setup = extensions({
      lines,
      readOnly,
      hint: latest.current.props.hint ?? '',
      asking: () => latest.current,
      reports,
    });
    const state = EditorState.create({
      doc: latest.current.props.value,
      extensions: [
        extra,
        setup,
        look.current.of(lookOf(tokens)),
        names.current.of(namesOf(label, describedBy, locale)),
      ],
    });
    const editor = new EditorView({ parent: host.current, state });
    view.current = editor;
    if (latest.current.props.autoFocus) editor.focus();
    return () => editor.destroy();
  }, [readOnly, lines]);

  useEffect(() => {
    view.current?.dispatch({ effects: look.current.reconfigure(lookOf(tokens)) });
  }, [tokens, view]);
  useEffect(() => {
    view.current?.dispatch({ effects: names.current.reconfigure(namesOf(label, describedBy, locale)) });
  }, [label, describedBy, locale, view]);
  useEffect(() => {
    const editor = view.current;
    const text = editor?.state.doc.toString() ?? value;
    if (!editor || text === value || editor.compositionStarted) return;
    editor.dispatch({ changes: difference(text, value), annotations: outside.of(true) });
  }, [value, view]);
  return host;
}

const lookOf = (tokens: Tokens): Extension => [surfaces(tokens), colouring(tokens)];

const namesOf = (label: string, describedBy: string, locale: Locale): Extension => [
  EditorView.contentAttributes.of({ 'aria-label': label, 'aria-describedby': describedBy, spellcheck: 'false' }),
  EditorState.phrases.of(locale === 'zh' ? CHINESE_PHRASES : {}),
];
