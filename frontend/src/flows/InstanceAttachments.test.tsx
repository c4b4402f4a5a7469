/** The files of a run: by task, with who and when; whoever started it attaches to the run itself, and takes their own away. */
import { useQuery } from '@tanstack/react-query';
import { act, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { afterAll, beforeEach, expect, it, vi } from 'vitest';
import type { Attachment } from '@/inbox/types';
import { api } from '@/providers/http';
import { TestFrame } from '@/testing/TestFrame';
import { request, UploadRequest } from '@/testing/uploadRequest';
import { InstanceAttachments } from './InstanceAttachments';
import type { Instance, InstanceTask } from './types';

const text = (en: string) => ({ zh: en, en });

function file(name: string, more: Partial<Attachment> = {}): Attachment {
  const by = { id: 'wang', name: '王伟' };
  const at = new Date(Date.now() - 120_000).toISOString();
  return { id: name, name, size: 2_500_000, url: `/api/attachments/${name}`, by, at, task: null, ...more };
}

const task = (id: string, title: string, round = 1): InstanceTask => ({
  ...{ id, node_id: id, title: text(title), status: 'open', outcome: null, opened_at: '', round },
});
const at = ({ id, node_id, title }: InstanceTask) => ({ task: { id, node_id, title: title ?? text('') } });

const FIRST = task('one', 'A lead approves');
const AGAIN = task('two', 'Finance', 2);
const RUN: Instance = {
  ...{ id: 'run', flow: 'costs', status: 'running', outcome: null, title: null, entity: 'ticket', record_id: null },
  ...{ started_at: '', ended_at: null, variables: {}, tokens: [], tasks: [FIRST, AGAIN], history: [] },
  definition: { key: 'costs', label: text('Costs'), entity: 'ticket', nodes: [], edges: [] },
};

let shown: Instance;
let deleted: string[];

beforeEach(() => {
  shown = RUN;
  deleted = [];
  UploadRequest.all = [];
  vi.stubGlobal('XMLHttpRequest', UploadRequest);
  vi.stubGlobal('fetch', async (path: string, init?: RequestInit) => {
    if (init?.method === 'DELETE') deleted.push(path);
    return Response.json(path === '/api/instances/run' ? shown : {});
  });
});

afterAll(() => vi.unstubAllGlobals());

function Page() {
  const queryKey = ['instances', 'one', 'run'];
  const { data } = useQuery({ queryKey, queryFn: () => api.get<Instance>('/api/instances/run') });
  if (!data) return null;
  return (
    <>
      <p>loaded</p>
      <InstanceAttachments instance={data} />
    </>
  );
}

async function open(members: Partial<Instance>, locale = 'en') {
  shown = { ...RUN, ...members };
  const { container } = render(
    <TestFrame locale={locale}>
      <Page />
    </TestFrame>,
  );
  await screen.findByText('loaded');
  return container;
}

const chosen = (container: HTMLElement) => container.querySelector('input[type=file]') as HTMLInputElement;

it('shows files by the task they were attached at, those of the run itself first', async () => {
  const attachments = [file('invoice.pdf', at(AGAIN)), file('quote.pdf', at(FIRST)), file('claim.pdf')];
  await open({ attachments });
  const headings = screen.getAllByRole('heading', { level: 3 }).map(({ textContent }) => textContent);
  expect(headings).toEqual(['The whole run', 'A lead approves', 'Finance · round 2']);
  const lists = screen.getAllByRole('list').map((list) => within(list).getByRole('link').textContent);
  expect(lists).toEqual(['claim.pdf', 'quote.pdf', 'invoice.pdf']);
  expect(screen.getByRole('link', { name: 'A lead approves' })).toHaveAttribute('href', '/tasks/one');
  const list = screen.getByRole('list', { name: 'A lead approves' });
  expect(within(list).getByRole('link')).toHaveAttribute('href', '/api/attachments/quote.pdf');
  expect(list).toHaveTextContent(/2\.4 MB · 王伟 · 2 min ago/);
  expect(screen.queryByRole('button')).toBeNull();
});

it('says nothing where there is nothing to see or to do', async () => {
  await open({ attachments: [], may_attach: false });
  expect(screen.queryByRole('heading', { name: 'Attachments' })).toBeNull();
});

it('attaches to the run itself', async () => {
  const container = await open({ attachments: [], may_attach: true });
  await userEvent.upload(chosen(container), new File(['x'], 'claim.pdf', { type: 'application/pdf' }));
  const sent = await request();
  expect(sent.url.pathname).toBe('/api/instances/run/attachments');
  expect(sent.url.searchParams.get('name')).toBe('claim.pdf');
  shown = { ...shown, attachments: [file('claim.pdf', { removable: true })] };
  sent.answer(201, {});
  expect(await screen.findByRole('link', { name: 'claim.pdf' })).toBeVisible();
  expect(await screen.findByText('claim.pdf is attached')).toBeInTheDocument();
});

it('says what the server refuses', async () => {
  const container = await open({ attachments: [], may_attach: true }, 'zh');
  await userEvent.upload(chosen(container), new File(['x'], '报价.pdf'));
  const message = { zh: '流程已经结束', en: 'The flow has ended' };
  (await request()).answer(409, { error: { code: 'flow.instance_ended', message } });
  expect(await screen.findByRole('alert')).toHaveTextContent(message.zh);
});

it('lets the reader take their own away, and leaves them where they are', async () => {
  const mine = file('claim.pdf', { removable: true });
  await open({ attachments: [mine, file('quote.pdf', at(FIRST))] });
  expect(screen.queryByRole('button', { name: 'Remove quote.pdf' })).toBeNull();
  await userEvent.click(screen.getByRole('button', { name: 'Remove claim.pdf' }));
  shown = { ...shown, attachments: [file('quote.pdf', at(FIRST))] };
  await userEvent.click(await screen.findByRole('button', { name: 'Remove' }));
  await waitFor(() => expect(screen.queryByRole('link', { name: 'claim.pdf' })).toBeNull());
  expect(deleted).toEqual(['/api/attachments/claim.pdf']);
  const panel = await screen.findByRole('region', { name: 'Attachments' });
  await waitFor(() => expect(panel).toContainElement(document.activeElement as HTMLElement));
});

it('has nothing axe objects to', async () => {
  const attachments = [file('claim.pdf', { removable: true }), file('quote.pdf', at(FIRST))];
  const container = await open({ attachments, may_attach: true });
  await userEvent.upload(chosen(container), new File(['x'], 'more.pdf'));
  await screen.findByRole('progressbar');
  const rules = { 'color-contrast': { enabled: false }, region: { enabled: false } };
  const { violations } = await axe.run(document.body, { rules });
  expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
  act(() => UploadRequest.all[0]?.abort());
});
