/** What is wrong with a definition: each problem leads to its place. */
import { Box, ButtonBase, Stack, Typography } from '@mui/material';
import { CircleX, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { type Text, useText } from '@/i18n';
import { monospace } from '@/theme';
import type { DefinitionProblem } from './api';

export function problemCount(count: number): Text {
  if (count === 0) return { zh: '没有问题', en: 'No problems' };
  return { zh: `${count} 个问题`, en: count === 1 ? '1 problem' : `${count} problems` };
}

interface Props {
  problems: DefinitionProblem[];
  onOpen: (problem: DefinitionProblem) => void;
  /** Before the path: which definition, where the list is about several. */
  about?: (problem: DefinitionProblem) => ReactNode;
}

export function ProblemList({ problems, onOpen, about }: Props) {
  const t = useText();
  return (
    <Stack component="ul" aria-label={t({ zh: '问题', en: 'Problems' })} sx={{ listStyle: 'none', m: 0, p: 0 }}>
      {problems.map((problem, index) => (
        <Box component="li" key={index} sx={{ borderBottom: 1, borderColor: 'divider', '&:last-child': { border: 0 } }}>
          <ButtonBase
            onClick={() => onOpen(problem)}
            sx={{
              width: '100%',
              px: 2,
              py: 1.25,
              gap: 1,
              alignItems: 'flex-start',
              justifyContent: 'flex-start',
              textAlign: 'left',
            }}
          >
            <Severity of={problem.severity} />
            <Box sx={{ minWidth: 0 }}>
              <Typography component="span" variant="body2" sx={{ display: 'block', overflowWrap: 'anywhere' }}>
                {about?.(problem)}
                {t(problem.message)}
              </Typography>
              {problem.mending && (
                <Typography component="span" variant="body2" sx={{ display: 'block', color: 'text.secondary' }}>
                  {t(problem.mending)}
                </Typography>
              )}
              {problem.suggestion && (
                <Typography component="span" variant="body2" sx={{ display: 'block', color: 'text.secondary' }}>
                  {t({ zh: '建议：{suggestion}', en: 'Suggestion: {suggestion}' }, { suggestion: problem.suggestion })}
                </Typography>
              )}
              <Box
                component="span"
                sx={{ fontFamily: monospace, fontSize: 12, color: 'text.secondary', overflowWrap: 'anywhere' }}
              >
                {problem.path || '/'}
              </Box>
            </Box>
          </ButtonBase>
        </Box>
      ))}
    </Stack>
  );
}

function Severity({ of }: { of: DefinitionProblem['severity'] }) {
  const t = useText();
  const error = of === 'error';
  const Icon = error ? CircleX : TriangleAlert;
  const label = error ? t({ zh: '错误', en: 'Error' }) : t({ zh: '警告', en: 'Warning' });
  return (
    <Box
      component="span"
      role="img"
      aria-label={label}
      sx={{ color: error ? 'error.main' : 'warning.main', pt: '3px', flex: 'none', display: 'inline-flex' }}
    >
      <Icon size={15} />
    </Box>
  );
}
