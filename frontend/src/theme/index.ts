/** Theme: tokens, the two MUI themes, and `useTokens()` for colours inside components. */
import { useTheme } from '@mui/material/styles';
import type { Tokens } from './tokens';

export { darkTheme, lightTheme } from './theme';
export { fontFamily, monospace, type Tokens, type Tone, type ToneName } from './tokens';

/** The tokens of the theme in force (light or dark). */
export function useTokens(): Tokens {
  return useTheme().palette.weft;
}
