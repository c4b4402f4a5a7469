/** The dashboard's days, and every number leading to its rows, as chart and as table. */
import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeAll, describe, expect, it } from 'vitest';
import { TestFrame } from '@/testing/TestFrame';
import { type Dashboard, daysOf } from './api';
import { SentimentChart } from './charts';
import { Figures } from './figures';
import { ticketLink } from './links';

const DASHBOARD: Dashboard = {
  volume: [{ day: '2026-11-22', channel: 'weibo', count: 4 }],
  sentiment: { positive: 1, neutral: 2, negative: 1 },
  sentiment_by_day: [{ day: '2026-11-22', positive: 1, neutral: 2, negative: 1 }],
  open_tickets: 3,
  tickets_by_stage: [{ key: 'new', label: 'new', count: 3 }],
  first_response: { median_seconds: 600, p90_seconds: 3600, count: 2 },
  tasks: { open: 5, overdue: 2 },
  instances: { running: 2, completed: 1 },
  rules: [],
};

describe('days', () => {
  it('stand in order and are all there, also those without a post', () => {
    expect(daysOf(DASHBOARD, 3, new Date(2026, 10, 23))).toEqual(['2026-11-21', '2026-11-22', '2026-11-23']);
  });
});

describe('figures', () => {
  it('lead to their rows', () => {
    render(
      <TestFrame>
        <Figures dashboard={DASHBOARD} />
      </TestFrame>,
    );
    const share = screen.getByText('25%').closest('a');
    expect(share).toHaveAttribute('href', '/wall?sentiment=negative');
    expect(screen.getByText('2 late').closest('a')).toHaveAttribute('href', '/inbox');
    for (const link of screen.getAllByRole('link')) expect(link).toHaveAttribute('href', expect.stringMatching(/^\//));
  });

  it('give a filter of the language to the list of tickets', () => {
    expect(ticketLink('status = "new"')).toBe('/records/ticket?view=all&filter=status+%3D+%22new%22');
  });
});

describe('charts', () => {
  beforeAll(() => {
    globalThis.ResizeObserver ??= class {
      observe() {}
      unobserve() {}
      disconnect() {}
    } as unknown as typeof ResizeObserver;
  });

  it('show the same numbers as a table', async () => {
    render(
      <TestFrame>
        <SentimentChart dashboard={DASHBOARD} days={7} />
      </TestFrame>,
    );
    await userEvent.click(screen.getByRole('button', { name: /Show as a table/ }));
    const table = screen.getByRole('table', { name: 'Sentiment by day' });
    const row = within(table).getByText('2026-11-22').closest('tr');
    expect([...(row?.querySelectorAll('td') ?? [])].map((cell) => cell.textContent)).toEqual([
      '2026-11-22',
      '1',
      '2',
      '1',
    ]);
  });
});
