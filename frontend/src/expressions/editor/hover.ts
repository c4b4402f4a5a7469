/** What the word under the pointer is: its kind, its type, and the documentation of functions, from the completion's answers. */
import type { Extension } from '@codemirror/state';
import { hoverTooltip } from '@codemirror/view';
import type { TextReader } from '@/i18n';
import type { CompletionItem } from '../api';
import { pointsAt } from '../places';
import { ruleTokens } from '../words';
import { type Asking, KIND_NAMES } from './completion';

const TELLING = new Set(['name', 'function', 'keyword']);

/** The word at a place of the text, and where it ends. */
export function wordAt(text: string, place: number): { from: number; to: number; word: string } | null {
  let from = 0;
  for (const { kind, text: word } of ruleTokens(text)) {
    const to = from + word.length;
    if (place >= from && place < to) return TELLING.has(kind) ? { from, to, word } : null;
    from = to;
  }
  return null;
}

const named = (item: CompletionItem, word: string): boolean =>
  [item.insert, item.label].some((name) => name.replace(/\(.*$/su, '').toLowerCase() === word.toLowerCase());

export function hovering(now: () => Asking): Extension {
  return hoverTooltip(
    async (view, place) => {
      const text = view.state.doc.toString();
      const found = wordAt(text, place);
      if (!found || view.compositionStarted) return null;
      const { language, t } = now();
      // Without an answer there is no card; that the server cannot be reached is told below the text.
      const answer = await language.complete(text, pointsAt(text, found.to)).catch(() => null);
      const item = answer?.items.find((each) => named(each, found.word));
      return item ? { pos: found.from, end: found.to, above: true, create: () => ({ dom: card(item, t) }) } : null;
    },
    { hoverTime: 350 },
  );
}

function card(item: CompletionItem, t: TextReader): HTMLElement {
  const element = document.createElement('div');
  element.className = 'cm-completionInfo';
  const title = document.createElement('strong');
  title.textContent = item.label;
  const kind = document.createElement('span');
  kind.className = 'cm-completionDetail';
  kind.textContent = [t(KIND_NAMES[item.kind]), t(item.detail)].filter(Boolean).join(' · ');
  const doc = document.createElement('div');
  doc.style.whiteSpace = 'pre-wrap';
  doc.textContent = t(item.doc);
  element.append(title, kind, doc);
  return element;
}
