/** Who is told that something was sent back: whoever gets it, not whoever sent it and has the answer. */
import { render, screen } from '@testing-library/react';
import { expect, it } from 'vitest';
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

function shown(decisions: unknown[]) {
  const task = { ...taskDetail('one'), round: 2, opened_at: OPENED, decisions } as TaskDetail;
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

it('says nothing of it where the answer has come straight back', () => {
  shown([back, answer]);
  expect(screen.queryByText('The batch, please')).toBeNull();
});
