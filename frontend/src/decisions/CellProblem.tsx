/** The first problem of a cell, below it, with its mend as a button. */
import { Box, Button } from '@mui/material';
import type { DefinitionProblem } from '@/build/api';
import { useText } from '@/i18n';
import { fixed } from './cellFix';

interface CellProblemProps {
  id: string;
  problem: DefinitionProblem;
  text: string;
  onFix: (text: string) => void;
}

export function CellProblem({ id, problem, text, onFix }: CellProblemProps) {
  const t = useText();
  const { message, suggestion, severity, span } = problem;
  return (
    <Box
      sx={{
        // As wide as its column: a sentence makes no column wider.
        ...{ width: 0, minWidth: '100%', boxSizing: 'border-box' },
        px: 1,
        pb: 0.75,
        fontSize: 12.5,
        lineHeight: 1.45,
        color: severity === 'warning' ? 'warning.main' : 'error.main',
        overflowWrap: 'anywhere',
      }}
    >
      <span id={id}>{t(message)}</span>
      {suggestion && (
        <Button
          variant="outlined"
          aria-label={t({ zh: '改为 {text}', en: 'Change to {text}' }, { text: suggestion })}
          onClick={() => onFix(fixed(text, span, suggestion))}
          sx={{ minHeight: 22, py: 0, px: 0.75, ml: 0.5, fontSize: 12, whiteSpace: 'normal' }}
        >
          {suggestion}
        </Button>
      )}
    </Box>
  );
}
