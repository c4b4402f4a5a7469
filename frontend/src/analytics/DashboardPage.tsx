/** /dashboard — what customers say, how it feels, and how fast the company answers. */
import { Box, Stack, ToggleButton, ToggleButtonGroup } from '@mui/material';
import { Loaded, PageHeader, PageSkeleton, useFilter } from '@/components';
import { useText } from '@/i18n';
import { useDashboard } from './api';
import { RulesChart, SentimentChart, StageChart, VolumeChart } from './charts';
import { Figures } from './figures';

const SPANS = [7, 30, 90];

export default function DashboardPage() {
  const t = useText();
  const [filter, change] = useFilter('days');
  const asked = Number(filter.days);
  const days = SPANS.includes(asked) ? asked : 7;
  const query = useDashboard(days);
  return (
    <>
      <PageHeader
        title={t({ zh: '仪表盘', en: 'Dashboard' })}
        actions={<Span days={days} onDays={(next) => change('days', String(next))} />}
      />
      <Loaded query={query} skeleton={<PageSkeleton />}>
        {(dashboard) => (
          <Stack spacing={2} sx={{ opacity: query.isPlaceholderData ? 0.6 : 1 }}>
            <Figures dashboard={dashboard} />
            <Box
              sx={{
                display: 'grid',
                gap: 2,
                gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'repeat(2, minmax(0, 1fr))' },
                alignItems: 'start',
              }}
            >
              <VolumeChart dashboard={dashboard} days={days} />
              <SentimentChart dashboard={dashboard} days={days} />
              <StageChart dashboard={dashboard} />
              <RulesChart dashboard={dashboard} />
            </Box>
          </Stack>
        )}
      </Loaded>
    </>
  );
}

function Span({ days, onDays }: { days: number; onDays: (days: number) => void }) {
  const t = useText();
  return (
    <ToggleButtonGroup
      exclusive
      size="small"
      value={days}
      onChange={(_, next: number | null) => next && onDays(next)}
      aria-label={t({ zh: '时间范围', en: 'Time span' })}
    >
      {SPANS.map((span) => (
        <ToggleButton key={span} value={span} sx={{ textTransform: 'none', py: 0.5 }}>
          {t({ zh: '近 {n} 天', en: '{n} days' }, { n: span })}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
