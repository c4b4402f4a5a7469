/** A number beside a name: what waits in a box, and beside the inbox wherever one can go there. */
import { Box } from '@mui/material';
import { type ToneName, useTokens } from '@/theme';
import { useCounts } from './api';

interface CountProps {
  /** For tests. */
  id?: string;
  n: number;
  tone: ToneName;
}

export function Count({ id, n, tone }: CountProps) {
  const { tones } = useTokens();
  return (
    <Box
      component="span"
      data-testid={id}
      sx={{
        display: 'inline-block',
        minWidth: 20,
        px: 0.75,
        borderRadius: '10px',
        fontSize: 12,
        lineHeight: '20px',
        fontWeight: 600,
        textAlign: 'center',
        color: tones[tone].text,
        bgcolor: tones[tone].background,
        fontVariantNumeric: 'tabular-nums',
      }}
    >
      {n > 999 ? '999+' : n}
    </Box>
  );
}

/** What is to do; red when something of it is late. Drawn only: the inbox itself says it in words. */
export function TodoBadge() {
  const { data: counts } = useCounts();
  if (!counts?.todo) return null;
  return (
    <span aria-hidden>
      <Count n={counts.todo} tone={counts.overdue > 0 ? 'red' : 'blue'} />
    </span>
  );
}
