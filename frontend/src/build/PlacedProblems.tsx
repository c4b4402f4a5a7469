/** What is wrong at one place, below it. */
import { Box } from '@mui/material';
import { type Text, useText } from '@/i18n';
import { type PlacedProblem, problemsAt } from './problemPlaces';

interface PlacedProblemsProps {
  problems: readonly PlacedProblem[];
  place: string;
  id?: string;
}

export function PlacedProblems({ problems, place, id }: PlacedProblemsProps) {
  const t = useText();
  const found = problemsAt(problems, place);
  if (found.length === 0) return null;
  const suggestion: Text = { zh: '建议：{suggestion}', en: 'Suggestion: {suggestion}' };
  return (
    <Box component="ul" id={id} sx={{ listStyle: 'none', m: 0, mt: 0.5, p: 0, fontSize: 13, lineHeight: 1.5 }}>
      {found.map((problem, index) => (
        <Box
          component="li"
          key={index}
          sx={{ color: problem.severity === 'warning' ? 'warning.main' : 'error.main', overflowWrap: 'anywhere' }}
        >
          {t(problem.message)}
          {problem.suggestion && (
            <Box component="span" sx={{ color: 'text.secondary' }}>
              {' · '}
              {t(suggestion, { suggestion: problem.suggestion })}
            </Box>
          )}
        </Box>
      ))}
    </Box>
  );
}
