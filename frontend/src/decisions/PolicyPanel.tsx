/** What is done when several rows match, and how their answers are put together. */
import { Box, MenuItem, TextField, Typography } from '@mui/material';
import { PlacedProblems } from '@/build/PlacedProblems';
import type { PlacedProblem } from '@/build/problemPlaces';
import { Panel } from '@/components';
import { type Text, useText } from '@/i18n';
import { AGGREGATES, HIT_POLICIES } from './hitPolicies';
import type { Aggregate, DecisionTable, HitPolicy } from './tableDocument';

interface PolicyPanelProps {
  table: DecisionTable;
  problems: readonly PlacedProblem[];
  onChange: (label: Text, table: DecisionTable) => void;
}

const CHANGE: Text = { zh: '改命中策略', en: 'Change the hit policy' };

export function PolicyPanel({ table, problems, onChange }: PolicyPanelProps) {
  const t = useText();
  const policy = HIT_POLICIES.find(({ key }) => key === table.hit);
  const aggregate = AGGREGATES.find(({ key }) => key === table.aggregate);
  const about = [policy?.about, aggregate?.about].map((each) => t(each)).filter(Boolean);
  const choose = (hit: HitPolicy) =>
    onChange(CHANGE, { ...table, hit, aggregate: hit === 'collect' ? table.aggregate : null });
  return (
    <Panel title={t({ zh: '几行同时命中时', en: 'When several rows match' })}>
      <Box sx={{ display: 'flex', gap: 1.5, flexWrap: 'wrap', alignItems: 'center' }}>
        <Box data-path="/hit">
          <TextField
            select
            label={t({ zh: '命中策略', en: 'Hit policy' })}
            value={table.hit}
            onChange={(event) => choose(event.target.value as HitPolicy)}
            slotProps={{ select: { renderValue: () => policy && `${t(policy.label)} (${policy.letter})` } }}
            sx={{ minWidth: 190 }}
          >
            {HIT_POLICIES.map(({ key, letter, label, about: said }) => (
              <MenuItem key={key} value={key} sx={{ display: 'block', maxWidth: 460, whiteSpace: 'normal' }}>
                <span style={{ fontWeight: 550 }}>{t(label)}</span> ({letter})
                <Typography component="span" variant="body2" sx={{ display: 'block', color: 'text.secondary' }}>
                  {t(said)}
                </Typography>
              </MenuItem>
            ))}
          </TextField>
        </Box>
        {table.hit === 'collect' && (
          <Box data-path="/aggregate">
            <TextField
              select
              label={t({ zh: '汇总', en: 'Put together' })}
              value={table.aggregate ?? ''}
              onChange={(event) =>
                onChange(CHANGE, { ...table, aggregate: (event.target.value || null) as Aggregate | null })
              }
              slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
              sx={{ minWidth: 150 }}
            >
              <MenuItem value="">{t({ zh: '列出来', en: 'As a list' })}</MenuItem>
              {AGGREGATES.map(({ key, label }) => (
                <MenuItem key={key} value={key}>
                  {t(label)}
                </MenuItem>
              ))}
            </TextField>
          </Box>
        )}
        <Typography variant="body2" sx={{ color: 'text.secondary', flex: '1 1 240px' }}>
          {about.join(' ')}
        </Typography>
      </Box>
      <PlacedProblems problems={problems} place="/hit" />
      <PlacedProblems problems={problems} place="/aggregate" />
    </Panel>
  );
}
