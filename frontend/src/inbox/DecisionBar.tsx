/** The opinion and the buttons of a task; sticks to the bottom, on a phone above the bar under the thumb. */
import { Box, Button, TextField } from '@mui/material';
import { useEffect, useRef } from 'react';
import { ErrorLine } from '@/components';
import type { Outcome } from '@/flows/types';
import { useText } from '@/i18n';
import type { DecisionState } from './useDecision';

const LOOK: Record<Outcome['kind'], { variant: 'contained' | 'outlined'; color: 'primary' | 'error' | 'inherit' }> = {
  complete: { variant: 'contained', color: 'primary' },
  refuse: { variant: 'outlined', color: 'error' },
  send_back: { variant: 'outlined', color: 'inherit' },
};

export function DecisionBar({ outcomes, decision }: { outcomes: Outcome[]; decision: DecisionState }) {
  const t = useText();
  const first = outcomes.find(({ kind }) => kind === 'complete');
  return (
    <Box
      role="group"
      aria-label={t({ zh: '决定', en: 'Decision' })}
      sx={{
        position: 'sticky',
        bottom: { xs: 'calc(57px + env(safe-area-inset-bottom))', sm: 0 },
        zIndex: 5,
        borderTop: 1,
        borderColor: 'divider',
        bgcolor: 'background.paper',
        px: 2,
        // The floating label of the opinion stands above its frame.
        pt: 2,
        pb: 1.5,
        display: 'grid',
        gap: 1.25,
      }}
    >
      <ErrorLine error={decision.error} />
      <Opinion decision={decision} />
      <Box sx={{ display: 'flex', gap: 1, flexWrap: 'wrap', justifyContent: 'flex-end' }}>
        {[...outcomes].reverse().map((outcome) => (
          <OutcomeButton key={outcome.key} outcome={outcome} main={outcome === first} decision={decision} />
        ))}
      </Box>
    </Box>
  );
}

function OutcomeButton({ outcome, main, decision }: { outcome: Outcome; main: boolean; decision: DecisionState }) {
  const t = useText();
  const look = LOOK[outcome.kind];
  return (
    <Button
      variant={main || look.variant === 'outlined' ? look.variant : 'outlined'}
      color={look.color}
      loading={decision.sending?.key === outcome.key}
      disabled={decision.sending !== null}
      onClick={() => void decision.decide(outcome)}
      sx={{
        minHeight: 38,
        flex: { xs: '1 1 96px', sm: 'none' },
        minWidth: 92,
        ...(look.color === 'error' && { color: 'error.main', borderColor: 'error.main' }),
      }}
    >
      {t(outcome.label)}
    </Button>
  );
}

function Opinion({ decision }: { decision: DecisionState }) {
  const t = useText();
  const input = useRef<HTMLTextAreaElement>(null);
  const wanted = decision.wantsComment;
  useEffect(() => {
    if (wanted) input.current?.focus();
  }, [wanted]);
  return (
    <TextField
      inputRef={input}
      label={t({ zh: '意见', en: 'Opinion' })}
      multiline
      maxRows={5}
      fullWidth
      value={decision.comment}
      onChange={(event) => decision.setComment(event.target.value)}
      error={!!wanted}
      required={!!wanted}
      helperText={
        wanted
          ? t({ zh: '选择“{outcome}”需要写明意见', en: '“{outcome}” needs an opinion' }, { outcome: t(wanted.label) })
          : undefined
      }
    />
  );
}
