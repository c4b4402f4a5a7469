/** Who has a task, as the reader is told: whose part hangs on whose, what each decided and why, and how far all of them are. */
import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { TestFrame } from '@/testing/TestFrame';
import { text } from '@/testing/taskServer';
import { NextSteps } from './NextPeople';
import { PeopleTree } from './PeopleTree';
import { ProgressLine } from './ProgressLine';
import type { WorkItem } from './types';

const person = (id: string) => ({ id, name: id });

function part(item: number, user: string, more: Partial<WorkItem> = {}): WorkItem {
  return {
    item,
    user: person(user),
    kind: 'assignee',
    status: 'open',
    outcome: null,
    sign: null,
    comment: null,
    signature: null,
    weight: 1,
    veto: false,
    parent: null,
    owner: person(user),
    reason: null,
    at: null,
    ...more,
  };
}

function tree(items: WorkItem[], removable = false) {
  const onRemove = vi.fn();
  render(
    <TestFrame>
      <PeopleTree items={items} removable={() => removable} onRemove={onRemove} />
    </TestFrame>,
  );
  return onRemove;
}

const lineOf = (name: string) => screen.getByText(name).closest('li') as HTMLElement;

it('hangs those who were added on whoever added them; whoever signs beside the others stands beside them', () => {
  tree([
    part(1, 'Anna'),
    part(2, 'Ben', { kind: 'before', parent: 1 }),
    part(3, 'Cleo', { kind: 'after', parent: 2, status: 'waiting' }),
    part(4, 'Dan', { kind: 'alongside', parent: 1 }),
  ]);
  expect(within(within(lineOf('Anna')).getByText('Ben').closest('li') as HTMLElement).getByText('Cleo')).toBeVisible();
  expect(within(lineOf('Anna')).queryByText('Dan')).toBeNull();
  expect(within(lineOf('Dan')).getByText('Added alongside')).toBeVisible();
});

it("says what each decided in the flow's own words, for whom, why and with which weight", () => {
  tree([
    part(1, 'Anna', { status: 'done', sign: 'agree', outcome: 'ok', outcome_label: text('Approve'), comment: 'Fine' }),
    part(2, 'Ben', { owner: person('Eve'), weight: 2, veto: true }),
    part(3, 'Cleo', { status: 'done', sign: 'agree', reason: 'earlier' }),
  ]);
  expect(within(lineOf('Anna')).getByText('Approve')).toBeVisible();
  expect(within(lineOf('Anna')).getByText('Fine')).toBeVisible();
  expect(within(lineOf('Ben')).getByText('handed on by Eve · 2 votes · Veto')).toBeVisible();
  expect(within(lineOf('Cleo')).getByText(/Agreed earlier in this run/)).toBeVisible();
});

it('tells whom it was handed on to, not twice; agents by whom they act for; copies apart', () => {
  tree([
    part(1, 'Anna', { status: 'moved' }),
    part(2, 'Ben', { owner: person('Anna') }),
    part(3, 'Dan', { kind: 'agent', parent: 2, owner: person('Ben') }),
    part(4, 'Fay', { kind: 'cc', item: null, status: 'open' }),
  ]);
  expect(screen.queryByText('Anna')).toBeNull();
  expect(within(lineOf('Dan')).getByText('Agent · for Ben')).toBeVisible();
  expect(within(lineOf('Fay')).getByText('Not read')).toBeVisible();
});

it('takes out whom the reader added', async () => {
  const added = part(2, 'Ben', { kind: 'before', parent: 1 });
  const onRemove = tree([added], true);
  await userEvent.click(screen.getByRole('button', { name: 'Take Ben out' }));
  expect(onRemove).toHaveBeenCalledWith(added);
});

it('counts who agreed and who is left, and says how much it takes', () => {
  render(
    <TestFrame>
      <ProgressLine
        progress={{ mode: 'vote', agreed: 2, refused: 1, abstained: 0, left: 3, needed: text('2/3 must agree') }}
      />
    </TestFrame>,
  );
  expect(screen.getByText('Vote · 2/3 must agree · 2 agreed · 1 refused · 3 of the votes left')).toBeVisible();
});

it('says who comes next and why, and how it ends', () => {
  const people = [{ user: person('Gil'), because: text('superior of Anna') }];
  const now = { node_id: 'here', title: text('Here'), now: true, people: [] };
  const next = { node_id: 'boss', title: text('Boss'), now: false, people };
  render(
    <TestFrame>
      <NextSteps prediction={{ tasks: [now, next], ended: true }} here="here" />
    </TestFrame>,
  );
  expect(screen.queryByText('Here')).toBeNull();
  expect(within(lineOf('Gil')).getByText('superior of Anna')).toBeVisible();
  expect(screen.getByText('The flow ends')).toBeVisible();
});
