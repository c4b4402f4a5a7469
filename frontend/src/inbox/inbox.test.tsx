/** The inbox as people use it: open a task, be told what is missing, decide once, and have the next one open. */
import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { TestFrame } from '@/testing/TestFrame';

import InboxPage from './InboxPage';
import type { TaskDetail, TaskItem } from './types';

const text = (en: string) => ({ zh: en, en });

function item(id: string): TaskItem {
  return {
    id,
    title: text(`Triage ${id}`),
    subject: `Complaint ${id}`,
    flow: 'complaint',
    flow_label: text('Urgent complaint'),
    instance_id: 'instance',
    node_id: 'triage',
    entity: 'ticket',
    record_id: 'record',
    status: 'open',
    outcome: null,
    priority: 0,
    due_at: new Date(Date.now() - 90_000).toISOString(),
    opened_at: new Date().toISOString(),
    closed_at: null,
    overdue: true,
    escalated: id === 'one',
    read: false,
    round: 1,
  };
}

function detail(id: string): TaskDetail {
  return {
    ...item(id),
    form: {
      key: 'triage',
      label: text('Triage'),
      entity: 'ticket',
      sections: [{ items: [{ field: 'plan', required: true }] }],
    },
    fields: { plan: { key: 'plan', type: 'text', label: text('Plan') } },
    values: {},
    record_version: 1,
    outcomes: [
      { key: 'confirm', label: text('Confirm'), kind: 'complete' },
      { key: 'refuse', label: text('Refuse'), kind: 'refuse', comment: true },
    ],
    can_act: true,
    decisions: [],
    draft: null,
    instance: { id: 'instance', flow: 'complaint', status: 'running' },
  };
}

interface Sent {
  outcome: string;
  data: unknown;
  comment: string | null;
  command_id: string;
  record_version: number | null;
}

/** A server with two tasks, which can be told to fail the next decision. */
class Server {
  open = ['one', 'two'];
  closed = new Set<string>();
  /** What others have made of a task's record since. */
  changed = new Map<string, Partial<TaskDetail>>();
  reads = 0;
  sent: Sent[] = [];
  failures: { status: number; body: object }[] = [];

  answer(url: URL, body: Sent | null): [number, object] {
    const id = url.pathname.split('/')[3] ?? '';
    if (!url.pathname.startsWith('/api/tasks')) return [404, { error: { code: 'not_found' } }];
    if (url.pathname.endsWith('/complete') && body) return this.complete(id, body);
    if (url.pathname.endsWith('/draft')) return [200, { updated_at: new Date().toISOString() }];
    if (id) this.reads += 1;
    if (this.changed.has(id)) return [200, { ...detail(id), ...this.changed.get(id) }];
    if (id) return [200, this.closed.has(id) ? { ...detail(id), status: 'completed', can_act: false } : detail(id)];
    const items = url.searchParams.get('box') === 'todo' ? this.open.map(item) : [];
    const { length } = this.open;
    return [200, { items, next: null, counts: { todo: length, overdue: length, unread: length } }];
  }

  private complete(id: string, body: Sent): [number, object] {
    this.sent.push(body);
    const failure = this.failures.shift();
    if (failure) return [failure.status, failure.body];
    this.open = this.open.filter((one) => one !== id);
    return [
      200,
      { task_id: id, status: 'completed', outcome: body.outcome, instance_status: 'running', next_tasks: [] },
    ];
  }
}

let server: Server;

beforeEach(() => {
  server = new Server();
  vi.stubGlobal('fetch', async (path: string, init?: RequestInit) => {
    const body = typeof init?.body === 'string' ? (JSON.parse(init.body) as Sent) : null;
    const [status, json] = server.answer(new URL(path, 'http://localhost'), body);
    return new Response(JSON.stringify(json), { status, headers: { 'content-type': 'application/json' } });
  });
});

afterAll(() => vi.unstubAllGlobals());

