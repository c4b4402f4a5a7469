/** The opinion and the buttons of a task; sticks to the bottom, on a phone above the bar under the thumb. */
import { Box, Button, TextField, useMediaQuery } from '@mui/material';
import type { Theme } from '@mui/material/styles';
import { CircleSlash, CornerUpLeft } from 'lucide-react';
import { type RefObject, useEffect } from 'react';
import { ErrorLine } from '@/components';
import { useText } from '@/i18n';
import { DraftNote } from './DraftLine';
import { type MenuLine, OperationMenu } from './OperationMenu';
import { foot } from './sheet';
import type { TaskOutcome } from './types';
import type { DecisionState } from './useDecision';
import type { DraftState } from './useDraft';
import type { OperationsState } from './useOperations';

const LOOK: Record<TaskOutcome['kind'], { variant: 'contained' | 'outlined'; color: 'primary' | 'error' | 'inherit' }> =
  {
    complete: { variant: 'contained', color: 'primary' },
    refuse: { variant: 'outlined', color: 'error' },
    abstain: { variant: 'outlined', color: 'inherit' },
    send_back: { variant: 'outlined', color: 'inherit' },
  };

/** What is decided most stays under the thumb; the rest of many outcomes is in the menu there. */
const MOST_ON_PHONE = 2;

function split(
  outcomes: TaskOutcome[],
  phone: boolean,
  hasMenu: boolean,
): [shown: TaskOutcome[], listed: TaskOutcome[]] {
  if (!phone || outcomes.length <= (hasMenu ? MOST_ON_PHONE : MOST_ON_PHONE + 1)) return [outcomes, []];
  const foremost = outcomes.filter(({ kind }) => kind === 'complete' || kind === 'refuse').slice(0, MOST_ON_PHONE);
  return [foremost, outcomes.filter((outcome) => !foremost.includes(outcome))];
}

const BACK = { zh: '退给前面的人重新处理。', en: 'Somebody before does it again.' };

function lineOf({ key, label, kind }: TaskOutcome, run: () => void): MenuLine {
  return kind === 'send_back'
    ? { key, label, hint: BACK, icon: CornerUpLeft, run }
    : { key, label, icon: CircleSlash, run };
}

export interface DecisionBarProps {
  /** None for those who may not decide: they may have operations all the same. */
  outcomes: TaskOutcome[];
  decision: DecisionState;
  operations: OperationsState;
  draft: DraftState | null;
  /** For the keys that lead to them. */
  opinion: RefObject<HTMLTextAreaElement | null>;
  menu: RefObject<HTMLButtonElement | null>;
}

export function DecisionBar({ outcomes, decision, operations, draft, opinion, menu }: DecisionBarProps) {
  const t = useText();
  const phone = useMediaQuery((theme: Theme) => theme.breakpoints.down('sm'));
  const deciding = outcomes.length > 0;
  const first = outcomes.find(({ kind }) => kind === 'complete');
  const busy = decision.sending !== null || operations.pending;
  const [shown, listed] = split(outcomes, phone, operations.listed.length > 0);
  // Whoever decides nothing has room for what else they may do.
  const beside = deciding ? operations.beside : [...operations.beside, ...operations.listed].slice(0, 3);
  const more = operations.listed.filter((one) => !beside.includes(one));
  const paused = beside.flatMap((one) => one.paused ?? []);
  const lines = [
    ...listed.map((outcome) => lineOf(outcome, () => void decision.decide(outcome))),
    ...more.map((one) => ({ ...one, run: () => operations.choose(one) })),
  ];
  return (
    <Box role="group" aria-label={t({ zh: '决定', en: 'Decision' })} sx={barStyle}>
      <ErrorLine error={deciding ? decision.error : null} />
      {deciding && <Opinion decision={decision} input={opinion} />}
      {paused.map((said) => (
        <Box key={said} role="status" sx={{ fontSize: 12.5, color: 'text.secondary', textAlign: 'right' }}>
          {said}
        </Box>
      ))}
      <Box sx={{ display: 'flex', gap: 1, flexWrap: 'wrap', alignItems: 'center', justifyContent: 'flex-end' }}>
        <OperationMenu wide={!phone} button={menu} lines={lines} disabled={busy} />
        {draft && (!phone || draft.error !== null) ? <DraftNote draft={draft} /> : !phone && <Box sx={{ flex: 1 }} />}
        {beside.map((operation, index) => (
          <Button
            key={operation.key}
            variant={!deciding && index === 0 && operation.beside ? 'contained' : 'outlined'}
            startIcon={<operation.icon size={16} />}
            disabled={busy || !!operation.paused}
            onClick={() => operations.choose(operation)}
            sx={buttonStyle}
          >
            {t(operation.label)}
          </Button>
        ))}
        {[...shown].reverse().map((outcome) => (
          <OutcomeButton key={outcome.key} outcome={outcome} main={outcome === first} decision={decision} busy={busy} />
        ))}
      </Box>
    </Box>
  );
}

// The floating label of the opinion stands above its frame.
const barStyle = { ...foot, pt: 2, pb: 1.5 } as const;

const buttonStyle = { minHeight: 38, flex: { xs: '1 1 auto', sm: 'none' }, minWidth: { xs: 88, sm: 92 } } as const;

interface OutcomeButtonProps {
  outcome: TaskOutcome;
  main: boolean;
  decision: DecisionState;
  busy: boolean;
}

function OutcomeButton({ outcome, main, decision, busy }: OutcomeButtonProps) {
  const t = useText();
  const look = LOOK[outcome.kind];
  return (
    <Button
      data-outcome={outcome.key}
      variant={main || look.variant === 'outlined' ? look.variant : 'outlined'}
      color={look.color}
      loading={decision.sending?.key === outcome.key}
      disabled={busy}
      onClick={() => void decision.decide(outcome)}
      sx={{ ...buttonStyle, ...(look.color === 'error' && { color: 'error.main', borderColor: 'error.main' }) }}
    >
      {t(outcome.label)}
    </Button>
  );
}

interface OpinionProps {
  decision: DecisionState;
  input: RefObject<HTMLTextAreaElement | null>;
}

function Opinion({ decision, input }: OpinionProps) {
  const t = useText();
  const wanted = decision.wantsComment;
  useEffect(() => {
    if (wanted) input.current?.focus();
  }, [wanted, input]);
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
