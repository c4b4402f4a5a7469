/** Completion: the server knows what may stand here (pinyin and both languages included); this asks it and shows the answer. */
import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
  closeCompletion,
} from '@codemirror/autocomplete';
import { type Extension, Prec } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';
import type { Text, TextReader } from '@/i18n';
import { ApiError } from '@/providers/http';
import { type CompletionItem, type CompletionKind, type Completions, isGivenUp, type Language } from '../api';
import { pointsAt, unitsAt } from '../places';

const PAUSE_MS = 120;

export const KIND_NAMES: Record<CompletionKind, Text> = {
  field: { zh: '字段', en: 'field' },
  variable: { zh: '变量', en: 'variable' },
  function: { zh: '函数', en: 'function' },
  keyword: { zh: '词', en: 'word' },
  option: { zh: '选项', en: 'option' },
  literal: { zh: '值', en: 'value' },
  unit: { zh: '单位', en: 'unit' },
};

export interface Asking {
  language: Pick<Language, 'complete'>;
  t: TextReader;
}

/** Unasked only where a name, a member or a text is being written: a list after every space would be in the way. */
const BEGUN = /[\p{L}\p{N}_.`"“]$/u;

export function completing(now: () => Asking): Extension {
  const source = async (context: CompletionContext): Promise<CompletionResult | null> => {
    const { state, pos, explicit, view } = context;
    if (view?.compositionStarted) return null;
    const text = state.doc.toString();
    if (!explicit && !BEGUN.test(text.slice(0, pos))) return null;
    const stop = new AbortController();
    context.addEventListener('abort', () => stop.abort(), { onDocChange: true });
    const { language, t } = now();
    try {
      const found = await language.complete(text, pointsAt(text, pos), stop.signal);
      return shown(text, found, { t, explicit });
    } catch (error) {
      // That the server cannot be reached is told below the text, once.
      if (isGivenUp(error) || !(error instanceof ApiError)) return null;
      throw error;
    }
  };
  return [
    autocompletion({
      override: [source],
      activateOnTypingDelay: PAUSE_MS,
      icons: false,
      addToOptions: [{ render: (each) => kindMark(each, now().t), position: 90 }],
    }),
    // The Escape that closes the list closes nothing around it.
    Prec.highest(keymap.of([{ key: 'Escape', run: closeCompletion, stopPropagation: true }])),
    EditorView.domEventHandlers({ compositionstart: (_, view) => closeCompletion(view) && false }),
  ];
}

function shown(
  text: string,
  { from, to, items }: Completions,
  { t, explicit }: { t: TextReader; explicit: boolean },
): CompletionResult | null {
  const [start, end] = [unitsAt(text, from), unitsAt(text, to)];
  const typed = text.slice(start, end);
  // What stands there already needs no offer, unless it is asked for: Enter is then the editor's own.
  if (items.length === 0 || (!explicit && items.some(({ insert }) => insert === typed))) return null;
  return { from: start, to: end, options: items.map((item) => optionOf(item, t)), filter: false };
}

interface Option extends Completion {
  kind: CompletionKind;
}

function optionOf(item: CompletionItem, t: TextReader): Option {
  const doc = t(item.doc);
  return {
    label: item.label,
    kind: item.kind,
    detail: t(item.detail),
    apply: (view, _, from, to) => insert(view, item.insert, from, to),
    ...(doc ? { info: () => paragraph(doc) } : {}),
  };
}

/** Between the parentheses of a function, else behind what was inserted. */
function insert(view: EditorView, text: string, from: number, to: number): void {
  const anchor = from + text.length - (text.endsWith('()') ? 1 : 0);
  view.dispatch({ changes: { from, to, insert: text }, selection: { anchor }, userEvent: 'input.complete' });
}

function paragraph(text: string): HTMLElement {
  const element = document.createElement('div');
  element.style.whiteSpace = 'pre-wrap';
  element.textContent = text;
  return element;
}

function kindMark(completion: Completion, t: TextReader): Node {
  const element = document.createElement('span');
  element.className = 'cm-completionKind';
  element.textContent = t(KIND_NAMES[(completion as Option).kind]);
  return element;
}
