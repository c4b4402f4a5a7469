/** Names and values in two columns: what a rule saw, what an action was asked, what a message carries. */
import { Box } from '@mui/material';
import { monospace } from '@/theme';
import { valueText } from './values';

export function Facts({ of, label }: { of: Record<string, unknown>; label: string }) {
  return (
    <Box
      component="dl"
      aria-label={label}
      sx={{
        m: 0,
        display: 'grid',
        gridTemplateColumns: { xs: 'minmax(0, 1fr)', sm: 'minmax(120px, max-content) minmax(0, 1fr)' },
        columnGap: 2,
        rowGap: { xs: 0, sm: 0.5 },
        fontSize: 13,
      }}
    >
      {Object.entries(of).map(([name, value]) => (
        <Box key={name} sx={{ display: 'contents' }}>
          <Box
            component="dt"
            sx={{ fontFamily: monospace, color: 'text.secondary', overflowWrap: 'anywhere', maxWidth: 280 }}
          >
            {name}
          </Box>
          <Box component="dd" sx={{ m: 0, mb: { xs: 0.75, sm: 0 }, overflowWrap: 'anywhere' }}>
            {valueText(value)}
          </Box>
        </Box>
      ))}
    </Box>
  );
}
