/** Firings of rules, newest first: on what, what was done, and the values that decided it. */
import { Box, Button, Collapse, IconButton, Link as MuiLink, Stack, Tooltip, Typography } from '@mui/material';
import { ChevronDown, ChevronRight, Zap } from 'lucide-react';
import { useId, useState } from 'react';
import { Link } from 'react-router-dom';
import { EmptyState, PagedList, StatusChip, Time } from '@/components';
import { type Text, type TextReader, useText } from '@/i18n';
import { useMay } from '@/providers/me';
import { recordPath } from '@/records/paths';
import { rulePath } from '@/rules/api';
import { branchLabel } from '@/rules/labels';
import type { FiredAction } from '@/social/api';
import { actionLabel, typeLabel } from '@/social/labels';
import { ActionDone } from '@/social/PostCard';
import type { ToneName } from '@/theme';
import {
  type CountedEvent,
  type FiringFilter,
  type FiringItem,
  type FiringStatus,
  useCounted,
  useFirings,
} from './api';
import { Facts } from './Facts';
import { valueText } from './values';

export const FIRING_STATUS: Record<FiringStatus, { label: Text; color: ToneName }> = {
  done: { label: { zh: '已执行', en: 'Done' }, color: 'green' },
  limited: { label: { zh: '被限次拦下', en: 'Held back' }, color: 'grey' },
  failed: { label: { zh: '失败', en: 'Failed' }, color: 'red' },
  retracted: { label: { zh: '已撤回', en: 'Retracted' }, color: 'orange' },
  switched_off: { label: { zh: '规则已关闭', en: 'Switched off' }, color: 'grey' },
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
                <StatusChip label={t(status.label)} color={status.color} title={failureText(firing, t)} />
              )}
              {firing.branch !== 'then' && <StatusChip label={t(branchLabel(firing.branch))} />}
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
              {failureText(firing, t)}
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
          <MuiLink component={Link} to={rulePath(firing.rule, 'firings')} underline="hover" sx={{ fontWeight: 550 }}>
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
  const { [WINDOWS]: counted, ...seen } = firing.trace;
  const windows = Array.isArray(counted) ? (counted as CountedWindow[]) : [];
  return (
    <Stack spacing={1.5} sx={{ mt: 1, p: 1.5, borderRadius: 1.5, backgroundColor: 'action.hover' }}>
      <Retraction firing={firing} />
      {Object.keys(seen).length > 0 && (
        <Box>
          <Heading>{saw}</Heading>
          <Facts of={seen} label={saw} />
        </Box>
      )}
      {windows.length > 0 && <Counted firing={firing} windows={windows} />}
      {firing.actions.map((action, index) => (
        <ActionFacts key={index} action={action} />
      ))}
      <Typography variant="body2" sx={{ color: 'text.secondary', fontSize: 13 }}>
        <Cause firing={firing} /> ·{' '}
        {t({ zh: '规则版本 {version}', en: 'rule version {version}' }, { version: firing.rule_version })} ·{' '}
        <Time value={firing.happened_at} relative={false} />
      </Typography>
    </Stack>
  );
}

/** Under it the trace keeps what the rule counted. */
const WINDOWS = '$windows';

interface CountedWindow {
  function: string;
  event: string;
  value: unknown;
}

const FUNCTIONS: Record<string, Text> = {
  count: { zh: '计数', en: 'Count' },
  sum: { zh: '求和', en: 'Sum' },
  avg: { zh: '平均', en: 'Average' },
  min: { zh: '最小', en: 'Smallest' },
  max: { zh: '最大', en: 'Largest' },
  distinct: { zh: '去重计数', en: 'Distinct' },
  spike: { zh: '突增倍数', en: 'Times the baseline' },
};

