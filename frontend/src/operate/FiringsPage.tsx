/** /operate/firings — what rules did, live, and why. */
import { Box } from '@mui/material';
import { Choice, PageHeader, Panel, useFilter } from '@/components';
import { useText } from '@/i18n';
import { useRules } from '@/rules/api';
import { FailedEvents } from './FailedEvents';
import { FIRING_STATUS, FiringList } from './FiringList';

export default function FiringsPage() {
  const t = useText();
  const rules = useRules();
  const [filter, change] = useFilter('rule', 'status');
  return (
    <>
      <PageHeader
        title={t({ zh: '规则触发', en: 'Rule firings' })}
        subtitle={t({
          zh: '每次触发都记下：哪条内容、看到了哪些值、做了什么。',
          en: 'Each firing keeps what it was about, the values it saw and what it did.',
        })}
      >
        <Box sx={{ display: 'flex', gap: 1.5, flexWrap: 'wrap', pt: 0.5 }}>
          <Choice
            label={t({ zh: '规则', en: 'Rule' })}
            value={filter.rule}
            options={(rules.data ?? []).map(({ key, label }) => [key, t(label)])}
            onChange={(value) => change('rule', value)}
          />
          <Choice
            label={t({ zh: '结果', en: 'Outcome' })}
            value={filter.status}
            options={Object.entries(FIRING_STATUS).map(([key, { label }]) => [key, t(label)])}
            onChange={(value) => change('status', value)}
          />
        </Box>
      </PageHeader>
      <FailedEvents />
      <Panel flush>
        <FiringList filter={filter} named />
      </Panel>
    </>
  );
}
