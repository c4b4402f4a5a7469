/**
 * A rule as text: coloured, completed, checked while it is written, in either language. Ctrl-S saves; Tab leaves it; Ctrl-Space
 * completes; F8 goes to the next problem, Ctrl-. to its fixes.
 */
import { EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { Box, Stack, Typography } from '@mui/material';
import { type RefObject, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useSayError } from '@/components';
import { mark } from '@/expressions/editor/problems';
import { SurfaceSwitch } from '@/expressions/editor/SurfaceSwitch';
import { surfaceOf } from '@/expressions/editor/surface';
import { useTextEditor } from '@/expressions/editor/useTextEditor';
import { Findings } from '@/expressions/Findings';
import { type CheckState, useChecked } from '@/expressions/useChecked';
import { type Locale, useText } from '@/i18n';
import { useTokens } from '@/theme';
import { type RuleAnswer, useRuleLanguage } from './authoring';
import { type Insertion, insertionInto } from './insertions';

export interface RuleEditorProps {
  value: string;
  onChange: (text: string) => void;
  onSave: () => void;
  /** Every answer of the server about the text. */
  onChecked: (state: CheckState<RuleAnswer>) => void;
  view: RefObject<EditorView | null>;
  readOnly?: boolean;
  autoFocus?: boolean;
  /** Below what the server finds. */
  children?: React.ReactNode;
}

const CHECK_PAUSE_MS = 300;

export function RuleEditor(props: RuleEditorProps) {
  const { value, onChange, onSave, onChecked, view, readOnly = false, autoFocus = false } = props;
  const t = useText();
  const id = useId();
  const say = useSayError();
  const language = useRuleLanguage();
  const findings = useRef<HTMLDivElement>(null);
  const [composing, setComposing] = useState(false);
  const checked = useChecked(language, value, composing, CHECK_PAUSE_MS);
  const label = t({ zh: '规则文本', en: 'Rule text' });
  const save = useRef(onSave);
  save.current = onSave;
  const extra = useMemo(() => drawing(() => save.current()), []);
  const editing = { label, value, onChange, readOnly, autoFocus, lines: 'many' as const };
  const describedBy = `${id}-findings`;
  const host = useTextEditor({ props: editing, language, view, setComposing, describedBy, findings, extra });

  useEffect(() => onChecked(checked), [checked, onChecked]);
  useEffect(() => {
    if (view.current && checked.current && !composing) mark(view.current, checked.answer?.problems ?? [], t);
  }, [checked, composing, t, view]);

  const rewrite = async (surface: Locale) => {
    try {
      const text = await language.print(value, surface);
      if (text !== null) onChange(text);
    } catch (error) {
      say(error);
    }
  };
  return (
    <Box>
      <Stack direction="row" sx={{ alignItems: 'center', gap: 1, px: 2, py: 1 }}>
        <Typography variant="h3" component="h2" sx={{ flex: 1 }}>
          {label}
        </Typography>
        {!readOnly && (
          <SurfaceSwitch
            text={value}
            ready={checked.current && !!checked.answer?.ok}
            onChoose={(surface) => void rewrite(surface)}
          />
        )}
      </Stack>
      <Frame host={host} />
      <Stack spacing={0.5} sx={{ px: 2, py: 1.25 }}>
        <Findings
          ref={findings}
          id={describedBy}
          state={checked}
          text={value}
          view={view}
          quiet={composing}
          terse={false}
        />
        {props.children}
      </Stack>
    </Box>
  );
}

const drawing = (save: () => void) => [
  keymap.of([
    {
      key: 'Mod-s',
      preventDefault: true,
      run: () => {
        save();
        return true;
      },
    },
  ]),
  lineNumbers(),
  highlightActiveLine(),
];

function Frame({ host }: { host: RefObject<HTMLDivElement | null> }) {
  const tokens = useTokens();
  return (
    <Box
      ref={host}
      sx={{
        borderBlock: `1px solid ${tokens.line}`,
        background: tokens.surface,
        position: 'relative',
        '&:focus-within::after': {
          content: '""',
          position: 'absolute',
          inset: 0,
          border: `2px solid ${tokens.accent}`,
          pointerEvents: 'none',
        },
        '& .cm-editor': { background: 'transparent' },
        '& .cm-focused': { outline: 'none' },
        '& .cm-scroller': {
          minHeight: { xs: 220, lg: 340 },
          maxHeight: { xs: '60dvh', md: '56dvh' },
          overflow: 'auto',
        },
        '& .cm-content': { py: 1.25 },
        '& .cm-line': { pl: 1, pr: 1.5 },
        '& .cm-gutters.cm-gutters': { background: 'transparent', color: tokens.muted, border: 'none', pl: 0.5 },
        '& .cm-activeLine, & .cm-activeLineGutter': { background: tokens.hover },
        '@media (pointer: coarse)': { '& .cm-content': { fontSize: 16 } },
      }}
    />
  );
}

/** Selects a place of the text and brings it into view. */
export function select(view: EditorView | null, { from, to }: { from: number; to: number }): void {
  if (!view) return;
  const limit = view.state.doc.length;
  const [anchor, head] = [Math.min(from, limit), Math.min(to, limit)];
  view.dispatch({ selection: { anchor, head }, effects: EditorView.scrollIntoView(anchor, { y: 'center' }) });
  view.focus();
}

/** Puts a part into the rule, in the words of the language that it is written in, with what is to be written over selected. */
export function insertInto(view: EditorView | null, insertion: Insertion, locale: Locale): void {
  if (!view) return;
  const text = view.state.doc.toString();
  const { at, insert, from, to } = insertionInto(text, insertion, surfaceOf(text) ?? locale);
  view.dispatch({ changes: { from: at, insert }, userEvent: 'input.insert' });
  select(view, { from, to });
}