async function openFirst(locale = 'en') {
  render(
    <TestFrame locale={locale}>
      <InboxPage />
    </TestFrame>,
  );
  await userEvent.click(await screen.findByText('Complaint one'));
  await screen.findByRole('button', { name: 'Confirm' });
}

it('a task that stands alone shows its note and has no flow to look at', async () => {
  server.changed.set('one', { instance_id: null, instance: null, flow_label: null, form: null, note: 'Same phone' });
  await openFirst();
  expect(screen.getByText('Same phone')).toBeVisible();
  expect(screen.queryByRole('button', { name: 'Flow' })).toBeNull();
  await userEvent.click(screen.getByRole('button', { name: 'Confirm' }));
  await waitFor(() => expect(server.sent).toMatchObject([{ outcome: 'confirm', data: {} }]));
});

describe('the list', () => {
  it('counts what is to do and marks what is late and escalated', async () => {
    render(
      <TestFrame>
        <InboxPage />
      </TestFrame>,
    );
    expect(await screen.findByText('Complaint one')).toBeVisible();
    expect(screen.getByTestId('todo-count')).toHaveTextContent('2');
    expect(screen.getAllByText('1 min late')).toHaveLength(2);
    expect(screen.getAllByText('Escalated')).toHaveLength(1);
  });

  it('says what an empty box is for', async () => {
    render(
      <TestFrame>
        <InboxPage />
      </TestFrame>,
    );
    await userEvent.click(await screen.findByRole('tab', { name: 'CC' }));
    expect(await screen.findByText('No copies')).toBeVisible();
  });
});

it('has nothing axe objects to, open task and list', async () => {
  await openFirst();
  const { violations } = await axe.run(document.body, {
    rules: { 'color-contrast': { enabled: false }, region: { enabled: false } },
  });
  expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
});

describe('somebody else', () => {
  it('was first: the page says so and shows what they decided', async () => {
    const body = { error: { code: 'task.already_handled', message: text('Li Na has decided this task') } };
    server.failures = [{ status: 409, body }];
    await openFirst();
    server.closed.add('one');
    await userEvent.type(screen.getByRole('textbox', { name: /Plan/ }), 'Visit');
    await userEvent.click(screen.getByRole('button', { name: 'Confirm' }));
    expect(await screen.findByText(/Li Na has decided/)).toBeVisible();
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Confirm' })).toBeNull());
    expect(screen.getByText(/Li Na has decided/)).toBeVisible();
  });
});

describe('somebody else wrote into the same form', () => {
  const message = { zh: '李娜已把它改为“周二上门”，您的内容还没有提交', en: 'Li Na changed it to “Tuesday” meanwhile' };
  const refusal = {
    code: 'task.data_changed',
    message: text('Li Na changed values of this form'),
    path: '/plan',
    params: { who: '李娜', fields: 'plan', version: '3' },
    problems: [{ code: 'field.changed', field: 'plan', path: '/plan', message, new: 'Tuesday' }],
  };

  it.each(['en', 'zh'] as const)('is told at the field, and what was typed stays (%s)', async (locale) => {
    server.failures = [{ status: 409, body: { error: refusal } }];
    await openFirst(locale);
    server.changed.set('one', { values: { plan: 'Tuesday' }, record_version: 3 });
    await userEvent.type(screen.getByRole('textbox', { name: /Plan/ }), 'Visit');
    await userEvent.click(screen.getByRole('button', { name: 'Confirm' }));
    expect(await screen.findByText(message[locale])).toBeVisible();
    expect(screen.getByRole('textbox', { name: /Plan/ })).toBeInvalid();
    expect(screen.getByRole('textbox', { name: /Plan/ })).toHaveValue('Visit');
    await userEvent.click(screen.getByRole('button', { name: 'Confirm' }));
    await waitFor(() => expect(server.sent).toHaveLength(2));
    const [first, second] = server.sent;
    expect([first?.record_version, second?.record_version]).toEqual([1, 3]);
    expect(second?.command_id).not.toBe(first?.command_id);
  });

  it('is not hidden by a refresh in the background', async () => {
    await openFirst();
    await userEvent.type(screen.getByRole('textbox', { name: /Plan/ }), 'Visit');
    server.changed.set('one', { values: { plan: 'Tuesday' }, record_version: 3 });
    const busy = { code: 'flow.instance_starting', message: text('Just a moment') };
    server.failures = [busy, refusal].map((error) => ({ status: 409, body: { error } }));
    await userEvent.click(screen.getByRole('button', { name: 'Confirm' }));
    await screen.findByText('Just a moment');
    await waitFor(() => expect(server.reads).toBeGreaterThan(1));
    await userEvent.click(screen.getByRole('button', { name: 'Confirm' }));
    expect(await screen.findByText(message.en)).toBeVisible();
    expect(server.sent.map((sent) => sent.record_version)).toEqual([1, 1]);
  });
});

