/** Who is told that something was sent back: whoever gets it, not whoever sent it and has the answer. */
import { render, screen } from '@testing-library/react';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { TestFrame } from '@/testing/TestFrame';
import { taskDetail, text } from '@/testing/taskServer';
import { SentBack } from './SentBack';
import type { TaskDetail } from './types';

const OPENED = '2026-11-23T08:00:10Z';
const person = (name: string) => ({ id: name, name });

const back = {
  ...{
    user: person('王伟'),
    at: '2026-11-23T08:00:05Z',
    title: text('Brought together'),
    comment: 'The batch, please',
  },
  ...{ outcome: 'back', outcome_kind: 'send_back', outcome_label: text('Send back') },
};
const answer = {
  ...{ user: person('陈杰'), at: OPENED, title: text('Quality'), comment: 'B2026' },
  ...{ outcome: 'agree', outcome_kind: 'complete', outcome_label: text('Agree') },
};

beforeEach(() => {
  vi.stubGlobal('fetch', async () => new Response('{}', { status: 401 }));
});

afterAll(() => vi.unstubAllGlobals());

function shown(decisions: unknown[], more: object = {}) {
  const task = { ...taskDetail('one'), round: 2, opened_at: OPENED, decisions, ...more } as TaskDetail;
  render(
    <TestFrame>
      <SentBack task={task} />
    </TestFrame>,
  );
}

it('says who sent it back, and why', async () => {
  shown([back]);
  expect(await screen.findByText('The batch, please')).toBeVisible();
});

it('says nothing of it to whoever sent it back otherwise', () => {
  shown([back, answer]);
  expect(screen.queryByText('The batch, please')).toBeNull();
});

describe('the answer that comes straight back', () => {
  const ours = { node_id: 'triage', round: 1 };
  const theirs = { node_id: 'quality', round: 2 };
  const sent = { ...back, ...ours };
  const straight = { key: 'back', label: text('Send back'), kind: 'send_back', straight: true };
  const line = (id: number, at: string, actor: string, changes: object) => ({
    ...{ id, at, actor: person(actor), type: 'ticket.updated', changes },
  });
  const more = {
    outcomes: [straight],
    fields: { batch: { key: 'batch', type: 'text', label: text('Batch') } },
    history: [
      line(3, OPENED, '陈杰', { batch: ['B1', 'B2026'] }),
      line(2, '2026-11-23T07:00:00Z', '陈杰', { batch: [null, 'B1'] }),
    ],
  };

  it('says who sent it back and why, who did it again, what they say and what has changed', async () => {
    shown(
      [
        { ...sent, at: '2026-11-23T07:30:00Z' },
        { ...answer, ...theirs },
      ],
      more,
    );
    const notice = await screen.findByRole('alert');
    expect(notice).toHaveTextContent('王伟 sent it back to “Quality”; 陈杰 did it again');
    expect(notice).toHaveTextContent('Why: The batch, please');
    expect(notice).toHaveTextContent('陈杰: B2026');
    expect(notice).toHaveTextContent(/Batch\s*B1\s*→\s*B2026/);
  });

  it('names everybody who did it again, and leaves out what the history does not tell', async () => {
    const others = ['陈杰', '李娜'].map((name) => ({ ...answer, ...theirs, user: person(name), comment: null }));
    shown([{ ...sent, at: '2026-11-23T07:30:00Z' }, ...others], { ...more, history: [] });
    const notice = await screen.findByRole('alert');
    expect(notice).toHaveTextContent('陈杰, 李娜 did it again');
    expect(notice).not.toHaveTextContent('Batch');
  });

  it('is not taken for one where it was sent back the long way', () => {
    shown(
      [
        { ...sent, at: '2026-11-23T07:30:00Z' },
        { ...answer, ...theirs },
      ],
      {
        ...more,
        outcomes: [{ ...straight, straight: false }],
      },
    );
    expect(screen.queryByRole('alert')).toBeNull();
  });
});
