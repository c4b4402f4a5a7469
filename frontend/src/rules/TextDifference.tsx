/** Two texts of a rule side by side, what differs marked; one above the other's changes where there is no room for both. */
import { MergeView, unifiedMergeView } from '@codemirror/merge';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView, lineNumbers } from '@codemirror/view';
import { Box, useMediaQuery } from '@mui/material';
import type { Theme } from '@mui/material/styles';
import { useEffect, useRef } from 'react';
import { colouring, surfaces, wordLanguage } from '@/expressions/highlighting';
import { useText } from '@/i18n';
import { type Tokens, useTokens } from '@/theme';

interface TextDifferenceProps {
  before: string;
  after: string;
  /** What each is called, for screen readers. */
  labels: [before: string, after: string];
}

export function TextDifference({ before, after, labels }: TextDifferenceProps) {
  const t = useText();
  const tokens = useTokens();
  const narrow = useMediaQuery((theme: Theme) => theme.breakpoints.down('md'));
  const host = useRef<HTMLDivElement>(null);
  const [left, right] = labels;
  useEffect(() => {
    const parent = host.current;
    if (!parent) return;
    const reading = (label: string) => [
      surfaces(tokens),
      colouring(tokens),
      differing(tokens),
      wordLanguage,
      lineNumbers(),
      EditorView.lineWrapping,
      EditorState.readOnly.of(true),
      EditorView.contentAttributes.of({ 'aria-label': label, 'aria-readonly': 'true', tabindex: '0' }),
    ];
    const view = narrow
      ? unified(parent, { before, after, extensions: reading(`${left} → ${right}`) })
      : new MergeView({
          parent,
          a: { doc: before, extensions: reading(left) },
          b: { doc: after, extensions: reading(right) },
          collapseUnchanged: { margin: 3, minSize: 6 },
          gutter: true,
        });
    return () => view.destroy();
  }, [before, after, left, right, tokens, narrow]);
  return (
    <Box>
      {before === after && (
        <Box sx={{ px: 2, py: 1, color: 'text.secondary' }}>{t({ zh: '文本相同', en: 'The texts are the same' })}</Box>
      )}
      <Box ref={host} sx={{ '& .cm-mergeView': { maxHeight: '60dvh', overflow: 'auto' } }} />
    </Box>
  );
}

interface Unified {
  before: string;
  after: string;
  extensions: Extension;
}

function unified(parent: HTMLElement, { before, after, extensions }: Unified): EditorView {
  const merged = unifiedMergeView({ original: before, mergeControls: false, gutter: true });
  return new EditorView({ parent, doc: after, extensions: [extensions, merged] });
}

const differing = (t: Tokens): Extension =>
  EditorView.theme({
    '.cm-gutters.cm-gutters': { backgroundColor: 'transparent', color: t.muted, border: 'none' },
    '&.cm-merge-a .cm-changedLine, .cm-deletedChunk': { backgroundColor: t.tones.red.background },
    '&.cm-merge-a .cm-changedText, .cm-deletedChunk .cm-deletedText': { background: `${t.tones.red.solid}40` },
    '&.cm-merge-b .cm-changedLine, .cm-insertedLine': { backgroundColor: t.tones.green.background },
    '&.cm-merge-b .cm-changedText': { background: `${t.tones.green.solid}40` },
    '.cm-collapsedLines': { background: t.hover, color: t.muted },
  });
