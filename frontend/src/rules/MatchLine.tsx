/** How many a rule is about just now, while it is written. */
import { Stack, Typography } from '@mui/material';
import { UsersRound } from 'lucide-react';
import { errorText, usePaused } from '@/components';
import { useText } from '@/i18n';
import { useMatches } from './authoring';

const PAUSE_MS = 700;

/** `ready`: nothing is wrong with the text. */
export function MatchLine({ text, ready }: { text: string; ready: boolean }) {
  const t = useText();
  const paused = usePaused(text, PAUSE_MS);
  const { data, error, isFetching } = useMatches(paused, ready && paused === text);
  if (!ready) return null;
  const said = error ? errorText(error, t).message : data && t(data.sentence);
  return (
    <Stack
      direction="row"
      role="status"
      aria-busy={isFetching}
      sx={{ gap: 0.75, alignItems: 'flex-start', fontSize: 13, minHeight: 21, opacity: isFetching ? 0.6 : 1 }}
    >
      <UsersRound size={14} aria-hidden style={{ flex: 'none', marginTop: 3 }} />
      <Typography component="span" variant="body2" sx={{ fontSize: 13 }}>
        {said || t({ zh: '正在数有多少符合…', en: 'Counting how many match…' })}
      </Typography>
    </Stack>
  );
}
