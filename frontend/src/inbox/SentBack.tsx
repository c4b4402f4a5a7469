/** Why a task is here once more: who sent it back, and what they said, before anything else. */
import { Alert, Box } from '@mui/material';
import { CornerUpLeft } from 'lucide-react';
import { useText } from '@/i18n';
import type { Decision, TaskDetail } from './types';

/** A task is opened with the decision that sent back to it; clocks and transactions are not exact. */
const TOGETHER_MS = 60_000;

/** The decision that this task was opened by, where that sent it back: what comes straight back was opened by the answer. */
function sendingBack({ round, opened_at, decisions }: TaskDetail): Decision | undefined {
  const opened = Date.parse(opened_at);
  const away = ({ at }: Decision) => Math.abs(Date.parse(at) - opened);
  const [nearest] = decisions.toReversed().sort((one, other) => away(one) - away(other));
  const isIt = round > 1 && nearest?.outcome_kind === 'send_back' && away(nearest) < TOGETHER_MS;
  return isIt ? nearest : undefined;
}

export function SentBack({ task }: { task: TaskDetail }) {
  const t = useText();
  const decision = sendingBack(task);
  if (!decision) return null;
  const params = { name: decision.user?.name ?? '', step: t(decision.title) };
  return (
    <Alert severity="warning" variant="outlined" icon={<CornerUpLeft size={18} />}>
      {t({ zh: '{name} 在“{step}”退回', en: 'Sent back by {name} at “{step}”' }, params)}
      {decision.comment && (
        <Box sx={{ mt: 0.25, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', fontWeight: 550 }}>
          {decision.comment}
        </Box>
      )}
    </Alert>
  );
}
