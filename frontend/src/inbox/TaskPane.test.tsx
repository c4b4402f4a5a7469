/** A task as people work on it: be told what is missing, decide once, bring others in, and have the next one open. */
import { useQueryClient } from '@tanstack/react-query';
import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Metadata } from '@/metadata';
import { TestFrame } from '@/testing/TestFrame';
import { TaskServer, taskDetail, text } from '@/testing/taskServer';
import InboxPage from './InboxPage';
import type { TaskDetail } from './types';

let server: TaskServer;

beforeEach(() => {
  server = new TaskServer();
  server.listen();
});

afterAll(() => vi.unstubAllGlobals());

const people = {
  users: [
    { id: 'li', name: '李娜', department_id: 'legal' },
    { id: 'wang', name: '王伟', department_id: 'finance' },
  ],
  departments: [
    { id: 'legal', key: 'legal', label: text('Legal'), parent_id: null },
    { id: 'finance', key: 'finance', label: text('Finance'), parent_id: null },
  ],
} as unknown as Metadata;

/** As a signal from the server does. */
let refresh: () => void;

function Refreshing() {
  const client = useQueryClient();
  refresh = () => void client.invalidateQueries({ queryKey: ['tasks'] });
  return null;
}

async function openFirst(locale = 'en') {
  render(
    <TestFrame locale={locale} metadata={people}>
      <Refreshing />
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
  await waitFor(() => expect(server.decisions).toMatchObject([{ outcome: 'confirm', data: {} }]));
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

  it('was first while something was being written: it can still be read and copied, and no draft of it is sent', async () => {
    const writeText = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
    const scrolled = vi.spyOn(Element.prototype, 'scrollIntoView');
    server.changed.set('one', { values: { plan: 'Call' } });
    await openFirst();
    const plan = screen.getByRole('textbox', { name: /Plan/ });
    await userEvent.clear(plan);
    await userEvent.type(plan, 'Visit on Tuesday');
    await userEvent.type(screen.getByRole('textbox', { name: /Opinion/ }), 'Their batch is fine');
    const sent = server.requests.length;
    server.changed.set('one', {
      ...{ status: 'completed', can_act: false, allowed: [], values: { plan: 'Call' } },
      decisions: [{ user: { id: 'li', name: '李娜' }, title: text('Vote'), at: new Date().toISOString() }] as never,
    });
    refresh();
    const notice = (await screen.findByText(/李娜 has just decided this task/)).closest('[role=alert]') as HTMLElement;
    expect(scrolled.mock.contexts).toContain(notice);
    expect(within(notice).getByText('Their batch is fine')).toBeVisible();
    expect(within(notice).getByText('Visit on Tuesday')).toBeVisible();
    expect(screen.getByText('Call')).toBeVisible();
    await userEvent.click(within(notice).getByRole('button', { name: 'Copy' }));
    expect(writeText).toHaveBeenCalledWith(expect.stringMatching(/Their batch is fine\s*Plan:\s*Visit on Tuesday/));
    await userEvent.click(screen.getByText('Complaint two'));
    await screen.findByRole('heading', { name: 'Triage two' });
    expect(server.requests).toHaveLength(sent);
  });

  it('has not been heard of yet: the refused draft says so, and nothing is said to be lost', async () => {
    server.draftRefusal = { code: 'task.already_handled', message: text('Li Na has decided this task') };
    await openFirst();
    server.closed.add('one');
    await userEvent.type(screen.getByRole('textbox', { name: /Opinion/ }), 'Their batch is fine');
    expect(await screen.findByText(/has just been closed/, undefined, { timeout: 4000 })).toBeVisible();
    expect(screen.getByText('Their batch is fine')).toBeVisible();
    expect(screen.queryByText(/Draft not kept/)).toBeNull();
    expect(server.requests).toHaveLength(1);
  });

  it('is only asked first: what was written waits with the form', async () => {
    await openFirst();
    await userEvent.type(screen.getByRole('textbox', { name: /Opinion/ }), 'So far');
    const mine = { item: 1, user: { id: 'me', name: 'Me' }, kind: 'assignee', status: 'waiting' };
    server.answers.set('/api/me', {
      user: { id: 'me', name: 'Me' },
      roles: [],
      permissions: [],
      entities: {},
      flows: [],
    });
    server.changed.set('one', { can_act: false, items: [mine] as never });
    refresh();
    expect(await screen.findByText(/Others come first/)).toBeVisible();
    expect(screen.queryByText(/was not sent/)).toBeNull();
    server.changed.delete('one');
    refresh();
    expect(await screen.findByRole('textbox', { name: /Opinion/ })).toHaveValue('So far');
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
    await waitFor(() => expect(server.decisions).toHaveLength(2));
    const [first, second] = server.decisions;
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
    expect(server.decisions.map((sent) => sent.record_version)).toEqual([1, 1]);
  });
});

