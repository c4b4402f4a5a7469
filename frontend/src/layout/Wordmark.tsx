/** The mark and name of the product. */
import { Box } from '@mui/material';
import { useTokens } from '@/theme';

export function Wordmark({ size = 24, name = true }: { size?: number; name?: boolean }) {
  const { accent, onAccent } = useTokens();
  return (
    <Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: 1, color: 'text.primary' }}>
      <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
        <rect width="32" height="32" rx="8" fill={accent} />
        <g fill="none" stroke={onAccent} strokeWidth="2.6" strokeLinecap="round">
          <path d="M7 11c4.5 0 4.5 5 9 5s4.5-5 9-5" />
          <path d="M7 21c4.5 0 4.5-5 9-5s4.5 5 9 5" />
        </g>
      </svg>
      {name && <span style={{ fontSize: size * 0.72, fontWeight: 680, letterSpacing: '-0.02em' }}>Weft</span>}
    </Box>
  );
}