/** What each window made of the events, and on request which those were. */
function Counted({ firing, windows }: { firing: FiringItem; windows: CountedWindow[] }) {
  const t = useText();
  const [asked, setAsked] = useState(false);
  const evidence = useCounted(firing.id, asked);
  return (
    <Box>
      <Heading>{t({ zh: '当时数到的', en: 'What it counted' })}</Heading>
      <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0, fontSize: 13 }}>
        {windows.map((window, index) => (
          <li key={index}>
            {t(FUNCTIONS[window.function] ?? window.function)} · {t(typeLabel(window.event))}{' '}
            <strong>{valueText(window.value)}</strong>
            <CountedEvents events={evidence.data?.windows[index]?.events} />
          </li>
        ))}
      </Box>
      {!evidence.data && (
        <Button size="small" sx={{ px: 0.5 }} loading={evidence.isFetching} onClick={() => setAsked(true)}>
          {t({ zh: '是哪些事件', en: 'Which events' })}
        </Button>
      )}
      {evidence.error && (
        <Typography role="alert" variant="body2" sx={{ fontSize: 13, color: 'error.main' }}>
          {t({ zh: '查不到这些事件，请稍后再试。', en: 'They could not be looked up; try again later.' })}
        </Typography>
      )}
    </Box>
  );
}

function CountedEvents({ events }: { events: CountedEvent[] | undefined }) {
  const t = useText();
  if (!events) return null;
  return (
    <Box component="ol" sx={{ m: 0, pl: 2.5, color: 'text.secondary' }}>
      {events.map((event) => (
        <li key={event.id}>
          <Time value={event.at} relative={false} /> {event.text ?? t(typeLabel(event.type))}
        </li>
      ))}
    </Box>
  );
}

/** A later event took away the reason of what was done. */
function Retraction({ firing: { retracted_at, retracted_by } }: { firing: FiringItem }) {
  const t = useText();
  if (!retracted_at) return null;
  return (
    <Typography variant="body2" sx={{ fontSize: 13, color: 'warning.main' }}>
      {t(
        { zh: '迟到的事件 {event} 推翻了它，撤回于 ', en: 'The late event {event} took away its reason; retracted ' },
        { event: retracted_by ?? '' },
      )}
      <Time value={retracted_at} />
    </Typography>
  );
}

const CAUSES: Record<string, Text> = {
  event: { zh: '事件 {of}', en: 'Event {of}' },
  deadline: { zh: '事件 {of} 之后到期', en: 'Deadline after event {of}' },
  schedule: { zh: '定时 {of}', en: 'Schedule {of}' },
  watch: { zh: '监测 {of}', en: 'Watch {of}' },
  flow: { zh: '流程 {of}', en: 'Flow {of}' },
  after: { zh: '等待之后 {of}', en: 'After a wait {of}' },
};

/** What was said leads to the wall, where it stands with everything that came of it. */
function Cause({ firing }: { firing: FiringItem }) {
  const t = useText();
  const may = useMay();
  const said = causeText(firing, t);
  const { type, text } = firing.event;
  if (!type?.startsWith('social.') || !text || !may('social')) return said;
  return (
    <MuiLink component={Link} to={`/wall?search=${encodeURIComponent(text.slice(0, 60))}`} underline="always">
      {said}
    </MuiLink>
  );
}

/** What went wrong: the first action that failed, in the reader's language, or what kept the whole from being done. */
export function failureText(
  { error, actions }: Pick<FiringItem, 'error' | 'actions'>,
  t: TextReader,
): string | undefined {
  const failed = actions.find(({ message }) => message);
  return failed?.message ? `${t(actionLabel(failed.action))}: ${t(failed.message)}` : (error ?? undefined);
}

/** What brought it about: `event:17`, `schedule:2026-11-23T09:00+08:00:record`. */
function causeText({ cause, event_id }: FiringItem, t: TextReader): string {
  const [, kind = 'event', of = ''] = /^(\w+):(.*)$/.exec(cause ?? '') ?? [undefined, 'event', String(event_id ?? '')];
  return t(CAUSES[kind] ?? cause, { of });
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
      {action.error && (
        <Typography sx={{ color: 'error.main', fontSize: 13 }}>{t(action.message ?? action.error)}</Typography>
      )}
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