describe('deciding', () => {
  it('needs a complete form to go on', async () => {
    await openFirst();
    await userEvent.click(screen.getByRole('button', { name: 'Confirm' }));
    expect(screen.getByText('Please fill this in')).toBeVisible();
    expect(server.decisions).toHaveLength(0);
  });

  it('sends the form and opens the next task', async () => {
    await openFirst();
    await userEvent.type(screen.getByRole('textbox', { name: /Plan/ }), 'Visit');
    await userEvent.click(screen.getByRole('button', { name: 'Confirm' }));
    expect(await screen.findByRole('heading', { name: 'Triage two' })).toBeVisible();
    expect(server.decisions[0]).toMatchObject({ outcome: 'confirm', data: { plan: 'Visit' }, comment: null });
  });

  it('asks for an opinion where the outcome wants one, but not for the form', async () => {
    await openFirst();
    await userEvent.click(screen.getByRole('button', { name: 'Refuse' }));
    const opinion = screen.getByRole('textbox', { name: /Opinion/ });
    await waitFor(() => expect(opinion).toHaveFocus());
    expect(opinion).toBeInvalid();
    await userEvent.type(opinion, 'Not ours');
    await userEvent.click(screen.getByRole('button', { name: 'Refuse' }));
    await waitFor(() => expect(server.decisions[0]).toMatchObject({ outcome: 'refuse', comment: 'Not ours' }));
  });

  it('repeats the same command when the same decision is sent again, and makes a new one when it changed', async () => {
    server.failures = [503, 503].map((status) => ({ status, body: { error: { code: 'unavailable' } } }));
    await openFirst();
    await userEvent.type(screen.getByRole('textbox', { name: /Plan/ }), 'Visit');
    const confirm = screen.getByRole('button', { name: 'Confirm' });
    await userEvent.click(confirm);
    await screen.findByRole('alert');
    await userEvent.click(confirm);
    await waitFor(() => expect(server.decisions).toHaveLength(2));
    await userEvent.type(screen.getByRole('textbox', { name: /Plan/ }), ' tomorrow');
    await userEvent.click(confirm);
    await waitFor(() => expect(server.decisions).toHaveLength(3));
    const [first, second, third] = server.decisions.map(({ command_id }) => command_id);
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

/** Opens the first task as this test has it. */
async function openWith(changes: Partial<TaskDetail>) {
  server.changed.set('one', { form: null, ...changes });
  await openFirst();
}

describe('what a decision may still want to know', () => {
  const back = { key: 'back', label: text('Send back'), kind: 'send_back' as const };
  const outcomes = [...taskDetail('one').outcomes, back];
  const targets = [
    { node_id: 'draft', title: text('Application') },
    { node_id: 'check', title: text('Check') },
  ];

  it('where back to, with what becomes of it', async () => {
    await openWith({ outcomes: [{ ...back, straight: true, rounds: 3, targets }, ...taskDetail('one').outcomes] });
    await userEvent.click(screen.getByRole('button', { name: 'Send back' }));
    const dialog = await screen.findByRole('dialog', { name: 'Send back' });
    expect(within(dialog).getByText(/straight back here. At most 3 times/)).toBeVisible();
    await userEvent.click(within(dialog).getByRole('radio', { name: 'Check' }));
    await userEvent.click(within(dialog).getByRole('button', { name: 'Send back' }));
    await waitFor(() => expect(server.decisions).toMatchObject([{ outcome: 'back', target: 'check' }]));
  });

  it('not where back to, where there is one way only', async () => {
    await openWith({
      outcomes: outcomes.map((one) => (one.key === 'back' ? { ...one, targets: targets.slice(0, 1) } : one)),
    });
    await userEvent.click(screen.getByRole('button', { name: 'Send back' }));
    await waitFor(() => expect(server.decisions).toMatchObject([{ outcome: 'back', target: 'draft' }]));
  });

  it('who gets what follows, when the server asks; the same decision goes on', async () => {
    const params = { node_id: 'legal', title: text('Legal'), most: 1, candidates: [{ id: 'li', name: '李娜' }] };
    server.failures = [
      { status: 422, body: { error: { code: 'task.choose_people', message: text('Choose'), params } } },
    ];
    await openWith({});
    await userEvent.click(screen.getByRole('button', { name: 'Confirm' }));
    const dialog = await screen.findByRole('dialog', { name: 'Who gets “Legal”?' });
    await userEvent.click(within(dialog).getByRole('combobox'));
    await userEvent.click(await screen.findByRole('option', { name: /李娜/ }));
    await userEvent.click(within(dialog).getByRole('button', { name: 'Confirm' }));
    await waitFor(() => expect(server.decisions).toHaveLength(2));
    expect(server.decisions[1]).toMatchObject({ outcome: 'confirm', chosen: { legal: ['li'] } });
    expect(await screen.findByRole('heading', { name: 'Triage two' })).toBeVisible();
  });

  it('a signature, which is sent with it', async () => {
    const context = { clearRect: vi.fn(), fillText: vi.fn() };
    vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(context as never);
    vi.spyOn(HTMLCanvasElement.prototype, 'toDataURL').mockReturnValue('data:image/png;base64,AAAA');
    await openWith({ outcomes: [{ key: 'confirm', label: text('Confirm'), kind: 'complete', signature: true }] });
    await userEvent.click(screen.getByRole('button', { name: 'Confirm' }));
    const dialog = await screen.findByRole('dialog', { name: 'Sign by hand' });
    expect(within(dialog).getByRole('button', { name: 'Confirm' })).toBeDisabled();
    await userEvent.type(within(dialog).getByRole('textbox', { name: 'Or type your name' }), '李娜');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Confirm' }));
    await waitFor(() => expect(server.decisions).toMatchObject([{ signature: 'data:image/png;base64,AAAA' }]));
  });
});

describe('what is allowed beside deciding', () => {
  const menu = async () => {
    await userEvent.click(screen.getByRole('button', { name: 'More' }));
    return (await screen.findAllByRole('menuitem')).map(
      (item) => item.querySelector('.MuiListItemText-primary')?.textContent,
    );
  };

  it('is listed, and nothing else', async () => {
    await openWith({ allowed: ['decide', 'add_before', 'transfer', 'urge'] });
    expect(await menu()).toEqual(['Add before me', 'Hand over', 'Urge']);
  });

  describe('asking for haste', () => {
    const urged = { again: new Date(Date.now() + 20 * 60_000).toISOString(), reminded: [{ id: 'li', name: '李娜' }] };

    it('stays where it is and says whom it reminded and when it can be done again', async () => {
      await openWith({ allowed: ['decide', 'transfer', 'cc'], urged });
      expect(await menu()).toEqual(['Copy to', 'Hand over', 'Urge']);
      const urge = screen.getByRole('menuitem', { name: /Urge.*Reminded: 李娜\. Again from \d/ });
      expect(urge).toHaveAttribute('aria-disabled', 'true');
      await userEvent.click(urge);
      expect(server.sent('/operations')).toEqual([]);
    });

    it('does not make another button slide under the pointer of whoever has nothing to decide', async () => {
      server.changed.set('one', { form: null, can_act: false, allowed: ['urge', 'cc'] });
      render(
        <TestFrame>
          <InboxPage />
        </TestFrame>,
      );
      await userEvent.click(await screen.findByText('Complaint one'));
      const names = () =>
        within(screen.getByRole('group', { name: 'Decision' }))
          .getAllByRole('button')
          .map(({ textContent }) => textContent);
      await screen.findByRole('button', { name: 'Urge' });
      const before = names();
      server.changed.set('one', { form: null, can_act: false, allowed: ['cc'], urged });
      await userEvent.click(screen.getByRole('button', { name: 'Urge' }));
      expect(await screen.findByText(/Reminded: 李娜/)).toBeVisible();
      expect(names()).toEqual(before);
      expect(screen.getByRole('button', { name: 'Urge' })).toBeDisabled();
      expect(server.sent('/operations')).toMatchObject([{ operation: 'urge' }]);
    });
  });

  it('of a copy has its place in the menu for whoever decides', async () => {
    await openWith({ allowed: ['decide', 'read', 'claim'] });
    expect(screen.getByRole('button', { name: 'Claim' })).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Mark as read' })).toBeNull();
    expect(await menu()).toEqual(['Mark as read']);
  });

  it('names people by name, department or pinyin, and says why', async () => {
    await openWith({ allowed: ['decide', 'transfer'], my_item: 4 });
    await menu();
    await userEvent.click(screen.getByRole('menuitem', { name: /Hand over/ }));
    const dialog = await screen.findByRole('dialog', { name: 'Hand over' });
    await userEvent.type(within(dialog).getByRole('combobox', { name: /To whom/ }), 'legal');
    await userEvent.click(await screen.findByRole('option', { name: /李娜/ }));
    await userEvent.type(within(dialog).getByRole('textbox', { name: /Note/ }), 'Ill');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Hand over' }));
    await waitFor(() => expect(server.sent('/operations')).toHaveLength(1));
    expect(server.sent('/operations')[0]).toMatchObject({
      operation: 'transfer',
      users: ['li'],
      item: 4,
      comment: 'Ill',
    });
    expect(await screen.findByRole('heading', { name: 'Triage two' })).toBeVisible();
  });

  it('stays in its dialog with what the server refused', async () => {
    await openWith({ allowed: ['decide', 'cc'] });
    const refusal = { error: { code: 'task.already_in', message: text('Li Na is there already') } };
    await menu();
    await userEvent.click(screen.getByRole('menuitem', { name: /Copy to/ }));
    const dialog = await screen.findByRole('dialog', { name: 'Copy to' });
    await userEvent.click(within(dialog).getByRole('combobox', { name: /People/ }));
    await userEvent.click(await screen.findByRole('option', { name: /王伟/ }));
    vi.stubGlobal(
      'fetch',
      async () =>
        new Response(JSON.stringify(refusal), { status: 409, headers: { 'content-type': 'application/json' } }),
    );
    await userEvent.click(within(dialog).getByRole('button', { name: 'Copy to' }));
    expect(await within(dialog).findByText('Li Na is there already')).toBeVisible();
  });

  it('is open to whoever may not decide: a copy is marked as read', async () => {
    server.changed.set('one', { form: null, can_act: false, allowed: ['read'] });
    render(
      <TestFrame>
        <InboxPage />
      </TestFrame>,
    );
    await userEvent.click(await screen.findByText('Complaint one'));
    await userEvent.click(await screen.findByRole('button', { name: 'Mark as read' }));
    await waitFor(() => expect(server.sent('/operations')).toMatchObject([{ operation: 'read' }]));
    expect(screen.queryByRole('button', { name: 'Confirm' })).toBeNull();
  });

  it('takes back a decision that nobody has acted on', async () => {
    await openWith({ allowed: ['decide', 'reclaim'] });
    await userEvent.click(screen.getByRole('button', { name: 'More' }));
    await userEvent.click(await screen.findByRole('menuitem', { name: /Take back/ }));
    const dialog = await screen.findByRole('dialog', { name: 'Take back' });
    server.answers.set('/reclaim', {});
    await userEvent.click(within(dialog).getByRole('button', { name: 'Take back' }));
    await waitFor(() => expect(server.sent('/api/instances/instance/reclaim')).toMatchObject([{ node_id: 'triage' }]));
  });
});

describe('a draft', () => {
  const kept = { data: { plan: 'Visit on' }, comment: 'So far', outcome: null, updated_at: new Date().toISOString() };

  it('is there again with its opinion, and can be thrown away', async () => {
    server.changed.set('one', { draft: kept });
    await openFirst();
    expect(screen.getByRole('textbox', { name: /Plan/ })).toHaveValue('Visit on');
    expect(screen.getByRole('textbox', { name: /Opinion/ })).toHaveValue('So far');
    await userEvent.click(screen.getByRole('button', { name: 'Discard' }));
    await waitFor(() => expect(screen.getByRole('textbox', { name: /Plan/ })).toHaveValue(''));
    expect(server.requests).toMatchObject([{ method: 'DELETE', path: '/api/tasks/one/draft' }]);
  });

  it('is kept by itself, when the task is left at the latest', async () => {
    await openFirst();
    await userEvent.type(screen.getByRole('textbox', { name: /Plan/ }), 'Visit');
    await userEvent.click(screen.getByText('Complaint two'));
    await waitFor(() => expect(server.requests).toMatchObject([{ method: 'PUT', path: '/api/tasks/one/draft' }]));
    expect(server.requests[0]?.body).toEqual({ data: { plan: 'Visit' } });
  });

  it('is not kept of what was decided', async () => {
    await openFirst();
    await userEvent.type(screen.getByRole('textbox', { name: /Plan/ }), 'Visit');
    await userEvent.click(screen.getByRole('button', { name: 'Confirm' }));
    await screen.findByRole('heading', { name: 'Triage two' });
    expect(server.requests.map(({ method }) => method)).toEqual(['POST']);
  });
});

it("shows a form under this step's rights, and sends only what may be written", async () => {
  const fields = ['plan', 'phone', 'level', 'secret'].map((key) => [
    key,
    { key, type: 'text' as const, label: text(key) },
  ]);
  server.changed.set('one', {
    form: {
      key: 'triage',
      label: text('Triage'),
      entity: 'ticket',
      sections: [{ items: fields.map(([key]) => ({ field: key as string })) }],
    },
    fields: Object.fromEntries(fields),
    values: { plan: 'Visit', phone: '138****0001', level: 'gold' },
    rights: { plan: 'required', phone: 'masked', level: 'read', secret: 'hidden' },
  });
  await openFirst();
  expect(screen.getByText('138****0001')).toBeVisible();
  expect(screen.queryByRole('textbox', { name: /phone|level|secret/ })).toBeNull();
  expect(screen.queryByText('secret')).toBeNull();
  await userEvent.clear(screen.getByRole('textbox', { name: /plan/ }));
  await userEvent.click(screen.getByRole('button', { name: 'Confirm' }));
  expect(screen.getByText('Please fill this in')).toBeVisible();
  await userEvent.type(screen.getByRole('textbox', { name: /plan/ }), 'Call');
  await userEvent.click(screen.getByRole('button', { name: 'Confirm' }));
  await waitFor(() => expect(server.decisions).toMatchObject([{ data: { plan: 'Call' } }]));
  expect(Object.keys(server.decisions[0]?.data as object)).toEqual(['plan']);
});
