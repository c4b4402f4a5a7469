/** /operate/incidents — what keeps runs of flows from going on: why, since when, what can be done; tried again one by one or many at once. */
import { Box, Button, Checkbox, Stack, Typography } from '@mui/material';
import { RotateCcw, ShieldCheck, UserRoundX } from 'lucide-react';
import { useState } from 'react';
import { useNotify } from 'react-admin';
import { Link } from 'react-router-dom';
import { Choice, EmptyState, PagedList, PageHeader, Panel, Time, useFilter } from '@/components';
import { useInstance } from '@/flows/api';
import { incidentMending, incidentText } from '@/flows/historyText';
import { RetryDialog } from '@/flows/RetryDialog';
import { useText } from '@/i18n';
import { useMetadata } from '@/metadata';
import { type FlowIncident, type Retried, useFlowIncidents, useRetryIncidents } from './incidents';

export default function IncidentsPage() {
  const t = useText();
  const { flows } = useMetadata();
  const [filter, change] = useFilter('flow', 'code');
  const query = useFlowIncidents(filter);
  const counts = query.data?.pages[0]?.counts ?? {};
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [refused, setRefused] = useState<Retried[]>([]);
  return (
    <>
      <PageHeader
        title={t({ zh: '流程异常', en: 'Flow incidents' })}
        subtitle={t({
          zh: '走不下去的排在前面，其次是要留意的：为什么、从什么时候起、怎么办。',
          en: 'What cannot go on comes first, then what wants looking at: why, since when, and what can be done.',
        })}
      >
        <Box sx={{ display: 'flex', gap: 1.5, flexWrap: 'wrap', pt: 0.5 }}>
          <Choice
            label={t({ zh: '流程', en: 'Flow' })}
            value={filter.flow}
            options={flows.map(({ key, label }) => [key, t(label)])}
            onChange={(value) => change('flow', value)}
          />
          <Choice
            label={t({ zh: '原因', en: 'Why' })}
            value={filter.code}
            options={Object.entries(counts)
              .toSorted(([, one], [, other]) => other - one)
              .map(([code, count]) => [code, `${t(incidentText({ code }))} · ${count}`])}
            onChange={(value) => change('code', value)}
          />
        </Box>
      </PageHeader>
      <PagedList
        panels
        query={query}
        empty={<EmptyState icon={ShieldCheck} title={t({ zh: '没有异常', en: 'No incidents' })} />}
      >
        {(items) => (
          <Incidents items={items} chosen={chosen} onChoose={setChosen} refused={refused} onRefused={setRefused} />
        )}
      </PagedList>
    </>
  );
}

interface IncidentsProps {
  items: FlowIncident[];
  chosen: ReadonlySet<string>;
  onChoose: (chosen: ReadonlySet<string>) => void;
  refused: Retried[];
  onRefused: (refused: Retried[]) => void;
}

const mayRetry = ({ blocking }: FlowIncident) => blocking !== false;

function Incidents({ items, chosen, onChoose, refused, onRefused }: IncidentsProps) {
  const t = useText();
  const [open, setOpen] = useState(false);
  const there = items.filter((item) => mayRetry(item) && chosen.has(item.instance_id));
  const all = new Set(items.filter(mayRetry).map(({ instance_id }) => instance_id));
  const picked = new Set(there.map(({ instance_id }) => instance_id));
  const toggle = (id: string) => {
    const next = new Set(picked);
    if (!next.delete(id)) next.add(id);
    onChoose(next);
  };
  return (
    <Panel flush>
      <Stack
        direction="row"
        sx={{ alignItems: 'center', gap: 1, px: 1, py: 0.5, borderBottom: 1, borderColor: 'divider' }}
      >
        <Checkbox
          checked={all.size > 0 && picked.size === all.size}
          indeterminate={picked.size > 0 && picked.size < all.size}
          onChange={() => onChoose(picked.size === all.size ? new Set() : all)}
          slotProps={{ input: { 'aria-label': t({ zh: '全选', en: 'Choose all' }) } }}
        />
        <Typography variant="body2" sx={{ flex: 1, color: 'text.secondary' }}>
          {t({ zh: '选中 {count} 个实例', en: '{count} chosen' }, { count: picked.size })}
        </Typography>
        <Button
          variant="contained"
          startIcon={<RotateCcw size={15} />}
          disabled={picked.size === 0}
          onClick={() => setOpen(true)}
        >
          {t({ zh: '重试选中的', en: 'Try them again' })}
        </Button>
      </Stack>
      <Box
        component="ul"
        aria-label={t({ zh: '流程异常', en: 'Flow incidents' })}
        sx={{ listStyle: 'none', m: 0, p: 0 }}
      >
        {items.map((item, index) => (
          <Item
            key={`${item.instance_id}-${item.node_id}-${index}`}
            item={item}
            chosen={picked.has(item.instance_id)}
            onToggle={() => toggle(item.instance_id)}
            refused={refused.find(({ id }) => id === item.instance_id)}
          />
        ))}
      </Box>
      {open && there[0] && (
        <Retrying
          items={there}
          instances={[...picked]}
          onClose={() => setOpen(false)}
          onDone={(results) => {
            onRefused(results.filter(({ ok }) => !ok));
            onChoose(new Set());
          }}
        />
      )}
    </Panel>
  );
}

