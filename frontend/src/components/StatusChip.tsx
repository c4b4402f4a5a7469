/** A small coloured word for a state, a choice or a sentiment. Never colour alone: the word is always there. */
import { Box } from '@mui/material';
import type { ReactNode } from 'react';
import { type ToneName, useTokens } from '@/theme';

export interface StatusChipProps {
  label: ReactNode;
  /** One of the six tones; unknown names fall back to grey. */
  color?: ToneName | string | null;
  /** A dot before the word, for live states. */
  dot?: boolean;
  title?: string;
}

export function StatusChip({ label, color, dot = false, title }: StatusChipProps) {
  const { tones } = useTokens();
  const tone = tones[color as ToneName] ?? tones.grey;
  return (
    <Box
      component="span"
      title={title}
      sx={{
        display: 'inline-flex',
        alignItems: 'center',
        gap: 0.75,
        px: 1,
        borderRadius: '6px',
        fontSize: 12.5,
        lineHeight: '22px',
        fontWeight: 500,
        maxWidth: '100%',
        color: tone.text,
        background: tone.background,
        whiteSpace: 'nowrap',
        verticalAlign: 'middle',
      }}
    >
      {dot && (
        <Box component="span" sx={{ width: 7, height: 7, borderRadius: '50%', background: tone.solid, flex: 'none' }} />
      )}
      <Box component="span" sx={{ overflow: 'hidden', textOverflow: 'ellipsis' }}>
        {label}
      </Box>
    </Box>
  );
}
