/** What the server finds in a text, below it: that all is well, or each problem in a sentence, with its fixes as buttons. */
import type { EditorView } from '@codemirror/view';
import { Box, Button, Stack, Typography } from '@mui/material';
import { CircleCheck, CircleX } from 'lucide-react';
import type { Ref, RefObject } from 'react';
import { errorText } from '@/components';
import { useText } from '@/i18n';
import type { Checked, Problem } from './api';
import { fix, spanOf } from './editor/problems';
import { typeName } from './types';
import type { CheckState } from './useChecked';

interface FindingsProps {
  ref?: Ref<HTMLDivElement>;
  id: string;
  state: CheckState<Pick<Checked, 'ok' | 'type' | 'problems'>>;
  text: string;
  view: RefObject<EditorView | null>;
  /** An input method composes: what is shown stays as it is. */
  quiet: boolean;
  /** Only what is wrong. */
  terse: boolean;
}

const SHOWN = 5;

export function Findings({ ref, id, state, text, view, quiet, terse }: FindingsProps) {
  const t = useText();
  const { answer, error, current } = state;
  const stale = !current || quiet;
  return (
    <Box
      ref={ref}
      id={id}
      role="status"
      aria-busy={stale}
      sx={{ minHeight: terse ? 0 : 24, fontSize: 13, lineHeight: 1.6 }}
    >
      {error !== null && !answer && text.trim() && <Line wrong>{errorText(error, t).message}</Line>}
      {answer?.ok && text.trim() && !terse && (
        <Line>
          {t({ zh: '没有问题', en: 'Nothing wrong' })}
          {answer.type && (
            <Box component="span" sx={{ color: 'text.secondary' }}>
              {t({ zh: '，得到{type}', en: ', gives {type}' }, { type: t(typeName(answer.type)) })}
            </Box>
          )}
        </Line>
      )}
      {answer && !answer.ok && (
        <Stack component="ul" spacing={0.5} sx={{ listStyle: 'none', m: 0, p: 0 }}>
          {answer.problems.slice(0, SHOWN).map((problem, index) => (
            <ProblemLine key={index} problem={problem} view={view} usable={current} />
          ))}
        </Stack>
      )}
    </Box>
  );
}

function Line({ wrong = false, children }: { wrong?: boolean; children: React.ReactNode }) {
  const Icon = wrong ? CircleX : CircleCheck;
  return (
    <Stack direction="row" sx={{ gap: 0.75, alignItems: 'flex-start' }}>
      <Box component="span" aria-hidden sx={{ color: wrong ? 'error.main' : 'success.main', pt: '3px', flex: 'none' }}>
        <Icon size={14} />
      </Box>
      <Box sx={{ minWidth: 0 }}>{children}</Box>
    </Stack>
  );
}

interface ProblemLineProps {
  problem: Problem;
  view: RefObject<EditorView | null>;
  usable: boolean;
}

function ProblemLine({ problem, view, usable }: ProblemLineProps) {
  const t = useText();
  const show = () => {
    const editor = view.current;
    if (!editor) return;
    const { from, to } = spanOf(editor.state.doc.toString(), problem);
    editor.dispatch({ selection: { anchor: from, head: to }, scrollIntoView: true });
    editor.focus();
  };
  return (
    <Box component="li">
      <Line wrong>
        <Typography
          component="button"
          type="button"
          onClick={show}
          disabled={!usable}
          sx={{ all: 'unset', cursor: 'pointer', fontSize: 13, '&:focus-visible': { outline: '2px solid' } }}
        >
          {t(problem.message)}
        </Typography>
        {problem.suggestions.length > 0 && (
          <Stack direction="row" sx={{ gap: 0.5, flexWrap: 'wrap', mt: 0.25 }}>
            {problem.suggestions.slice(0, SHOWN).map((suggestion) => (
              <Button
                key={suggestion}
                data-fix
                variant="outlined"
                disabled={!usable}
                aria-label={t({ zh: '改为 {text}', en: 'Change to {text}' }, { text: suggestion })}
                onClick={() => view.current && fix(view.current, problem, suggestion)}
                sx={{ minHeight: 24, py: 0, px: 1, fontSize: 12.5 }}
              >
                {suggestion}
              </Button>
            ))}
          </Stack>
        )}
      </Line>
    </Box>
  );
}
