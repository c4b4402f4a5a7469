/** Starting with a form: choosing a flow, filling in, what is kept of it, and the start, once. */
import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { Route, Routes, useLocation } from 'react-router-dom';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { TestFrame } from '@/testing/TestFrame';
import { text } from '@/testing/taskServer';
import { narrowed } from './StartDrafts';
import StartFormPage from './StartFormPage';
import StartPage from './StartPage';
import type { Startable, StartForm } from './types';

const FORM: StartForm = {
  flow: 'parts',
  label: text('Parts request'),
  description: text('Spare parts'),
  entity: 'ticket',
  step: { node_id: 'fill', title: text('Request') },
  form: {
    key: 'request',
    label: text('Request'),
    entity: 'ticket',
    sections: [{ items: [{ field: 'title', required: true }, { field: 'plan' }] }],
  },
  fields: {
    title: { key: 'title', type: 'text', label: text('What for') },
    plan: { key: 'plan', type: 'text', label: text('Parts') },
  },
  values: {},
  rights: { title: 'required', plan: 'write' },
};
const step = (node_id: string, name: string) => ({
  node_id,
  title: text(node_id),
  now: false,
  people: [{ user: { id: name, name }, kind: 'assignee', because: text('Named by the flow') }],
});
const PREDICTION = { tasks: [step('fill', 'Me'), step('Check', 'Anna')], ended: true, waits: [] };

type Answer = [number, object];

class StartServer {
  flows: Startable[] = [];
  /** Of the next starts. */
  starts: Answer[] = [];
  draft: object | null = null;
  refusesPrediction = false;
  sent: { method: string; path: string; body: Record<string, unknown> }[] = [];

  listen(): void {
    vi.stubGlobal('fetch', async (path: string, init?: RequestInit) => {
      const { pathname } = new URL(path, 'http://localhost');
      const method = init?.method ?? 'GET';
      const body = typeof init?.body === 'string' ? JSON.parse(init.body) : {};
      if (method !== 'GET') this.sent.push({ method, path: pathname, body });
      const [status, json] = this.answer(method, pathname);
      const content = status === 204 ? null : JSON.stringify(json);
      return new Response(content, { status, headers: { 'content-type': 'application/json' } });
    });
  }

  private answer(method: string, path: string): Answer {
    if (path === '/api/start-forms') return [200, { items: this.flows }];
    if (path.endsWith('/prediction')) {
      return this.refusesPrediction ? [422, { error: { code: 'invalid', message: text('x') } }] : [200, PREDICTION];
    }
    if (path.startsWith('/api/start-drafts/')) return this.drafted(method);
    if (path.startsWith('/api/start-forms/')) {
      return method === 'GET' ? [200, FORM] : (this.starts.shift() ?? [201, { id: 'run', record_id: 'record' }]);
    }
    return [404, { error: { code: 'not_found', message: text('Nothing') } }];
  }

  private drafted(method: string): Answer {
    if (method === 'PUT') return [200, { updated_at: new Date().toISOString() }];
    if (method === 'DELETE') return [204, {}];
    return this.draft ? [200, this.draft] : [404, { error: { code: 'not_found', message: text('Nothing') } }];
  }

  of(method: string, path: string) {
    return this.sent.filter((one) => one.method === method && one.path.startsWith(path));
  }
}

let server: StartServer;

beforeEach(() => {
  server = new StartServer();
  server.listen();
});

afterAll(() => vi.unstubAllGlobals());

function Where() {
  const { pathname, search } = useLocation();
  return <output data-testid="where">{pathname + search}</output>;
}

function open(at: string) {
  return render(
    <TestFrame at={at}>
      <Where />
      <Routes>
        <Route path="/start" element={<StartPage />} />
        <Route path="/start/:flow" element={<StartFormPage />} />
        <Route path="*" element={null} />
      </Routes>
    </TestFrame>,
  );
}

const openForm = async (at = '/start/parts') => {
  const { container } = open(at);
  await screen.findByRole('heading', { name: 'Parts request' });
  return container;
};

const startButton = () => within(screen.getByRole('group', { name: 'Start' })).getByRole('button', { name: 'Start' });
const where = () => screen.getByTestId('where').textContent;

describe('what may be started', () => {
  const flow = (key: string, creates = true): Startable => ({
    flow: key,
    label: text(`Flow ${key}`),
    description: null,
    entity: 'ticket',
    entity_label: text('Ticket'),
    creates,
  });

  it('is listed and found; one about a record that is there asks which', async () => {
    server.flows = [flow('one'), flow('two', false)];
    open('/start');
    expect(await screen.findByRole('link', { name: 'Flow one' })).toHaveAttribute('href', '/start/one');
    await userEvent.click(screen.getByRole('button', { name: /Flow two.*About an existing ticket/ }));
    expect(await screen.findByRole('dialog', { name: 'Start a flow' })).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    await userEvent.type(screen.getByRole('searchbox'), 'three');
    expect(screen.getByText('No flow matches “three”')).toBeVisible();
  });

  it('says what to do where there is nothing', async () => {
    open('/start');
    expect(await screen.findByText('There is no flow that you may start')).toBeVisible();
  });
});

