/** How long is left, or how long it is late; ticking. */
import { Box } from '@mui/material';
import { Clock } from 'lucide-react';
import { StatusChip, useFormat, useNow } from '@/components';
import { useText } from '@/i18n';
import { useTokens } from '@/theme';

const SOON_S = 600;

function useDueText(due: string | null): { text: string; tone: 'red' | 'orange' | 'grey' } | null {
  const t = useText();
  const format = useFormat();
  const now = useNow(15_000);
  if (!due) return null;
  const left = (new Date(due).getTime() - now) / 1000;
  const span = format.duration(Math.abs(left) >= 60 ? Math.floor(Math.abs(left) / 60) * 60 : Math.abs(left));
  if (left < 0) return { text: t({ zh: '超时 {span}', en: '{span} late' }, { span }), tone: 'red' };
  const text = t({ zh: '剩 {span}', en: '{span} left' }, { span });
  return { text, tone: left < SOON_S ? 'orange' : 'grey' };
}

export function DueChip({ due }: { due: string | null }) {
  const said = useDueText(due);
  const format = useFormat();
  return said && <StatusChip label={said.text} color={said.tone} title={format.exact(due)} />;
}

/** In a list row: small, without a background. */
export function DueNote({ due }: { due: string | null }) {
  const said = useDueText(due);
  const format = useFormat();
  const { tones, muted } = useTokens();
  if (!said) return null;
  return (
    <Box
      component="span"
      title={format.exact(due)}
      sx={{
        display: 'inline-flex',
        alignItems: 'center',
        gap: 0.5,
        color: said.tone === 'grey' ? muted : tones[said.tone].text,
        fontWeight: said.tone === 'grey' ? 400 : 600,
        whiteSpace: 'nowrap',
      }}
    >
      <Clock size={12.5} aria-hidden />
      {said.text}
    </Box>
  );
}
