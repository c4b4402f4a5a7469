/** The charts: volume and sentiment by day, tickets by stage, rules by how often they fired. */
import { useMemo } from 'react';
import { Link, useNavigate } from 'react-router-dom';
import { EmptyState, Panel, useFormat } from '@/components';
import { useText } from '@/i18n';
import { useEntity } from '@/metadata';
import { useMay } from '@/providers/me';
import { channelLabel, SENTIMENT_KEYS, SENTIMENTS } from '@/social/labels';
import { type ToneName, useTokens } from '@/theme';
import { type Dashboard, daysOf } from './api';
import { ChartPanel, type ChartTable } from './Chart';
import { categoryAxis, chartFrame, valueAxis } from './chartStyle';
import type { ChartOption } from './echarts';
import { firingsLink, ticketLink, wallLink } from './links';

interface ChartProps {
  dashboard: Dashboard;
  days: number;
}

const SERIES: ToneName[] = ['blue', 'purple', 'orange', 'green', 'red', 'grey'];
const shortDay = (day: string) => day.slice(5);

export function VolumeChart({ dashboard, days }: ChartProps) {
  const t = useText();
  const tokens = useTokens();
  const format = useFormat();
  const navigate = useNavigate();
  const dates = useMemo(() => daysOf(dashboard, days), [dashboard, days]);
  const channels = useMemo(() => [...new Set(dashboard.volume.map(({ channel }) => channel ?? ''))], [dashboard]);
  const count = (day: string, channel: string) =>
    dashboard.volume
      .filter((row) => row.day === day && (row.channel ?? '') === channel)
      .reduce((sum, row) => sum + row.count, 0);
  const nameOf = (channel: string) => (channel ? t(channelLabel(channel)) : t({ zh: '声音', en: 'Posts' }));
  const option: ChartOption = {
    ...chartFrame(tokens),
    xAxis: categoryAxis(tokens, dates.map(shortDay)),
    yAxis: valueAxis(tokens),
    series: channels.map((channel, index) => ({
      name: nameOf(channel),
      type: 'bar',
      stack: 'volume',
      barMaxWidth: 26,
      itemStyle: { color: tokens.tones[SERIES[index % SERIES.length] ?? 'blue'].solid },
      data: dates.map((day) => count(day, channel)),
    })),
  };
  const table: ChartTable = {
    head: [t({ zh: '日期', en: 'Day' }), ...channels.map(nameOf)],
    rows: dates.map((day) => ({
      key: day,
      cells: [
        day,
        ...channels.map((channel) => (
          <Link key={channel} to={wallLink(channel ? { channel } : {})}>
            {format.number(count(day, channel))}
          </Link>
        )),
      ],
    })),
  };
  const pick = (_: number, series: string) => {
    const channel = channels.find((one) => nameOf(one) === series);
    navigate(wallLink(channel ? { channel } : {}));
  };
  return <ChartPanel title={t({ zh: '每天的声音', en: 'Posts by day' })} option={option} table={table} onPick={pick} />;
}

export function SentimentChart({ dashboard, days }: ChartProps) {
  const t = useText();
  const tokens = useTokens();
  const format = useFormat();
  const navigate = useNavigate();
  const dates = useMemo(() => daysOf(dashboard, days), [dashboard, days]);
  const byDay = useMemo(() => new Map(dashboard.sentiment_by_day.map((row) => [row.day, row])), [dashboard]);
  const option: ChartOption = {
    ...chartFrame(tokens),
    xAxis: categoryAxis(tokens, dates.map(shortDay)),
    yAxis: valueAxis(tokens),
    series: SENTIMENT_KEYS.map((key) => ({
      name: t(SENTIMENTS[key].label),
      type: 'bar',
      stack: 'sentiment',
      barMaxWidth: 26,
      itemStyle: { color: tokens.tones[SENTIMENTS[key].color].solid },
      data: dates.map((day) => byDay.get(day)?.[key] ?? 0),
    })),
  };
  const table: ChartTable = {
    head: [t({ zh: '日期', en: 'Day' }), ...SENTIMENT_KEYS.map((key) => t(SENTIMENTS[key].label))],
    rows: dates.map((day) => ({
      key: day,
      cells: [
        day,
        ...SENTIMENT_KEYS.map((key) => (
          <Link key={key} to={wallLink({ sentiment: key })}>
            {format.number(byDay.get(day)?.[key] ?? 0)}
          </Link>
        )),
      ],
    })),
  };
  const pick = (_: number, series: string) => {
    const sentiment = SENTIMENT_KEYS.find((key) => t(SENTIMENTS[key].label) === series);
    navigate(wallLink(sentiment ? { sentiment } : {}));
  };
  return (
    <ChartPanel title={t({ zh: '每天的情绪', en: 'Sentiment by day' })} option={option} table={table} onPick={pick} />
  );
}