interface ItemProps {
  item: FlowIncident;
  chosen: boolean;
  onToggle: () => void;
  refused: Retried | undefined;
}

function Item({ item, chosen, onToggle, refused }: ItemProps) {
  const t = useText();
  const flow = t(item.flow_label) || item.flow;
  const name = item.title || flow;
  const about = [item.title ? flow : '', t(item.node_title) || item.node_id].filter(Boolean).join(' · ');
  const mending = incidentMending(item);
  return (
    <Box
      component="li"
      data-incident={item.code}
      sx={{
        ...{ display: 'grid', gridTemplateColumns: 'auto minmax(0, 1fr)', gap: 0.5, px: 1, py: 1 },
        ...{ borderBottom: 1, borderColor: 'divider', '&:last-child': { borderBottom: 0 } },
      }}
    >
      {mayRetry(item) ? (
        <Checkbox
          checked={chosen}
          onChange={onToggle}
          slotProps={{ input: { 'aria-label': t({ zh: '选中 {name}', en: 'Choose {name}' }, { name }) } }}
          sx={{ alignSelf: 'start' }}
        />
      ) : (
        // Nothing to try again here: somebody has to be found.
        <Box aria-hidden sx={{ width: 38, display: 'grid', justifyItems: 'center', pt: 1, color: 'warning.main' }}>
          <UserRoundX size={17} />
        </Box>
      )}
      <Box sx={{ minWidth: 0, py: 0.75 }}>
        <Link to={`/instances/${item.instance_id}`}>{name}</Link>
        <Box component="span" sx={{ color: 'text.secondary', ml: 1 }}>
          {about}
        </Box>
        <Box sx={{ color: mayRetry(item) ? 'error.main' : 'warning.main', overflowWrap: 'anywhere' }}>
          {t(incidentText(item))}
        </Box>
        <Box sx={{ fontSize: 13, color: 'text.secondary' }}>
          {mending && t(mending)}
          {mending && item.since && ' · '}
          {item.since && <Time value={item.since} />}
        </Box>
        {refused?.message && (
          <Box sx={{ fontSize: 13, color: 'error.main' }}>
            {t({ zh: '没有重试：{why}', en: 'Not tried again: {why}' }, { why: t(refused.message) })}
          </Box>
        )}
      </Box>
    </Box>
  );
}

interface RetryingProps {
  items: FlowIncident[];
  instances: string[];
  onClose: () => void;
  onDone: (results: Retried[]) => void;
}

const NO_FLOW = { variables: [], entity: '' };

/** Runs of one flow are mended by its variables; of several flows only tried again. */
function Retrying({ items, instances, onClose, onDone }: RetryingProps) {
  const t = useText();
  const notify = useNotify();
  const retry = useRetryIncidents();
  const first = useInstance(instances[0] ?? '');
  const same = new Set(items.map(({ flow }) => flow)).size === 1;
  if (!first.data) return null;
  const several = instances.length > 1;
  const send = async (variables: Record<string, unknown>) => {
    const { items: results } = await retry.mutateAsync({ ids: instances, variables });
    const failed = results.filter(({ ok }) => !ok).length;
    notify(
      failed
        ? t(
            { zh: '重试了 {done} 个，{failed} 个没有', en: '{done} tried again, {failed} not' },
            { done: results.length - failed, failed },
          )
        : t({ zh: '重试了 {done} 个', en: '{done} tried again' }, { done: results.length }),
      { type: failed ? 'warning' : 'success' },
    );
    onDone(results);
  };
  return (
    <RetryDialog
      flow={same ? first.data.definition : NO_FLOW}
      variables={several ? {} : first.data.variables}
      count={instances.length}
      about={[...new Set(items.map((item) => t(incidentText(item))))]
        .slice(0, 5)
        .map((said) => <div key={said}>{said}</div>)}
      onClose={onClose}
      onRetry={send}
    />
  );
}
