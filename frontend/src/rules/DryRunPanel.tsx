/** A draft run over the past: on whom it would have fired, when, and what they would have been sent. Nothing is done. */
import { Box, Button, MenuItem, Link as MuiLink, Stack, TextField, Typography } from '@mui/material';
import { CircleHelp, FlaskConical, ListPlus, PlayCircle } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router-dom';
import { EmptyState, ErrorLine, ListSkeleton, StatusChip, Time, useFormat } from '@/components';
import { type Text, useText } from '@/i18n';
import { actionLabel, typeLabel } from '@/social/labels';
import { type DryAction, type DryFiring, type DryRun, useDryRun } from './authoring';
import { branchLabel, DRY_STATUS } from './labels';
import { printValue } from './ruleTests';
import { type ChosenEvent, WhyDialog } from './WhyDialog';

const DAYS = [1, 7, 14, 30, 90];
const SHOWN = 100;

interface DryRunPanelProps {
  text: string;
  /** Nothing is wrong with the text. */
  ready: boolean;
  /** Keeps a firing as a test case. */
  onKeep: ((firing: DryFiring) => void) | undefined;
}

export function DryRunPanel({ text, ready, onKeep }: DryRunPanelProps) {
  const t = useText();
  const [days, setDays] = useState(7);
  const [asking, setAsking] = useState<ChosenEvent | 'choose' | null>(null);
  const run = useDryRun();
  const answer = run.data;
  const outdated = run.variables !== undefined && run.variables.text !== text;
  return (
    <>
      <Stack direction="row" sx={{ gap: 1, flexWrap: 'wrap', px: 2, py: 1.5, alignItems: 'center' }}>
        <TextField
          select
          id="dry-run-days"
          label={t({ zh: '时间范围', en: 'Over' })}
          value={days}
          onChange={(event) => setDays(Number(event.target.value))}
          sx={{ minWidth: 130 }}
        >
          {DAYS.map((each) => (
            <MenuItem key={each} value={each}>
              {t(
                each === 1 ? { zh: '过去 1 天', en: 'the last day' } : { zh: '过去 {n} 天', en: 'the last {n} days' },
                {
                  n: each,
                },
              )}
            </MenuItem>
          ))}
        </TextField>
        <Button
          variant="contained"
          startIcon={<PlayCircle size={15} />}
          disabled={!ready}
          loading={run.isPending}
          onClick={() => run.mutate({ text, days, limit: SHOWN })}
        >
          {t({ zh: '试运行', en: 'Dry run' })}
        </Button>
        <Button
          variant="outlined"
          startIcon={<CircleHelp size={15} />}
          disabled={!ready}
          onClick={() => setAsking('choose')}
        >
          {t({ zh: '某个事件为什么（不）触发', en: 'Why (not) on an event' })}
        </Button>
      </Stack>
      <Box sx={{ px: 2, pb: 1 }} role="status">
        <ErrorLine error={run.error} />
        {!ready && (
          <Typography variant="body2" sx={{ color: 'text.secondary' }}>
            {t({ zh: '先改正文本里的问题。', en: 'First mend what is wrong with the text.' })}
          </Typography>
        )}
        {answer && <Summary run={answer} outdated={outdated} />}
      </Box>
      {run.isPending && <ListSkeleton rows={4} />}
      {!run.isPending && answer && <Firings run={answer} onWhy={setAsking} onKeep={onKeep} />}
      {!run.isPending && !answer && !run.error && (
        <EmptyState
          dense
          icon={FlaskConical}
          title={t({ zh: '在过去的事件上试一试', en: 'Try it on what has happened' })}
          hint={t({
            zh: '看它会对谁触发、会发出什么。什么都不会真的执行。',
            en: 'See on whom it would have fired and what would have been sent. Nothing is really done.',
          })}
        />
      )}
      {asking && <WhyDialog text={text} event={asking === 'choose' ? null : asking} onClose={() => setAsking(null)} />}
    </>
  );
}

function Summary({ run, outdated }: { run: DryRun; outdated: boolean }) {
  const t = useText();
  const format = useFormat();
  const figures: [Text, number][] = [
    [{ zh: '事件', en: 'events' }, run.events],
    [{ zh: '看过', en: 'looked at' }, run.considered],
    [{ zh: '触发', en: 'fired' }, run.fired],
    [{ zh: '被限次拦下', en: 'held back' }, run.limited],
    [{ zh: '客户', en: 'people' }, run.persons],
    [{ zh: '发送', en: 'sent' }, run.sends],
  ];
  return (
    <>
      <Stack component="dl" direction="row" sx={{ gap: 3, rowGap: 1, flexWrap: 'wrap', m: 0, py: 0.5 }}>
        {figures.map(([label, count]) => (
          <Box key={label.en} sx={{ display: 'flex', flexDirection: 'column-reverse' }}>
            <Box component="dt" sx={{ fontSize: 13, color: 'text.secondary' }}>
              {t(label)}
            </Box>
            <Box component="dd" sx={{ m: 0, fontSize: 18, fontWeight: 650, fontVariantNumeric: 'tabular-nums' }}>
              {format.number(count)}
            </Box>
          </Box>
        ))}
      </Stack>
      <Typography variant="body2" sx={{ color: 'text.secondary', fontSize: 13 }}>
        {format.dateTime(run.from)} – {format.dateTime(run.to)}
        {outdated &&
          t({ zh: ' · 这是改动之前的结果，请再试一次', en: ' · as of before your last change: run it again' })}
      </Typography>
      {run.truncated && (
        <Typography variant="body2" sx={{ color: 'text.secondary', fontSize: 13 }}>
          {t({
            zh: '要看的太多，没有试完整段时间，只试了上面这一段。',
            en: 'There is too much to look at for the whole time: only the part above was tried.',
          })}
        </Typography>
      )}
    </>
  );
}