interface Ranked {
  key: string;
  label: string;
  count: number;
  tone: ToneName;
  to: string;
}

function RankChart({ title, empty, rows }: { title: string; empty: string; rows: Ranked[] }) {
  const t = useText();
  const tokens = useTokens();
  const format = useFormat();
  const navigate = useNavigate();
  if (rows.length === 0) {
    return (
      <Panel title={title}>
        <EmptyState dense title={empty} />
      </Panel>
    );
  }
  const drawn = [...rows].reverse();
  const option: ChartOption = {
    ...chartFrame(tokens),
    grid: { left: 4, right: 34, top: 4, bottom: 2, containLabel: true },
    legend: undefined,
    xAxis: valueAxis(tokens, { splitLine: { show: false }, axisLabel: { show: false } }),
    yAxis: {
      ...categoryAxis(
        tokens,
        drawn.map(({ label }) => label),
      ),
      axisLine: { show: false },
      axisLabel: { color: tokens.text, width: 120, overflow: 'truncate' },
    },
    series: [
      {
        name: title,
        type: 'bar',
        barMaxWidth: 18,
        label: { show: true, position: 'right', color: tokens.muted },
        data: drawn.map(({ count, tone }) => ({
          value: count,
          itemStyle: { color: tokens.tones[tone].solid, borderRadius: [0, 3, 3, 0] },
        })),
      },
    ],
  };
  const table: ChartTable = {
    head: [title, t({ zh: '数量', en: 'Count' })],
    rows: rows.map(({ key, label, count, to }) => ({
      key,
      cells: [
        <Link key="label" to={to}>
          {label}
        </Link>,
        format.number(count),
      ],
    })),
  };
  const pick = (index: number) => {
    const row = drawn[index];
    if (row) navigate(row.to);
  };
  return (
    <ChartPanel title={title} option={option} table={table} height={Math.max(120, rows.length * 34)} onPick={pick} />
  );
}

export function StageChart({ dashboard }: { dashboard: Dashboard }) {
  const t = useText();
  const { tones } = useTokens();
  const options = useEntity('ticket')?.fields.find(({ key }) => key === 'status')?.options ?? [];
  const rows = dashboard.tickets_by_stage.map(({ key, label, count, color }): Ranked => {
    const option = options.find((one) => one.key === key);
    const tone = (option?.color ?? color ?? 'blue') as ToneName;
    return {
      key,
      label: t(option?.label ?? label) || key,
      count,
      tone: tone in tones ? tone : 'grey',
      to: ticketLink(`status = ${JSON.stringify(key)}`),
    };
  });
  return (
    <RankChart
      title={t({ zh: '工单按阶段', en: 'Tickets by stage' })}
      empty={t({ zh: '没有工单', en: 'No tickets' })}
      rows={rows}
    />
  );
}

export function RulesChart({ dashboard }: { dashboard: Dashboard }) {
  const t = useText();
  const operates = useMay()('operate');
  const rows = dashboard.rules.map(
    ({ key, label, count }): Ranked => ({
      key,
      label: t(label) || key,
      count,
      tone: 'purple',
      to: firingsLink(key, operates),
    }),
  );
  return (
    <RankChart
      title={t({ zh: '触发的规则', en: 'Rules fired' })}
      empty={t({ zh: '这段时间没有规则触发', en: 'No rule fired in this time' })}
      rows={rows}
    />
  );
}
