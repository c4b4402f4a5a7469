/** A person's mark: the given name's last characters in Chinese, initials otherwise, on a colour of their own. */
import { Box } from '@mui/material';
import { type ToneName, useTokens } from '@/theme';

const TONES: ToneName[] = ['blue', 'green', 'orange', 'purple', 'red', 'grey'];

export function initials(name: string): string {
  const trimmed = name.trim();
  if (/[\u3400-\u9fff]/.test(trimmed)) return trimmed.slice(-2);
  const words = trimmed.split(/\s+/);
  return words
    .slice(0, 2)
    .map((word) => word.charAt(0).toUpperCase())
    .join('');
}

export function Avatar({ name, size = 28 }: { name: string; size?: number }) {
  const { tones } = useTokens();
  const sum = [...name].reduce((total, letter) => total + (letter.codePointAt(0) ?? 0), 0);
  const tone = tones[TONES[sum % TONES.length] ?? 'grey'];
  return (
    <Box
      aria-hidden
      data-initials={initials(name)}
      style={{ fontSize: size * 0.38, lineHeight: 1 }}
      sx={{
        width: size,
        height: size,
        borderRadius: '50%',
        flex: 'none',
        display: 'grid',
        placeItems: 'center',
        fontWeight: 600,
        color: tone.text,
        background: tone.background,
        // Drawn, not written: the name itself stands beside it or is the label of what it is on.
        '&::after': { content: 'attr(data-initials)' },
      }}
    />
  );
}
