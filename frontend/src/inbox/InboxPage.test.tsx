/** The inbox as people use it: walking the list, narrowing it, deciding several at once, all of it by keyboard too. */
import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { TestFrame } from '@/testing/TestFrame';
import { TaskServer, text } from '@/testing/taskServer';
import InboxPage from './InboxPage';

let server: TaskServer;

beforeEach(() => {
  server = new TaskServer();
  server.listen();
});

afterAll(() => vi.unstubAllGlobals());

async function openInbox(locale = 'en') {
  render(
    <TestFrame locale={locale}>
      <InboxPage />
    </TestFrame>,
  );
  await screen.findByText('Complaint one');
}

describe('the list', () => {
  it('counts what is to do, what was copied and what is half written, and marks what is late and escalated', async () => {
    server.counts = { cc_unread: 3, drafts: 1 };
    await openInbox();
    await waitFor(() => expect(screen.getByTestId('todo-count')).toHaveTextContent('2'));
    expect(screen.getByTestId('cc-count')).toHaveTextContent('3');
    expect(screen.getByTestId('drafts-count')).toHaveTextContent('1');
    expect(screen.getAllByText('1 min late')).toHaveLength(2);
    expect(screen.getAllByText('Escalated')).toHaveLength(1);
  });

  it.each([
    ['CC', 'No copies'],
    ['Drafts', 'No drafts'],
  ])('says what an empty box is for: %s', async (box, said) => {
    await openInbox();
    await userEvent.click(screen.getByRole('tab', { name: box }));
    expect(await screen.findByText(said)).toBeVisible();
  });

  it('has what was not started yet among the drafts, and leads to new ones', async () => {
    const draft = { id: 'd', flow: 'parts', flow_label: text('Parts request'), subject: 'A seal', updated_at: '' };
    server.startDrafts = [{ ...draft, updated_at: new Date().toISOString() }];
    await openInbox();
    expect(screen.getByRole('link', { name: 'New request' })).toHaveAttribute('href', '/start');
    await userEvent.click(screen.getByRole('tab', { name: 'Drafts' }));
    const line = await screen.findByRole('link', { name: /Parts request.*A seal.*Not started/ });
    expect(line).toHaveAttribute('href', '/start/parts?draft=d');
    expect(screen.queryByText('No drafts')).toBeNull();
    await userEvent.type(screen.getByRole('searchbox'), 'week');
    await waitFor(() => expect(screen.queryByRole('link', { name: /A seal/ })).toBeNull());
  });

  it('is sorted and narrowed by what stands in the address, and says so', async () => {
    await openInbox();
    await userEvent.click(screen.getByRole('button', { name: 'Filter and sort' }));
    await userEvent.click(screen.getByRole('switch', { name: 'Late only' }));
    await userEvent.click(screen.getByRole('combobox', { name: 'Sort' }));
    await userEvent.click(screen.getByRole('option', { name: 'Due first' }));
    await waitFor(() =>
      expect(Object.fromEntries(server.lists.at(-1) ?? [])).toMatchObject({ overdue: 'true', sort: 'due' }),
    );
    await userEvent.keyboard('{Escape}');
    const chip = screen.getByText('Due first').closest('.MuiChip-root') as HTMLElement;
    await userEvent.click(within(chip).getByTestId('CancelIcon'));
    await waitFor(() => expect(server.lists.at(-1)?.get('sort')).toBeNull());
  });
});

describe('the keyboard', () => {
  it('walks the list, leads to the button, and Enter decides', async () => {
    server.changed.set('one', { form: null });
    await openInbox();
    await userEvent.keyboard('j');
    const confirm = await screen.findByRole('button', { name: 'Confirm' });
    await userEvent.keyboard('a');
    expect(confirm).toHaveFocus();
    expect(server.decisions).toHaveLength(0);
    await userEvent.keyboard('{Enter}');
    await waitFor(() => expect(server.decisions).toMatchObject([{ outcome: 'confirm' }]));
    expect(await screen.findByRole('heading', { name: 'Triage two' })).toBeVisible();
    await userEvent.keyboard('r');
    await waitFor(() => expect(screen.getByRole('button', { name: 'Refuse' })).toHaveFocus());
  });

  it('means letters while something is being typed', async () => {
    await openInbox();
    await userEvent.keyboard('/');
    expect(screen.getByRole('searchbox')).toHaveFocus();
    await userEvent.keyboard('jack');
    expect(screen.getByRole('searchbox')).toHaveValue('jack');
    expect(screen.queryByRole('button', { name: 'Confirm' })).toBeNull();
  });

  it('shows all its keys', async () => {
    server.changed.set('one', { allowed: ['decide', 'urge', 'transfer'] });
    await openInbox();
    await userEvent.keyboard('j');
    await screen.findByRole('button', { name: 'Confirm' });
    await userEvent.keyboard('?');
    const dialog = screen.getByRole('dialog', { name: 'Keyboard shortcuts' });
    for (const said of ['Next task', 'Confirm (Enter confirms)', 'Write an opinion', 'More operations', 'Urge']) {
      expect(within(dialog).getByText(said)).toBeVisible();
    }
  });
});

describe('deciding several at once', () => {
  it('agrees to what was ticked, and says what could not be and why', async () => {
    const error = { code: 'task.already_handled', message: text('Li Na was first') };
    const results = [
      { task: 'one', ok: true },
      { task: 'two', ok: false, error },
    ];
    server.answers.set('/api/tasks/complete', { results });
    await openInbox();
    await userEvent.click(screen.getByRole('button', { name: 'Decide several' }));
    await userEvent.click(screen.getByRole('checkbox', { name: 'All (2)' }));
    await userEvent.click(screen.getByRole('button', { name: 'Agree to all' }));
    const dialog = screen.getByRole('dialog', { name: 'Agree to the selected tasks (2)?' });
    expect(within(dialog).getByText('Complaint two')).toBeVisible();
    await userEvent.type(within(dialog).getByRole('textbox', { name: /Opinion/ }), 'Fine');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Agree to all' }));
    expect(await screen.findByText(/Li Na was first/)).toBeVisible();
    const [{ decisions } = { decisions: [] }] = server.sent('/api/tasks/complete') as {
      decisions: { command_id: string }[];
    }[];
    expect(decisions).toMatchObject([
      { task: 'one', outcome: 'confirm', comment: 'Fine' },
      { task: 'two', outcome: 'confirm', comment: 'Fine' },
    ]);
    expect(new Set(decisions.map(({ command_id }) => command_id)).size).toBe(2);
  });

  it('leaves out what must be looked at', async () => {
    server.changed.set('one', { approve: null as never });
    server.answers.set('/api/tasks', {
      items: [{ id: 'one', title: text('Triage'), subject: 'Complaint one', status: 'open', approve: null, round: 1 }],
      next: null,
      counts: { todo: 1, overdue: 0, unread: 0 },
    });
    await openInbox();
    await userEvent.click(screen.getByRole('button', { name: 'Decide several' }));
    expect(screen.getByRole('checkbox', { name: /must be opened/ })).toBeDisabled();
  });
});

it('has nothing axe objects to, list, filters and ticking', async () => {
  await openInbox();
  await userEvent.click(screen.getByRole('button', { name: 'Decide several' }));
  const { violations } = await axe.run(document.body, {
    rules: { 'color-contrast': { enabled: false }, region: { enabled: false } },
  });
  expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
});
