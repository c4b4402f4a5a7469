/** /handovers/:id — what a hand-over would change; once done, what became of each part; and a way back. */
import { Alert, Box, Button, LinearProgress } from '@mui/material';
import { Play, Undo2 } from 'lucide-react';
import { Link, useParams } from 'react-router-dom';
import {
  Choice,
  EmptyState,
  Loaded,
  PageHeader,
  PageSkeleton,
  Panel,
  StatusChip,
  Time,
  useConfirm,
  useFilter,
  useSayError,
} from '@/components';
import { useText } from '@/i18n';
import { type Handover, type HandoverLine, type LineStatus, reverse, run, useHandover, useHandoverOrder } from './api';
import { KINDS, LINE_STATUS, PARTS, STATUS } from './words';

export default function HandoverPage() {
  const { id = '' } = useParams();
  const [{ status }, change] = useFilter('status');
  const query = useHandover(id, status);
  return (
    <Loaded query={query} skeleton={<PageSkeleton />}>
      {({ pages }) =>
        pages[0] && (
          <View
            handover={pages[0]}
            lines={pages.flatMap((page) => page.lines)}
            filter={status}
            onFilter={(next) => change('status', next)}
            more={query.hasNextPage ? () => void query.fetchNextPage() : null}
            busy={query.isFetchingNextPage}
          />
        )
      }
    </Loaded>
  );
}

interface ViewProps {
  handover: Handover;
  lines: HandoverLine[];
  filter: string;
  onFilter: (status: string) => void;
  more: (() => void) | null;
  busy: boolean;
}

const totalOf = ({ counts }: Handover) => Object.values(counts).reduce((sum, count) => sum + count, 0);

function View({ handover, lines, filter, onFilter, more, busy }: ViewProps) {
  const t = useText();
  const { status, from, to, counts } = handover;
  const statuses = (Object.keys(LINE_STATUS) as LineStatus[]).filter((each) => counts[each]);
  return (
    <>
      <PageHeader
        title={t({ zh: '{from} 的工作交给 {to}', en: 'Work of {from} to {to}' }, { from: from.name, to: to.name })}
        status={<StatusChip {...STATUS[status]} label={t(STATUS[status].label)} dot={status === 'running'} />}
        subtitle={
          <>
            {handover.parts.map((part) => t(PARTS[part].label)).join(t({ zh: '、', en: ', ' }))}
            {' · '}
            {handover.created_by?.name} <Time value={handover.created_at} />
          </>
        }
        actions={<Actions handover={handover} />}
        back="/handovers"
      />
      <Progress handover={handover} />
      <Panel
        flush
        title={t({ zh: '{count} 项', en: '{count} items' }, { count: totalOf(handover) })}
        actions={
          <Choice
            label={t({ zh: '结果', en: 'Result' })}
            value={filter}
            options={statuses.map((each) => [each, `${t(LINE_STATUS[each].label)} · ${counts[each]}`])}
            onChange={onFilter}
          />
        }
      >
        {lines.length === 0 ? (
          <EmptyState dense title={t({ zh: '没有要交接的', en: 'Nothing to hand over' })} />
        ) : (
          <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0, borderTop: 1, borderColor: 'divider' }}>
            {lines.map((line) => (
              <Line key={line.id} line={line} />
            ))}
          </Box>
        )}
        {more && (
          <Box sx={{ py: 1.5, textAlign: 'center' }}>
            <Button variant="outlined" onClick={more} loading={busy}>
              {t({ zh: '更多', en: 'More' })}
            </Button>
          </Box>
        )}
      </Panel>
    </>
  );
}

/** Lines leave `planned` as they are handed over; what is given back leaves `done`. At the turn nothing can be said. */
function howFar({ planned = 0, done = 0, reversed = 0 }: Handover['counts'], total: number) {
  if (planned > 0) return { of: total, done: total - planned };
  return reversed > 0 ? { of: done + reversed, done: reversed } : { of: null, done: 0 };
}

