/**
 * An expression as text: coloured, completed, checked while it is written, in either language of the product.
 * Tab leaves it; Ctrl-Space completes; F8 goes to the next problem, Ctrl-. to its fixes. While an input method composes,
 * nothing is asked and nothing is reported.
 */
import type { EditorView } from '@codemirror/view';
import { Box, Stack, Typography } from '@mui/material';
import { type RefObject, useEffect, useId, useRef, useState } from 'react';
import { type Locale, type Text, useLocale, useText } from '@/i18n';
import { useTokens } from '@/theme';
import { useLanguage, type Wanted } from './api';
import { mark } from './editor/problems';
import { SurfaceSwitch } from './editor/SurfaceSwitch';
import { type TextEditing, useTextEditor } from './editor/useTextEditor';
import { Findings } from './Findings';
import { Trial } from './Trial';
import type { About } from './tree';
import { type CheckState, useChecked } from './useChecked';

export interface ExpressionEditorProps extends Wanted, TextEditing {
  /** Among other inputs: nothing but the text, and what is wrong with it. */
  terse?: boolean;
  about: About;
  /** Every answer of the server about the text. */
  onChecked?: (state: CheckState) => void;
  /** An entity to whose records the expression can be put on trial. */
  trial?: string | undefined;
}

export function ExpressionEditor(props: ExpressionEditorProps) {
  const { value, onChecked, trial, lines = 'many', terse = false } = props;
  const t = useText();
  const language = useLanguage(props.about, { expects: props.expects, target: props.target } as Wanted);
  const [composing, setComposing] = useState(false);
  const checked = useChecked(language, value, composing);
  const findings = useRef<HTMLDivElement>(null);
  const id = useId();
  const locale = useLocale();
  const view = useRef<EditorView | null>(null);
  const host = useTextEditor({ props, language, view, setComposing, describedBy: `${id}-findings`, findings });

  useEffect(() => {
    onChecked?.(checked);
  }, [checked, onChecked]);
  useEffect(() => {
    if (view.current && checked.current && !composing) mark(view.current, checked.answer?.problems ?? [], t);
  }, [checked, composing, t]);

  const rewrite = (surface: Locale, command: Text) => {
    const text = checked.answer?.text?.[surface];
    if (text !== undefined) props.onChange(text, command, null);
  };
  return (
    <Stack spacing={0.75} sx={{ minWidth: 0 }}>
      {!terse && (
        <Stack direction="row" sx={{ alignItems: 'center', gap: 1, minHeight: 28 }}>
          <Typography variant="subtitle2" component="span" sx={{ color: 'text.secondary', flex: 1 }} aria-hidden>
            {props.label}
          </Typography>
          {!props.readOnly && (
            <SurfaceSwitch text={value} ready={checked.current && !!checked.answer?.text} onChoose={rewrite} />
          )}
        </Stack>
      )}
      <Frame host={host} lines={lines} wrong={checked.current && (checked.answer?.problems.length ?? 0) > 0} />
      <Findings
        ref={findings}
        id={`${id}-findings`}
        state={checked}
        text={value}
        view={view}
        quiet={composing}
        terse={terse}
      />
      {trial && (
        // In the reader's language, whatever the text is written in: so are the reasons that it names fields in.
        <Trial
          entity={trial}
          language={language}
          text={(checked.current && checked.answer?.text?.[locale]) || value}
          ready={checked.current && !!checked.answer?.ok}
        />
      )}
    </Stack>
  );
}

/** The box around the text, like the product's other inputs. */
function Frame({
  host,
  lines,
  wrong,
}: {
  host: RefObject<HTMLDivElement | null>;
  lines: 'one' | 'many';
  wrong: boolean;
}) {
  const tokens = useTokens();
  return (
    <Box
      ref={host}
      sx={{
        border: `1px solid ${wrong ? tokens.tones.red.solid : tokens.lineStrong}`,
        borderRadius: '7px',
        background: tokens.surface,
        '&:focus-within': { borderColor: tokens.accent, boxShadow: `0 0 0 1px ${tokens.accent}` },
        '& .cm-editor': { borderRadius: '7px', background: 'transparent' },
        '& .cm-focused': { outline: 'none' },
        '& .cm-scroller': { maxHeight: lines === 'one' ? '9em' : '24em', overflow: 'auto' },
        '& .cm-content': { py: lines === 'one' ? '7px' : 1, minHeight: lines === 'one' ? 36 : 96 },
        '& .cm-line': { px: 1.5 },
        '@media (pointer: coarse)': { '& .cm-content': { fontSize: 16 } },
      }}
    />
  );
}
