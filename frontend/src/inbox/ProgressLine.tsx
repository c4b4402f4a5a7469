/** How far a task of several people is: who agreed, who refused, who is left, and how much it takes. */
import { Box } from '@mui/material';
import { type TextReader, useText } from '@/i18n';
import { type ToneName, useTokens } from '@/theme';
import { MODES } from './labels';
import type { Progress } from './types';

/** Where one person decides there is nothing to count. */
const COUNTED: readonly Progress['mode'][] = ['all', 'sequence', 'vote'];

type Part = [n: number, tone: ToneName | null, said: string];

/** People; in a vote their votes, which may be more. */
function parts({ mode, agreed, refused, abstained, left }: Progress, t: TextReader): Part[] {
  const open =
    mode === 'vote'
      ? t({ zh: '{n} 票未投', en: '{n} of the votes left' }, { n: left })
      : t({ zh: '{n} 未处理', en: '{n} left' }, { n: left });
  const all: Part[] = [
    [agreed, 'green', t({ zh: '{n} 同意', en: '{n} agreed' }, { n: agreed })],
    [refused, 'red', t({ zh: '{n} 拒绝', en: '{n} refused' }, { n: refused })],
    [abstained, 'grey', t({ zh: '{n} 弃权', en: '{n} abstained' }, { n: abstained })],
    [left, null, open],
  ];
  return all.filter(([n]) => n > 0);
}

export function ProgressLine({ progress }: { progress: Progress }) {
  const t = useText();
  const { tones, line } = useTokens();
  const counted = COUNTED.includes(progress.mode);
  const found = parts(progress, t);
  const needed = t(progress.needed);
  const words = [t(MODES[progress.mode]), needed, ...(counted ? found.map(([, , said]) => said) : [])].filter(Boolean);
  return (
    <Box sx={{ mb: 1.5 }}>
      {counted && found.length > 0 && (
        <Box aria-hidden sx={{ display: 'flex', gap: '2px', height: 6, borderRadius: 3, overflow: 'hidden', mb: 0.75 }}>
          {found.map(([n, tone, said]) => (
            <Box key={said} sx={{ flex: n, bgcolor: tone ? tones[tone].solid : line }} />
          ))}
        </Box>
      )}
      <Box sx={{ color: 'text.secondary', fontSize: 13 }}>{words.join(' · ')}</Box>
    </Box>
  );
}