function Progress({ handover }: { handover: Handover }) {
  const t = useText();
  const { status, counts } = handover;
  const total = totalOf(handover);
  if (status === 'preview' && total > 0)
    return (
      <Alert severity="info" variant="outlined" sx={{ mb: 2 }}>
        {t({
          zh: '这是清单，还什么都没有改。看过之后点“执行”。',
          en: 'This is what would change; nothing has yet. Look through it, then carry it out.',
        })}
      </Alert>
    );
  if (status === 'running') {
    const { of, done } = howFar(counts, total);
    return (
      <Box sx={{ mb: 2 }} role="status">
        <LinearProgress
          {...(of === null ? {} : { variant: 'determinate' as const, value: of ? (done / of) * 100 : 0 })}
          aria-label={t({ zh: '交接进度', en: 'Progress of the hand-over' })}
        />
        {of !== null && (
          <Box sx={{ fontSize: 13, color: 'text.secondary', mt: 0.5 }}>
            {t({ zh: '{done} / {of}', en: '{done} of {of}' }, { done, of })}
          </Box>
        )}
      </Box>
    );
  }
  if (counts.failed)
    return (
      <Alert severity="warning" variant="outlined" sx={{ mb: 2 }}>
        {t(
          {
            zh: '{failed} 项没有成功，原因写在每一项上；处理后可以再执行一次，只做没成功的。',
            en: '{failed} did not succeed; each says why. Mend it and carry it out again: only those are tried.',
          },
          { failed: counts.failed },
        )}
      </Alert>
    );
  return null;
}

function Line({ line }: { line: HandoverLine }) {
  const t = useText();
  const { icon: Icon, label } = KINDS[line.kind];
  const status = LINE_STATUS[line.status];
  const name = t(line.label);
  return (
    <Box
      component="li"
      data-line={line.status}
      sx={{
        ...{ display: 'grid', gridTemplateColumns: '22px minmax(0, 1fr) auto', gap: 1, alignItems: 'start' },
        ...{ px: 2, py: 1.1, borderBottom: 1, borderColor: 'divider', '&:last-child': { borderBottom: 0 } },
      }}
    >
      <Box role="img" aria-label={t(label)} title={t(label)} sx={{ color: 'text.secondary', pt: '2px' }}>
        <Icon size={16} aria-hidden />
      </Box>
      <Box sx={{ minWidth: 0, overflowWrap: 'anywhere' }}>
        {line.link ? <Link to={line.link}>{name}</Link> : name}
        {line.detail && (
          <Box sx={{ fontSize: 13, color: line.status === 'failed' ? 'error.main' : 'text.secondary' }}>
            {t(line.detail)}
          </Box>
        )}
        {line.migrated != null && (
          <Box sx={{ fontSize: 13, color: 'text.secondary' }}>
            {t(
              { zh: '{n} 个进行中的流程换到了新版本', en: '{n} running instances went to the new version' },
              { n: line.migrated },
            )}
            {!!line.not_migrated && t({ zh: '，{n} 个没有', en: ', {n} did not' }, { n: line.not_migrated })}
          </Box>
        )}
      </Box>
      <StatusChip label={t(status.label)} color={status.color} />
    </Box>
  );
}

function Actions({ handover }: { handover: Handover }) {
  const t = useText();
  const confirm = useConfirm();
  const say = useSayError();
  const running = useHandoverOrder(run);
  const reversing = useHandoverOrder(reverse);
  const { status, counts } = handover;
  const open = (counts.planned ?? 0) + (counts.failed ?? 0);
  const carryOut = async () => {
    const sure = await confirm({
      title: t({ zh: '交接 {count} 项？', en: 'Hand over {count} items?' }, { count: open }),
      body: t(
        {
          zh: '会转给 {to}，他会收到通知。之后可以撤回还没有再变过的。',
          en: 'They go to {to}, who is told. What has not changed since can be given back later.',
        },
        { to: handover.to.name },
      ),
      action: t({ zh: '执行', en: 'Carry it out' }),
    });
    if (sure) running.mutate(handover.id, { onError: say });
  };
  const undo = async () => {
    const sure = await confirm({
      title: t({ zh: '撤回这次交接？', en: 'Undo this hand-over?' }),
      body: t(
        {
          zh: '还回给 {from}。已经处理或又改过的不动，会写明原因。',
          en: 'It goes back to {from}. What was done or changed since stays, and says so.',
        },
        { from: handover.from.name },
      ),
      action: t({ zh: '撤回', en: 'Undo' }),
      destructive: true,
    });
    if (sure) reversing.mutate(handover.id, { onError: say });
  };
  return (
    <>
      {status === 'done' && (counts.done ?? 0) > 0 && (
        <Button variant="outlined" startIcon={<Undo2 size={15} />} onClick={undo} loading={reversing.isPending}>
          {t({ zh: '撤回', en: 'Undo' })}
        </Button>
      )}
      {(status === 'preview' || (status === 'done' && (counts.failed ?? 0) > 0)) && open > 0 && (
        <Button variant="contained" startIcon={<Play size={15} />} onClick={carryOut} loading={running.isPending}>
          {status === 'preview'
            ? t({ zh: '执行', en: 'Carry it out' })
            : t({ zh: '再试没成功的', en: 'Try the failed ones' })}
        </Button>
      )}
    </>
  );
}
