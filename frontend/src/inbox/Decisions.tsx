/** Who decided what and why in the whole run, in order. */
import { Box, Stack, Typography } from '@mui/material';
import { Avatar, StatusChip, Time } from '@/components';
import { useText } from '@/i18n';
import { KINDS, OUTCOMES, REASONS } from './labels';
import { Signature } from './Signature';
import type { Decision } from './types';

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
  const name = decision.user?.name ?? t({ zh: '系统', en: 'System' });
  return (
    <Box component="li" sx={{ display: 'flex', gap: 1.25 }}>
      <Avatar name={name} />
      <Box sx={{ minWidth: 0, flex: 1 }}>
        <Box sx={{ display: 'flex', gap: 1, rowGap: 0.25, alignItems: 'center', flexWrap: 'wrap' }}>
          <Box component="span" sx={{ fontWeight: 600 }}>
            {name}
          </Box>
          <Behalf decision={decision} />
          {decision.outcome && (
            <StatusChip
              label={t(decision.outcome_label) || decision.outcome}
              color={decision.outcome_kind ? OUTCOMES[decision.outcome_kind] : 'grey'}
            />
          )}
          <Box component="span" sx={{ color: 'text.secondary', fontSize: 12.5 }}>
            {t(decision.title)}
            {decision.round > 1 && ` · ${t({ zh: '第 {n} 轮', en: 'round {n}' }, { n: decision.round })}`}
            {' · '}
            <Time value={decision.at} />
          </Box>
        </Box>
        {decision.reason && (
          <Box sx={{ color: 'text.secondary', fontSize: 13 }}>{t(REASONS[decision.reason] ?? decision.reason)}</Box>
        )}
        {decision.comment && (
          <Box sx={{ mt: 0.5, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{decision.comment}</Box>
        )}
        {decision.signature && <Signature source={decision.signature} name={name} />}
      </Box>
    </Box>
  );
}

/** On whose behalf, and as what, where it was not simply their own. */
function Behalf({ decision }: { decision: Decision }) {
  const t = useText();
  const { owner, user } = decision;
  const kind = decision.kind ? KINDS[decision.kind] : null;
  const behalf = owner && owner.id !== user?.id && t({ zh: '代 {name}', en: 'for {name}' }, { name: owner.name });
  const words = [kind && t(kind), behalf].filter(Boolean);
  if (words.length === 0) return null;
  return (
    <Box component="span" sx={{ color: 'text.secondary', fontSize: 12.5 }}>
      {words.join(' · ')}
    </Box>
  );
}