describe('the form', () => {
  it('starts once what is required is there, and says who comes next without the step that it does', async () => {
    const page = await openForm();
    expect(await screen.findByText('Anna')).toBeVisible();
    expect(screen.queryByText('Me')).toBeNull();
    await userEvent.click(startButton());
    expect(screen.getByText('Please fill this in')).toBeVisible();
    expect(server.of('POST', '/api/start-forms')).toHaveLength(0);
    expect((await axe.run(page)).violations.filter(({ impact }) => impact === 'serious')).toEqual([]);
    await userEvent.type(screen.getByRole('textbox', { name: /What for/ }), 'A seal');
    await userEvent.click(startButton());
    await waitFor(() => expect(where()).toBe('/instances/run'));
    expect(server.of('POST', '/api/start-forms')).toMatchObject([{ body: { data: { title: 'A seal', plan: null } } }]);
  });

  it('is asked for people with the same id, and says at the field what the server refuses', async () => {
    const choice = { node_id: 'Check', title: text('Check'), most: 1, candidates: [{ id: 'anna', name: 'Anna' }] };
    const error = { code: 'task.choose_people', message: text('Choose'), params: choice };
    const problems = [{ path: '/title', code: 'record.unique', message: text('Taken already') }];
    server.starts = [
      [422, { error: { code: 'record.invalid', message: text('One problem'), problems } }],
      [422, { error }],
    ];
    await openForm();
    await userEvent.type(screen.getByRole('textbox', { name: /What for/ }), 'A seal');
    await userEvent.click(startButton());
    expect(await screen.findByText('Taken already')).toBeVisible();
    await userEvent.type(screen.getByRole('textbox', { name: /What for/ }), ' again');
    await userEvent.click(startButton());
    const dialog = await screen.findByRole('dialog', { name: 'Who gets “Check”?' });
    await userEvent.click(within(dialog).getByRole('combobox'));
    await userEvent.click(await screen.findByRole('option', { name: 'Anna' }));
    await userEvent.click(within(dialog).getByRole('button', { name: 'Start' }));
    await waitFor(() => expect(where()).toBe('/instances/run'));
    const starts = server.of('POST', '/api/start-forms').map(({ body }) => body);
    expect(new Set(starts.map(({ id }) => id)).size).toBe(1);
    expect(starts.at(-1)).toMatchObject({ chosen: { Check: ['anna'] } });
  });

  it('leads to its button by a key', async () => {
    await openForm();
    await userEvent.keyboard('a');
    await waitFor(() => expect(startButton()).toHaveFocus());
  });

  it('says that nobody can tell who comes next while what is filled in does not fit', async () => {
    server.refusesPrediction = true;
    await openForm();
    expect(await screen.findByText('Who gets it is said once what is filled in fits.')).toBeVisible();
  });
});

describe('its draft', () => {
  it('is kept under the id of the start, and named by the address', async () => {
    await openForm();
    await userEvent.type(screen.getByRole('textbox', { name: /What for/ }), 'A se');
    await waitFor(() => expect(server.of('PUT', '/api/start-drafts')).toHaveLength(1), { timeout: 3000 });
    const [kept] = server.of('PUT', '/api/start-drafts');
    expect(kept?.body).toEqual({ flow: 'parts', data: { title: 'A se' } });
    const id = kept?.path.split('/').at(-1);
    await waitFor(() => expect(where()).toBe(`/start/parts?draft=${id}`));
    await userEvent.click(startButton());
    await waitFor(() => expect(where()).toBe('/instances/run'));
    expect(server.of('POST', '/api/start-forms')[0]?.body.id).toBe(id);
    expect(server.of('PUT', '/api/start-drafts')).toHaveLength(1);
  });

  it('is gone on with, and thrown away', async () => {
    server.draft = { id: 'mine', flow: 'parts', data: { title: 'Half' }, updated_at: new Date().toISOString() };
    await openForm('/start/parts?draft=mine');
    expect(screen.getByRole('textbox', { name: /What for/ })).toHaveValue('Half');
    await userEvent.click(screen.getByRole('button', { name: 'Discard' }));
    await waitFor(() => expect(screen.getByRole('textbox', { name: /What for/ })).toHaveValue(''));
    expect(server.of('DELETE', '/api/start-drafts/mine')).toHaveLength(1);
    await waitFor(() => expect(where()).toBe('/start/parts'));
  });

  it('can be thrown away where it cannot be opened any more', async () => {
    open('/start/parts?draft=gone');
    await userEvent.click(await screen.findByRole('button', { name: 'Discard' }));
    await waitFor(() => expect(where()).toBe('/inbox?box=drafts'));
    expect(server.of('DELETE', '/api/start-drafts/gone')).toHaveLength(1);
  });

  it('is found by its words and its flow', () => {
    const line = (id: string, flow: string, subject: string) => ({
      id,
      flow,
      flow_label: text(flow),
      subject,
      updated_at: '',
    });
    const drafts = [line('1', 'parts', 'A seal'), line('2', 'leave', 'A week')];
    const ids = (search: string, flow?: string) => narrowed(drafts, search, flow).map(({ id }) => id);
    expect([ids(''), ids('SEAL'), ids('leave'), ids('', 'parts'), ids('seal', 'leave')]).toEqual([
      ['1', '2'],
      ['1'],
      ['2'],
      ['1'],
      [],
    ]);
  });
});
