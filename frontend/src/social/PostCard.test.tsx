/** A post says who, how it reads and by which words, and what each rule did, linked to what it made. */
import { render, screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import { TestFrame } from '@/testing/TestFrame';
import type { Post } from './api';
import { PostCard } from './PostCard';

const post: Post = {
  event_id: 1,
  channel: 'weibo',
  type: 'social.post',
  external_id: 'x',
  author: { id: 'a', name: '小雨' },
  person_id: 'p1',
  person_name: '王小雨',
  text: '洗衣机漏水，太失望了 (a+b)',
  target: null,
  sentiment: 'negative',
  sentiment_score: -2,
  sentiment_words: ['漏水', '失望', '(a+b)', '没有的词'],
  rules: ['vip'],
  firings: [
    {
      id: 'f',
      rule: 'vip',
      label: { zh: 'VIP 投诉', en: 'VIP complaint' },
      status: 'failed',
      branch: 'then',
      error: 'notify: nobody',
      trace: { 'p.sentiment': 'negative' },
      actions: [
        { action: 'create_ticket', result: { entity: 'ticket', record_id: 't9' } },
        { action: 'start_flow', result: { instance_id: 'i7' } },
        { action: 'notify', error: 'nobody' },
      ],
    },
  ],
  occurred_at: '2026-11-23T00:00:00Z',
};

it('marks the words that decided the sentiment, taken literally', () => {
  const { container } = render(<PostCard post={post} />, { wrapper: TestFrame });
  expect([...container.querySelectorAll('mark')].map((mark) => mark.textContent)).toEqual(['漏水', '失望', '(a+b)']);
  expect(screen.getByText('Negative')).toBeInTheDocument();
});

it('leads to the person, the rule, the ticket and the instance', () => {
  render(<PostCard post={post} />, { wrapper: TestFrame });
  const card = within(screen.getByRole('article'));
  const target = (name: string) => card.getByRole('link', { name }).getAttribute('href');
  expect(target('王小雨')).toBe('/people/p1');
  expect(target('VIP complaint')).toBe('/rules/vip');
  expect(target('opened a ticket')).toBe('/records/ticket/t9');
  expect(target('started a flow')).toBe('/instances/i7');
  expect(card.getByText(/notified/)).toBeInTheDocument();
  expect(card.queryByRole('link', { name: 'notified' })).not.toBeInTheDocument();
  expect(card.getByTitle('notify: nobody')).toHaveTextContent('failed');
});