interface FiringsProps {
  run: DryRun;
  onWhy: (event: ChosenEvent) => void;
  onKeep: DryRunPanelProps['onKeep'];
}

function Firings({ run, onWhy, onKeep }: FiringsProps) {
  const t = useText();
  if (run.firings.length === 0) {
    return (
      <EmptyState
        dense
        icon={FlaskConical}
        title={t({ zh: '这段时间里一次也不会触发', en: 'It would not have fired once' })}
        hint={t(
          run.truncated
            ? { zh: '选一个事件问为什么不触发。', en: 'Ask of an event why it does not.' }
            : {
                zh: '换长一点的时间，或选一个事件问为什么不触发。',
                en: 'Take a longer time, or ask of an event why it does not.',
              },
        )}
      />
    );
  }
  return (
    <>
      <Stack
        component="ol"
        aria-label={t({ zh: '会有的触发', en: 'What would have fired' })}
        sx={{ listStyle: 'none', m: 0, p: 0 }}
      >
        {run.firings.map((firing, index) => (
          <Item key={index} firing={firing} onWhy={onWhy} onKeep={onKeep} />
        ))}
      </Stack>
      {run.firings.length >= SHOWN && (
        <Typography variant="body2" sx={{ px: 2, py: 1.5, color: 'text.secondary' }}>
          {t({ zh: '只列出最近 {n} 条。', en: 'Only the latest {n} are listed.' }, { n: run.firings.length })}
        </Typography>
      )}
    </>
  );
}

function Item({
  firing,
  onWhy,
  onKeep,
}: {
  firing: DryFiring;
  onWhy: FiringsProps['onWhy'];
  onKeep: FiringsProps['onKeep'];
}) {
  const t = useText();
  const { at, event, person, status, actions, quiet_until, branch } = firing;
  const { label, color } = DRY_STATUS[status];
  return (
    <Box component="li" sx={{ px: 2, py: 1.25, borderTop: 1, borderColor: 'divider' }}>
      <Stack direction="row" sx={{ gap: 1, flexWrap: 'wrap', alignItems: 'center' }}>
        <StatusChip label={t(label)} color={color} />
        {person && (
          <MuiLink
            component={Link}
            to={`/people/${person.id}`}
            underline="hover"
            sx={{ fontWeight: 550, color: 'text.primary' }}
          >
            {person.name ?? t({ zh: '客户', en: 'Person' })}
          </MuiLink>
        )}
        <Typography component="span" variant="body2" sx={{ color: 'text.secondary' }}>
          {event && t(typeLabel(event.type))} <Time value={at} relative={false} />
        </Typography>
        {branch !== 'then' && <StatusChip label={t(branchLabel(branch))} />}
        <Box sx={{ flex: 1 }} />
        {event && (
          <Button onClick={() => onWhy({ id: event.id, text: event.text })} sx={{ my: -0.5, minWidth: 0 }}>
            {t({ zh: '为什么', en: 'Why' })}
          </Button>
        )}
        {onKeep && (
          <Button startIcon={<ListPlus size={14} />} onClick={() => onKeep(firing)} sx={{ my: -0.5, minWidth: 0 }}>
            {t({ zh: '存为用例', en: 'Keep as test' })}
          </Button>
        )}
      </Stack>
      {event?.text && (
        <Typography variant="body2" sx={{ overflowWrap: 'anywhere' }}>
          {event.text}
        </Typography>
      )}
      <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0 }}>
        {actions.map((action, index) => (
          <ActionLine key={index} action={action} />
        ))}
      </Box>
      {quiet_until && (
        <Typography variant="body2" sx={{ color: 'text.secondary', fontSize: 13 }}>
          {t({ zh: '免打扰，发送推迟到 ', en: 'Quiet hours: sent at ' })}
          <Time value={quiet_until} relative={false} />
        </Typography>
      )}
    </Box>
  );
}

function ActionLine({ action: { action, arguments: given, later, refused } }: { action: DryAction }) {
  const t = useText();
  const said = Object.entries(given)
    .map(([name, value]) => `${name}: ${printValue(value)}`)
    .join(', ');
  return (
    <Box component="li" sx={{ fontSize: 13, color: 'text.secondary', overflowWrap: 'anywhere' }}>
      <Box
        component="span"
        sx={{ color: 'text.primary', fontWeight: 550, textDecoration: refused ? 'line-through' : 'none' }}
      >
        {t(actionLabel(action))}
      </Box>{' '}
      {said} {later && <StatusChip label={t({ zh: '稍后', en: 'later' })} color="purple" />}
      {refused && (
        <Box component="span" sx={{ color: 'error.main' }}>
          {' '}
          {t(refused)}
        </Box>
      )}
    </Box>
  );
}
