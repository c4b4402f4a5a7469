/**
 * An expression as text: coloured, completed, checked while it is written, in either language of the product.
 * Tab leaves it; Ctrl-Space completes; F8 goes to the next problem, Ctrl-. to its fixes. While an input method composes,
 * nothing is asked and nothing is reported.
 */
import { Compartment, EditorState, type Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { Box, Stack, ToggleButton, ToggleButtonGroup, Tooltip, Typography } from '@mui/material';
import { type RefObject, useEffect, useId, useRef, useState } from 'react';
import { type Locale, type Text, useLocale, useText } from '@/i18n';
import { type Tokens, useTokens } from '@/theme';
import { type Language, useLanguage, type Wanted } from './api';
import { CHINESE_PHRASES } from './editor/phrases';
import { mark } from './editor/problems';
import { extensions, outside, type Reports } from './editor/setup';
import { SURFACES, surfaceOf } from './editor/surface';
import { Findings } from './Findings';
import { colouring, surfaces } from './highlighting';
import { difference } from './places';
import { Trial } from './Trial';
import type { About } from './tree';
import { type CheckState, useChecked } from './useChecked';

/** `command` says what was done; changes of the same `run`, one after the other, are one command. */
export type ChangeText = (text: string, command: Text, run: string | null) => void;

export interface ExpressionEditorProps extends Wanted {
  /** The accessible name, shown above the text unless `terse`. */
  label: string;
  /** Among other inputs: nothing but the text, and what is wrong with it. */
  terse?: boolean;
  value: string;
  onChange: ChangeText;
  about: About;
  /** `one`: Enter submits, Shift-Enter breaks the line. */
  lines?: 'one' | 'many';
  onSubmit?: () => void;
  /** Where there is a history around the editor, it is that one's turn. */
  onUndo?: () => void;
  onRedo?: () => void;
  /** Every answer of the server about the text. */
  onChecked?: (state: CheckState) => void;
  hint?: string;
  readOnly?: boolean;
  autoFocus?: boolean;
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
  const host = useEditor({ props, language, view, setComposing, describedBy: `${id}-findings`, findings });

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

interface Hosting {
  props: ExpressionEditorProps;
  language: Language;
  view: RefObject<EditorView | null>;
  setComposing: (composing: boolean) => void;
  describedBy: string;
  findings: RefObject<HTMLDivElement | null>;
}

/** Makes the view once and tells it what changes later. */
function useEditor({ props, language, view, setComposing, describedBy, findings }: Hosting) {
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
      extensions: [setup, look.current.of(lookOf(tokens)), names.current.of(namesOf(label, describedBy, locale))],
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

interface SurfaceSwitchProps {
  text: string;
  ready: boolean;
  onChoose: (surface: Locale, command: Text) => void;
}

/** The same expression in the other language's words. */
function SurfaceSwitch({ text, ready, onChoose }: SurfaceSwitchProps) {
  const t = useText();
  const locale = useLocale();
  const written = surfaceOf(text) ?? locale;
  return (
    <Tooltip title={ready || !text.trim() ? '' : t({ zh: '没有问题后才能改写', en: 'Once nothing is wrong with it' })}>
      <ToggleButtonGroup
        exclusive
        size="small"
        value={written}
        aria-label={t({ zh: '书写语言', en: 'Language of the text' })}
        sx={{ '& .MuiToggleButton-root': { px: 1, py: 0.125, fontSize: 12.5, lineHeight: '22px' } }}
      >
        {SURFACES.map(({ key, name, command }) => (
          <ToggleButton key={key} value={key} disabled={!ready} onClick={() => onChoose(key, command)}>
            {name}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
    </Tooltip>
  );
}
