/** How text looks in CodeMirror: the colours of the language's words, of JSON, and of everything an editor draws. */
import { HighlightStyle, StreamLanguage, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { monospace, type Tokens } from '@/theme';
import { ruleTokens, type TokenKind } from './words';

const WORD_TAGS: Record<Exclude<TokenKind, 'space'>, string> = {
  keyword: 'keyword',
  function: 'variableName.function',
  name: 'variableName',
  string: 'string',
  number: 'number',
  comment: 'lineComment',
  operator: 'operator',
};

/** The expression and rule languages, coloured line by line with the same tokens that read-only views use. */
export const wordLanguage = StreamLanguage.define<{ ends: [number, string | null][] }>({
  name: 'weft',
  startState: () => ({ ends: [] }),
  token(stream, state) {
    if (stream.sol()) {
      let end = 0;
      state.ends = ruleTokens(stream.string).map(({ kind, text }) => {
        end += text.length;
        return [end, kind === 'space' ? null : WORD_TAGS[kind]];
      });
    }
    const [end, tag] = state.ends.find(([each]) => each > stream.pos) ?? [stream.string.length, null];
    stream.pos = end;
    return tag;
  },
  languageData: { commentTokens: { line: '#' } },
});

export function colouring(t: Tokens): Extension {
  return syntaxHighlighting(
    HighlightStyle.define([
      { tag: tags.propertyName, color: t.tones.blue.text },
      { tag: tags.keyword, color: t.tones.blue.text, fontWeight: '600' },
      { tag: tags.string, color: t.tones.green.text },
      { tag: [tags.number, tags.bool, tags.null], color: t.tones.orange.text },
      { tag: tags.function(tags.variableName), color: t.tones.purple.text },
      { tag: tags.lineComment, color: t.muted, fontStyle: 'italic' },
      { tag: [tags.operator, tags.punctuation, tags.separator], color: t.muted },
    ]),
  );
}

const listItem = 'ul li[role=option], & .cm-completionSection';

/** What every editor of the product shares: caret, selection, tooltips and panels in the theme's colours. */
export function surfaces(t: Tokens): Extension {
  return EditorView.theme({
    '&': { color: t.text, backgroundColor: t.surface, fontSize: '13px' },
    '.cm-scroller': { fontFamily: monospace, lineHeight: '1.65' },
    '.cm-content': { caretColor: t.text },
    '.cm-cursor': { borderLeftColor: t.text },
    '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
      backgroundColor: `${t.accentSoft} !important`,
    },
    '.cm-tooltip, .cm-panels': { backgroundColor: t.raised, color: t.text, borderColor: t.line },
    '.cm-tooltip': {
      border: `1px solid ${t.line}`,
      borderRadius: '8px',
      boxShadow: '0 8px 28px rgba(10, 12, 20, 0.16)',
      overflow: 'hidden',
    },
    [`.cm-tooltip.cm-tooltip-autocomplete > ${listItem}`]: { padding: '4px 10px', lineHeight: '1.5' },
    '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'inherit', fontSize: '13px', maxHeight: '16em' },
    '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
      background: t.accentSoft,
      color: t.text,
    },
    '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '650', color: t.accent },
    '.cm-completionDetail': { fontStyle: 'normal', color: t.muted, marginLeft: '12px' },
    '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { display: 'flex', alignItems: 'baseline' },
    '.cm-completionKind': { marginLeft: 'auto', paddingLeft: '20px', color: t.muted, fontSize: '12px' },
    '.cm-completionInfo': { padding: '8px 12px', maxWidth: '340px', fontSize: '13px', lineHeight: '1.55' },
    '.cm-panels input, .cm-panels button': { fontSize: '13px' },
    '.cm-diagnosticText': { fontSize: '13px' },
    '.cm-placeholder': { color: t.muted },
  });
}
