/** Firings of rules, newest first: on what, what was done, and the values that decided it. */
import { Box, Collapse, IconButton, Link as MuiLink, Stack, Tooltip, Typography } from '@mui/material';
import { ChevronDown, ChevronRight, Zap } from 'lucide-react';
import { useId, useState } from 'react';
import { Link } from 'react-router-dom';
import { EmptyState, PagedList, StatusChip, Time } from '@/components';
import { type Text, useText } from '@/i18n';
import { recordPath } from '@/records/paths';
import type { FiredAction } from '@/social/api';
import { actionLabel, typeLabel } from '@/social/labels';
import { ActionDone } from '@/social/PostCard';
import type { ToneName } from '@/theme';
import { type FiringFilter, type FiringItem, type FiringStatus, useFirings } from './api';
import { Facts } from './Facts';

export const FIRING_STATUS: Record<FiringStatus, { label: Text; color: ToneName }> = {
  done: { label: { zh: '已执行', en: 'Done' }, color: 'green' },
  limited: { label: { zh: '被限次拦下', en: 'Held back' }, color: 'grey' },
  failed: { label: { zh: '失败', en: 'Failed' }, color: 'red' },
};

/** `named`: says which rule, where the list is about several. */
export function FiringList({ filter, named = false }: { filter: FiringFilter; named?: boolean }) {
  const t = useText();
  return (
    <PagedList
      dense
      query={useFirings(filter)}
      empty={
        <EmptyState
          dense
          icon={Zap}
          title={t({ zh: '没有触发记录', en: 'No firings' })}
          hint={t({ zh: '新事件满足规则时，会立刻出现在这里。', en: 'They appear as soon as an event meets a rule.' })}
        />
      }
    >
      {(firings) => (
        <Stack component="ol" sx={{ listStyle: 'none', m: 0, p: 0 }}>
          {firings.map((firing) => (
            <Item key={firing.id} firing={firing} named={named} />
          ))}
        </Stack>
      )}
    </PagedList>
  );
}

function Item({ firing, named }: { firing: FiringItem; named: boolean }) {
  const t = useText();
  const id = useId();
  const [open, setOpen] = useState(false);
  const Icon = open ? ChevronDown : ChevronRight;
  const label = open ? t({ zh: '收起', en: 'Hide why' }) : t({ zh: '为什么触发', en: 'Show why' });
  const status = FIRING_STATUS[firing.status];
  return (
    <Box
      component="li"
      sx={{ px: 2, py: 1.25, borderTop: 1, borderColor: 'divider', '&:first-of-type': { borderTop: 0 } }}
    >
      <Stack direction="row" sx={{ gap: 1, alignItems: 'flex-start' }}>
        <Tooltip title={label}>
          <IconButton
            aria-label={label}
            aria-expanded={open}
            aria-controls={id}
            onClick={() => setOpen(!open)}
            sx={{ ml: -1, mt: '-3px' }}
          >
            <Icon size={15} />
          </IconButton>
        </Tooltip>
        <Box sx={{ flex: 1, minWidth: 0 }}>
          <Stack direction="row" sx={{ gap: 1, alignItems: 'flex-start' }}>
            <Stack direction="row" sx={{ gap: 1, flexWrap: 'wrap', alignItems: 'center', flex: 1, minWidth: 0 }}>
              <Who firing={firing} named={named} />
              {firing.status !== 'done' && (
                <StatusChip label={t(status.label)} color={status.color} title={firing.error ?? undefined} />
              )}
              {firing.branch === 'else' && <StatusChip label={t({ zh: '否则', en: 'else' })} />}
            </Stack>
            <Typography component="span" variant="body2" sx={{ color: 'text.secondary', flex: 'none' }}>
              <Time value={firing.at} />
            </Typography>
          </Stack>
          {firing.event.text && (
            <Typography variant="body2" sx={{ overflowWrap: 'anywhere' }}>
              {firing.event.text}
            </Typography>
          )}
          {firing.actions.length > 0 && (
            <Typography component="div" variant="body2" sx={{ color: 'text.secondary' }}>
              {firing.actions.map((action, index) => (
                <span key={index}>
                  {index > 0 && ' · '}
                  <ActionDone action={action} />
                </span>
              ))}
            </Typography>
          )}
          {firing.error && (
            <Typography variant="body2" sx={{ color: 'error.main', overflowWrap: 'anywhere' }}>
              {firing.error}
            </Typography>
          )}
          <Collapse in={open} unmountOnExit id={id}>
            <Why firing={firing} />
          </Collapse>
        </Box>
      </Stack>
    </Box>
  );
}

function Who({ firing, named }: { firing: FiringItem; named: boolean }) {
  const t = useText();
  const type = firing.event.type && t(typeLabel(firing.event.type));
  return (
    <Typography component="span" sx={{ minWidth: 0 }}>
      {named && (
        <>
          <MuiLink component={Link} to={`/rules?rule=${firing.rule}`} underline="hover" sx={{ fontWeight: 550 }}>
            {t(firing.label)}
          </MuiLink>{' '}
        </>
      )}
      {firing.person_id && (
        <MuiLink
          component={Link}
          to={`/people/${firing.person_id}`}
          underline="hover"
          sx={{ fontWeight: named ? 400 : 550, color: 'text.primary' }}
        >
          {firing.person_name ?? t({ zh: '客户', en: 'Person' })}
        </MuiLink>
      )}
      {type && (
        <Typography component="span" variant="body2" sx={{ color: 'text.secondary' }}>
          {' '}
          {type}
        </Typography>
      )}
    </Typography>
  );
}

/** The trace: what the rule read, then what each action was asked. */
function Why({ firing }: { firing: FiringItem }) {
  const t = useText();
  const saw = t({ zh: '当时看到的值', en: 'What it saw' });
  return (
    <Stack spacing={1.5} sx={{ mt: 1, p: 1.5, borderRadius: 1.5, backgroundColor: 'action.hover' }}>
      <Box>
        <Heading>{saw}</Heading>
        <Facts of={firing.trace} label={saw} />
      </Box>
      {firing.actions.map((action, index) => (
        <ActionFacts key={index} action={action} />
      ))}
      <Typography variant="body2" sx={{ color: 'text.secondary', fontSize: 13 }}>
        {t(
          { zh: '事件 {event} · 规则版本 {version}', en: 'Event {event} · rule version {version}' },
          { event: firing.event_id, version: firing.rule_version },
        )}
      </Typography>
    </Stack>
  );
}

function ActionFacts({ action }: { action: FiredAction }) {
  const t = useText();
  const label = t(actionLabel(action.action));
  const { entity, record_id, instance_id, number, title } = action.result ?? {};
  const link = instance_id ? `/instances/${instance_id}` : entity && record_id ? recordPath(entity, record_id) : null;
  return (
    <Box>
      <Heading>
        {label} <code>{action.action}</code>
      </Heading>
      <Facts of={action.arguments ?? {}} label={label} />
      {link && (
        <MuiLink component={Link} to={link} sx={{ fontSize: 13 }}>
          {[number, title].filter(Boolean).join(' ') || t({ zh: '打开结果', en: 'Open the result' })}
        </MuiLink>
      )}
      {action.error && <Typography sx={{ color: 'error.main', fontSize: 13 }}>{action.error}</Typography>}
    </Box>
  );
}

function Heading({ children }: { children: React.ReactNode }) {
  return (
    <Typography component="h3" sx={{ fontSize: 13, fontWeight: 600, mb: 0.5 }}>
      {children}
    </Typography>
  );
}
