/** Incidents of rules: what failed for good, how often, and what can be done about it. */
import { Box, Button, Link as MuiLink, Stack, Typography } from '@mui/material';
import { CircleCheck, RotateCw, ShieldCheck } from 'lucide-react';
import { Link } from 'react-router-dom';
import { EmptyState, PagedList, StatusChip, Time, useSayError } from '@/components';
import { useText } from '@/i18n';
import {
  type Incident,
  type IncidentStatus,
  rulePath,
  useIncidents,
  useResolveIncident,
  useRetryIncident,
} from './api';

interface IncidentListProps {
  status: IncidentStatus;
  /** Of one rule; else of all, each with its rule. */
  rule?: string;
}

export function IncidentList({ status, rule }: IncidentListProps) {
  const t = useText();
  return (
    <PagedList
      dense
      query={useIncidents(rule ? { status, rule } : { status })}
      empty={
        <EmptyState
          dense={rule !== undefined}
          icon={ShieldCheck}
          title={
            status === 'open'
              ? t({ zh: '没有未解决的问题', en: 'No open incidents' })
              : t({ zh: '还没有解决过的问题', en: 'None has been resolved yet' })
          }
          hint={t({
            zh: '动作多次失败、规则超出预算时，会出现在这里，写明原因和办法。',
            en: 'An action that keeps failing or a rule beyond its budget appears here, with the reason and what to do.',
          })}
        />
      }
    >
      {(items) => (
        <Stack component="ul" sx={{ listStyle: 'none', m: 0, p: 0 }}>
          {items.map((incident) => (
            <Item key={incident.id} incident={incident} named={!rule} />
          ))}
        </Stack>
      )}
    </PagedList>
  );
}

function Item({ incident, named }: { incident: Incident; named: boolean }) {
  const t = useText();
  const { rule, label, message, suggestion, code, place, count, status, first_at, last_at, resolved_by } = incident;
  return (
    <Box
      component="li"
      sx={{ px: 2, py: 1.5, borderTop: 1, borderColor: 'divider', '&:first-of-type': { borderTop: 0 } }}
    >
      <Stack direction="row" sx={{ gap: 1, flexWrap: 'wrap', alignItems: 'flex-start' }}>
        <Box sx={{ flex: '1 1 260px', minWidth: 0 }}>
          {named && (
            <MuiLink component={Link} to={rulePath(rule, 'incidents')} underline="hover" sx={{ fontWeight: 550 }}>
              {t(label)}
            </MuiLink>
          )}
          <Typography sx={{ overflowWrap: 'anywhere', fontWeight: named ? 400 : 550 }}>{t(message)}</Typography>
          {suggestion && (
            <Typography variant="body2" sx={{ color: 'text.secondary', overflowWrap: 'anywhere' }}>
              {t({ zh: '建议：{suggestion}', en: 'Suggestion: {suggestion}' }, { suggestion: t(suggestion) })}
            </Typography>
          )}
          <Stack
            direction="row"
            sx={{
              gap: 1,
              rowGap: 0.25,
              flexWrap: 'wrap',
              color: 'text.secondary',
              fontSize: 13,
              alignItems: 'center',
              mt: 0.25,
            }}
          >
            <code>{[code, place].filter(Boolean).join(' · ')}</code>
            {count > 1 && <StatusChip color="orange" label={t({ zh: '{count} 次', en: '{count} times' }, { count })} />}
            <span>
              {t({ zh: '首次', en: 'first' })} <Time value={first_at} /> · {t({ zh: '最近', en: 'last' })}{' '}
              <Time value={last_at} />
            </span>
            {resolved_by && <span>{t({ zh: '由 {name} 解决', en: 'resolved by {name}' }, { name: resolved_by })}</span>}
          </Stack>
        </Box>
        {status === 'open' && <Actions id={incident.id} retryable={incident.firing_id !== null} />}
      </Stack>
    </Box>
  );
}

function Actions({ id, retryable }: { id: string; retryable: boolean }) {
  const t = useText();
  const say = useSayError();
  const retry = useRetryIncident();
  const resolve = useResolveIncident();
  return (
    <Stack direction="row" sx={{ gap: 1 }}>
      {retryable && (
        <Button
          variant="outlined"
          startIcon={<RotateCw size={14} />}
          loading={retry.isPending}
          onClick={() => retry.mutate(id, { onError: say })}
        >
          {t({ zh: '重试', en: 'Try again' })}
        </Button>
      )}
      <Button
        variant="outlined"
        startIcon={<CircleCheck size={14} />}
        loading={resolve.isPending}
        onClick={() => resolve.mutate(id, { onError: say })}
      >
        {t({ zh: '标为已解决', en: 'Resolved' })}
      </Button>
    </Stack>
  );
}
