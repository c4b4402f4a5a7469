/** The CodeMirror of an expression: its keys, its manners while an input method composes, and what it reports. */
import { completionStatus } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { bracketMatching } from '@codemirror/language';
import { lintKeymap } from '@codemirror/lint';
import { Annotation, EditorState, type Extension, type Transaction } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightSpecialChars,
  type KeyBinding,
  keymap,
  placeholder,
  ViewPlugin,
  type ViewUpdate,
} from '@codemirror/view';
import type { Text } from '@/i18n';
import { wordLanguage } from '../highlighting';
import { type Asking, completing } from './completion';
import { hovering } from './hover';
import { FIXED } from './problems';

/** Marks changes that came from the owner of the text: they are not reported back. */
export const outside = Annotation.define<true>();

export interface Reports {
  changed: (text: string, command: Text, run: string | null) => void;
  composing: (composing: boolean) => void;
  /** Enter in an editor of one line. */
  submit?: (() => void) | undefined;
  undo?: (() => void) | undefined;
  redo?: (() => void) | undefined;
  /** To the fixes of the problem at the cursor. */
  toFixes: () => void;
}

export interface Setup {
  lines: 'one' | 'many';
  readOnly: boolean;
  hint: string;
  asking: () => Asking;
  reports: () => Reports;
}

interface Command {
  event: string;
  label: Text;
  /** Such changes, one after the other, are one command. */
  run: string | null;
}

const COMMANDS: Command[] = [
  { event: 'input.complete', label: { zh: '补全', en: 'Complete' }, run: null },
  { event: FIXED, label: { zh: '采用建议', en: 'Take the suggestion' }, run: null },
  { event: 'input.paste', label: { zh: '粘贴', en: 'Paste' }, run: null },
  { event: 'delete', label: { zh: '删除文字', en: 'Delete text' }, run: 'delete' },
];
const TYPING: Command = { event: 'input', label: { zh: '输入文字', en: 'Type text' }, run: 'type' };

export function commandOf(transactions: readonly Pick<Transaction, 'isUserEvent'>[]): Command {
  const told = COMMANDS.find(({ event }) => transactions.some((transaction) => transaction.isUserEvent(event)));
  return told ?? TYPING;
}

const LOOK_MS = 40;

/**
 * The text is reported between compositions, never during one. Not every browser tells when one ends (Chromium's
 * EditContext does not), and what was written comes after the end: so the view is looked at until it is over.
 */
function reporting(reports: () => Reports): Extension {
  const report = (view: EditorView, { label, run }: Command) =>
    reports().changed(view.state.doc.toString(), label, run);
  return ViewPlugin.define((view) => {
    let timer: ReturnType<typeof setInterval> | undefined;
    const end = () => {
      if (timer === undefined || view.compositionStarted) return;
      clearInterval(timer);
      timer = undefined;
      report(view, TYPING);
      reports().composing(false);
    };
    const begin = () => {
      if (timer !== undefined) return;
      timer = setInterval(end, LOOK_MS);
      reports().composing(true);
    };
    // After CodeMirror's own part in the event.
    const soon = () => setTimeout(end);
    view.contentDOM.addEventListener('compositionstart', begin);
    view.contentDOM.addEventListener('compositionend', soon);
    return {
      update: ({ docChanged, transactions }: ViewUpdate) => {
        if (!docChanged || transactions.some((transaction) => transaction.annotation(outside))) return;
        if (view.compositionStarted) begin();
        else if (timer !== undefined) queueMicrotask(end);
        else queueMicrotask(() => report(view, commandOf(transactions)));
      },
      destroy: () => {
        clearInterval(timer);
        view.contentDOM.removeEventListener('compositionstart', begin);
        view.contentDOM.removeEventListener('compositionend', soon);
      },
    };
  });
}

function keys({ lines, reports }: Setup): KeyBinding[] {
  const submit = (view: EditorView) => {
    const { submit: send } = reports();
    // The Enter that ends a composition is the input method's.
    if (view.compositionStarted) return true;
    if (lines === 'many' || !send) return false;
    if (completionStatus(view.state) === 'active') return false;
    send();
    return true;
  };
  const told = (name: 'undo' | 'redo') => () => {
    const run = reports()[name];
    run?.();
    return run !== undefined;
  };
  const toFixes = () => {
    reports().toFixes();
    return true;
  };
  return [
    { key: 'Enter', run: submit },
    { key: 'Mod-Enter', run: submit },
    { key: 'Mod-z', run: told('undo') },
    { key: 'Mod-y', run: told('redo') },
    { key: 'Mod-Shift-z', run: told('redo') },
    { key: 'Mod-.', run: toFixes },
    { key: 'Alt-Enter', run: toFixes },
  ];
}

export function extensions(setup: Setup): Extension {
  return [
    keymap.of(keys(setup)),
    highlightSpecialChars(),
    history(),
    drawSelection(),
    bracketMatching(),
    wordLanguage,
    completing(setup.asking),
    hovering(setup.asking),
    keymap.of([...defaultKeymap, ...historyKeymap, ...lintKeymap]),
    EditorView.lineWrapping,
    EditorState.readOnly.of(setup.readOnly),
    placeholder(setup.hint),
    reporting(setup.reports),
  ];
}
