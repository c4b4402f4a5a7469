/** /dashboard — what customers say, how it feels, and how fast the company answers. */
import { Box, Stack, ToggleButton, ToggleButtonGroup } from '@mui/material';
import { useSearchParams } from 'react-router-dom';
import { ErrorState, PageHeader, PageSkeleton } from '@/components';
import { useText } from '@/i18n';
import { useDashboard } from './api';
import { RulesChart, SentimentChart, StageChart, VolumeChart } from './charts';
import { Figures } from './figures';

const SPANS = [7, 30, 90];

export default function DashboardPage() {
  const t = useText();
  const [params, setParams] = useSearchParams();
  const asked = Number(params.get('days'));
  const days = SPANS.includes(asked) ? asked : 7;
  const { data, error, refetch, isPlaceholderData } = useDashboard(days);
  return (
    <>
      <PageHeader
        title={t({ zh: '仪表盘', en: 'Dashboard' })}
        actions={<Span days={days} onDays={(next) => setParams({ days: String(next) }, { replace: true })} />}
      />
      {error && !data ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : data ? (
        <Stack spacing={2} sx={{ opacity: isPlaceholderData ? 0.6 : 1 }}>
          <Figures dashboard={data} />
          <Box
            sx={{
              display: 'grid',
              gap: 2,
              gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'repeat(2, minmax(0, 1fr))' },
              alignItems: 'start',
            }}
          >
            <VolumeChart dashboard={data} days={days} />
            <SentimentChart dashboard={data} days={days} />
            <StageChart dashboard={data} />
            <RulesChart dashboard={data} />
          </Box>
        </Stack>
      ) : (
        <PageSkeleton />
      )}
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
