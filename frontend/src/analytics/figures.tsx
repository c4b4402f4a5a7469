/** The numbers at the top; each leads to its rows. */
import { Box, Paper } from '@mui/material';
import { Link } from 'react-router-dom';
import { useFormat } from '@/components';
import { useText } from '@/i18n';
import { SENTIMENT_KEYS } from '@/social/labels';
import { useTokens } from '@/theme';
import type { Dashboard } from './api';
import { ticketLink, wallLink } from './links';

interface Figure {
  key: string;
  label: string;
  value: string;
  note?: string;
  alarm?: boolean;
  to: string;
}

function useFigures(dashboard: Dashboard): Figure[] {
  const t = useText();
  const format = useFormat();
  const posts = SENTIMENT_KEYS.reduce((sum, key) => sum + (dashboard.sentiment[key] ?? 0), 0);
  const share = posts ? dashboard.sentiment.negative / posts : null;
  const { first_response: response, tasks, instances } = dashboard;
  return [
    { key: 'posts', label: t({ zh: '声音', en: 'Posts' }), value: format.number(posts), to: wallLink() },
    {
      key: 'negative',
      label: t({ zh: '负面占比', en: 'Negative share' }),
      value: format.percent(share) || '–',
      note: t({ zh: '{n} 条', en: '{n} posts' }, { n: format.number(dashboard.sentiment.negative) }),
      to: wallLink({ sentiment: 'negative' }),
    },
    {
      key: 'tickets',
      label: t({ zh: '未结工单', en: 'Open tickets' }),
      value: format.number(dashboard.open_tickets),
      to: ticketLink('status != "closed" and status != "rejected"'),
    },
    {
      key: 'response',
      label: t({ zh: '首次响应中位数', en: 'Median response' }),
      value: response.median_seconds === null ? '–' : format.duration(response.median_seconds),
      note:
        response.p90_seconds === null
          ? undefined
          : t({ zh: '九成 {span}内', en: '90% in {span}' }, { span: format.duration(response.p90_seconds) }),
      to: ticketLink('first_response_at is not empty'),
    },
    {
      key: 'tasks',
      label: t({ zh: '进行中的任务', en: 'Open tasks' }),
      value: format.number(tasks.open),
      note: tasks.overdue ? t({ zh: '{n} 个超时', en: '{n} late' }, { n: format.number(tasks.overdue) }) : undefined,
      alarm: tasks.overdue > 0,
      to: '/inbox',
    },
    {
      key: 'instances',
      label: t({ zh: '进行中的流程', en: 'Running flows' }),
      value: format.number(instances.running ?? 0),
      note: t({ zh: '已结束 {n}', en: '{n} completed' }, { n: format.number(instances.completed ?? 0) }),
      to: '/instances?status=running',
    },
  ];
}

export function Figures({ dashboard }: { dashboard: Dashboard }) {
  const figures = useFigures(dashboard);
  return (
    <Box
      sx={{
        display: 'grid',
        gap: { xs: 1, sm: 2 },
        gridTemplateColumns: {
          xs: 'repeat(2, minmax(0, 1fr))',
          sm: 'repeat(3, minmax(0, 1fr))',
          lg: 'repeat(6, minmax(0, 1fr))',
        },
      }}
    >
      {figures.map((figure) => (
        <FigureCard key={figure.key} figure={figure} />
      ))}
    </Box>
  );
}

function FigureCard({ figure }: { figure: Figure }) {
  const tokens = useTokens();
  return (
    <Paper
      variant="outlined"
      component={Link}
      to={figure.to}
      data-figure={figure.key}
      sx={{
        display: 'block',
        p: { xs: 1.5, sm: 2 },
        textDecoration: 'none',
        color: 'text.primary',
        '&:hover': { borderColor: tokens.lineStrong },
      }}
    >
      <Box sx={{ fontSize: 13, color: 'text.secondary' }}>{figure.label}</Box>
      <Box
        sx={{
          fontSize: 24,
          fontWeight: 650,
          letterSpacing: '-0.02em',
          lineHeight: 1.35,
          fontVariantNumeric: 'tabular-nums',
        }}
      >
        {figure.value}
      </Box>
      <Box
        sx={{
          fontSize: 12.5,
          minHeight: 19,
          color: figure.alarm ? tokens.tones.red.text : 'text.secondary',
          fontWeight: figure.alarm ? 600 : 400,
        }}
      >
        {figure.note}
      </Box>
    </Paper>
  );
}
