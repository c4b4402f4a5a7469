/** Who decided what and why, in order. */
import { Box, Stack, Typography } from '@mui/material';
import { Avatar, StatusChip, Time } from '@/components';
import { useActorName } from '@/flows/describe';
import { useText } from '@/i18n';
import type { Decision } from './api';

export function Decisions({ decisions }: { decisions: Decision[] }) {
  const t = useText();
  if (decisions.length === 0) {
    return (
      <Typography variant="body2" sx={{ color: 'text.secondary' }}>
        {t({ zh: '还没有人作出决定。', en: 'Nobody has decided anything yet.' })}
      </Typography>
    );
  }
  return (
    <Stack component="ol" spacing={2} sx={{ listStyle: 'none', m: 0, p: 0 }}>
      {decisions.map((decision, index) => (
        <DecisionLine key={index} decision={decision} />
      ))}
    </Stack>
  );
}

function DecisionLine({ decision }: { decision: Decision }) {
  const t = useText();
  const name = useActorName()(decision.user);
  return (
    <Box component="li" sx={{ display: 'flex', gap: 1.25 }}>
      <Avatar name={name} />
      <Box sx={{ minWidth: 0, flex: 1 }}>
        <Box sx={{ display: 'flex', gap: 1, alignItems: 'center', flexWrap: 'wrap' }}>
          <Box component="span" sx={{ fontWeight: 600 }}>
            {name}
          </Box>
          <StatusChip label={t(decision.outcome_label) || decision.outcome} color="grey" />
          <Box component="span" sx={{ color: 'text.secondary', fontSize: 12.5 }}>
            {t(decision.title)}
            {decision.round > 1 && ` · ${t({ zh: '第 {n} 轮', en: 'round {n}' }, { n: decision.round })}`}
            {' · '}
            <Time value={decision.at} />
          </Box>
        </Box>
        {decision.comment && (
          <Box sx={{ mt: 0.5, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{decision.comment}</Box>
        )}
      </Box>
    </Box>
  );
}
