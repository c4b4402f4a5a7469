/** In the box of drafts: forms half filled in that nothing was started with yet. */
import { Box, ButtonBase } from '@mui/material';
import { Link } from 'react-router-dom';
import { StatusChip, Time } from '@/components';
import { useText } from '@/i18n';
import { useTokens } from '@/theme';
import { startPath } from './paths';
import type { StartDraftLine } from './types';

/** The drafts that hold these words, or are of this flow. */
export function narrowed(drafts: StartDraftLine[], search: string, flow: string | undefined): StartDraftLine[] {
  const words = search.trim().toLowerCase();
  const holds = ({ subject, flow_label: label }: StartDraftLine) =>
    [subject, label?.zh, label?.en].some((said) => said?.toLowerCase().includes(words));
  return drafts.filter((draft) => (!flow || draft.flow === flow) && (!words || holds(draft)));
}

export function StartDrafts({ drafts }: { drafts: StartDraftLine[] }) {
  const t = useText();
  if (drafts.length === 0) return null;
  return (
    <Box
      component="ul"
      aria-label={t({ zh: '未发起的申请', en: 'Requests not started' })}
      sx={{ listStyle: 'none', m: 0, p: 0 }}
    >
      {drafts.map((draft) => (
        <li key={draft.id}>
          <Line draft={draft} />
        </li>
      ))}
    </Box>
  );
}

function Line({ draft }: { draft: StartDraftLine }) {
  const t = useText();
  const tokens = useTokens();
  return (
    <ButtonBase
      component={Link}
      to={startPath(draft.flow, draft.id)}
      data-start-draft={draft.id}
      sx={{
        display: 'block',
        width: '100%',
        px: 2,
        py: 1.25,
        textAlign: 'left',
        color: 'text.primary',
        textDecoration: 'none',
        borderBottom: 1,
        borderColor: 'divider',
        '&:hover': { bgcolor: 'action.hover' },
        '&.Mui-focusVisible': { outline: `2px solid ${tokens.accent}`, outlineOffset: -2 },
      }}
    >
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 0.75 }}>
        <Box sx={{ fontWeight: 550, flex: 1, minWidth: 0, ...oneLine }}>{t(draft.flow_label) || draft.flow}</Box>
        <Box sx={{ fontSize: 12.5, color: 'text.secondary', flex: 'none' }}>
          <Time value={draft.updated_at} />
        </Box>
      </Box>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, mt: 0.25 }}>
        <Box sx={{ fontSize: 13.5, color: 'text.secondary', flex: 1, minWidth: 0, ...oneLine }}>
          {draft.subject || '—'}
        </Box>
        <StatusChip label={t({ zh: '未发起', en: 'Not started' })} color="grey" />
      </Box>
    </ButtonBase>
  );
}

const oneLine = { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' } as const;