describe('deciding', () => {
  it('needs a complete form to go on', async () => {
    await openFirst();
    await userEvent.click(screen.getByRole('button', { name: 'Confirm' }));
    expect(screen.getByText('Please fill this in')).toBeVisible();
    expect(server.sent).toHaveLength(0);
  });

  it('sends the form and opens the next task', async () => {
    await openFirst();
    await userEvent.type(screen.getByRole('textbox', { name: /Plan/ }), 'Visit');
    await userEvent.click(screen.getByRole('button', { name: 'Confirm' }));
    expect(await screen.findByRole('heading', { name: 'Triage two' })).toBeVisible();
    expect(server.sent[0]).toMatchObject({ outcome: 'confirm', data: { plan: 'Visit' }, comment: null });
  });

  it('asks for an opinion where the outcome wants one, but not for the form', async () => {
    await openFirst();
    await userEvent.click(screen.getByRole('button', { name: 'Refuse' }));
    const opinion = screen.getByRole('textbox', { name: /Opinion/ });
    await waitFor(() => expect(opinion).toHaveFocus());
    expect(opinion).toBeInvalid();
    await userEvent.type(opinion, 'Not ours');
    await userEvent.click(screen.getByRole('button', { name: 'Refuse' }));
    await waitFor(() => expect(server.sent[0]).toMatchObject({ outcome: 'refuse', comment: 'Not ours' }));
  });

  it('repeats the same command when the same decision is sent again, and makes a new one when it changed', async () => {
    server.failures = [503, 503].map((status) => ({ status, body: { error: { code: 'unavailable' } } }));
    await openFirst();
    await userEvent.type(screen.getByRole('textbox', { name: /Plan/ }), 'Visit');
    const confirm = screen.getByRole('button', { name: 'Confirm' });
    await userEvent.click(confirm);
    await screen.findByRole('alert');
    await userEvent.click(confirm);
    await waitFor(() => expect(server.sent).toHaveLength(2));
    await userEvent.type(screen.getByRole('textbox', { name: /Plan/ }), ' tomorrow');
    await userEvent.click(confirm);
    await waitFor(() => expect(server.sent).toHaveLength(3));
    const [first, second, third] = server.sent.map(({ command_id }) => command_id);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  it("shows the server's problem at its field", async () => {
    const problems = [{ code: 'check', path: 'plan', message: text('Nobody is free that day') }];
    server.failures = [
      { status: 422, body: { error: { code: 'task.invalid_data', message: text('One problem'), problems } } },
    ];
    await openFirst();
    await userEvent.type(screen.getByRole('textbox', { name: /Plan/ }), 'Visit');
    await userEvent.click(screen.getByRole('button', { name: 'Confirm' }));
    expect(await screen.findByText('Nobody is free that day')).toBeVisible();
    expect(screen.getByRole('textbox', { name: /Plan/ })).toBeInvalid();
  });
});
