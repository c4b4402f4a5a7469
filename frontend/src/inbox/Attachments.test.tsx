/** Files of a task: shown to everybody, attached and taken away by those who may; what fails is said and can be tried again. */
import { act, fireEvent, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { afterAll, beforeEach, expect, it, vi } from 'vitest';
import { TestFrame } from '@/testing/TestFrame';
import { TaskServer, text } from '@/testing/taskServer';
import { request, UploadRequest } from '@/testing/uploadRequest';
import InboxPage from './InboxPage';
import type { Attachment } from './types';

let server: TaskServer;

beforeEach(() => {
  UploadRequest.all = [];
  server = new TaskServer();
  server.listen();
  vi.stubGlobal('XMLHttpRequest', UploadRequest);
});

afterAll(() => vi.unstubAllGlobals());

const contract: Attachment = {
  id: 'a',
  name: '合同.pdf',
  size: 2_500_000,
  url: '/api/attachments/a',
  by: { id: 'wang', name: '王伟' },
  at: new Date(Date.now() - 120_000).toISOString(),
  removable: true,
};

async function openFirst(attachments: Attachment[], may_attach: boolean, locale = 'en') {
  server.changed.set('one', { attachments, may_attach });
  const { container } = render(
    <TestFrame locale={locale}>
      <InboxPage />
    </TestFrame>,
  );
  await userEvent.click(await screen.findByText('Complaint one'));
  await screen.findByRole('button', { name: 'Confirm' });
  return container;
}

const chosen = (container: HTMLElement) => container.querySelector('input[type=file]') as HTMLInputElement;
const file = (name: string, content = 'x') => new File([content], name, { type: 'text/plain' });

it('shows what is attached to whoever may only look', async () => {
  await openFirst([{ ...contract, removable: false }], false);
  expect(screen.getByRole('link', { name: '合同.pdf' })).toHaveAttribute('href', '/api/attachments/a');
  expect(screen.getByText(/2\.4 MB · 王伟/)).toHaveTextContent('2 min ago');
  expect(screen.queryByRole('button', { name: /Remove/ })).toBeNull();
  expect(screen.queryByRole('button', { name: 'Attach files' })).toBeNull();
});

it('says nothing where there is nothing to see or to do', async () => {
  await openFirst([], false);
  expect(screen.queryByRole('heading', { name: 'Attachments' })).toBeNull();
});

it('has nothing axe objects to', async () => {
  const container = await openFirst([contract], true);
  await userEvent.upload(chosen(container), file('报价.txt'));
  await screen.findByRole('progressbar');
  const { violations } = await axe.run(document.body, {
    rules: { 'color-contrast': { enabled: false }, region: { enabled: false } },
  });
  expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
});

it('sends a file as it is, says how far it is, and shows it when it is there', async () => {
  const container = await openFirst([], true);
  await userEvent.upload(chosen(container), file('报价.txt'));
  const sent = await request();
  expect(sent.url.pathname).toBe('/api/tasks/one/attachments');
  expect(sent.url.searchParams.get('name')).toBe('报价.txt');
  expect(sent.headers).toMatchObject({ 'Content-Type': 'text/plain' });
  expect(sent.headers).toHaveProperty('X-CSRF-Token');
  expect(sent.sent?.name).toBe('报价.txt');
  act(() => sent.upload.onprogress?.({ loaded: 40, total: 100 }));
  expect(screen.getByRole('progressbar', { name: 'Uploading 报价.txt' })).toHaveAttribute('aria-valuenow', '40');
  server.changed.set('one', { attachments: [{ ...contract, name: '报价.txt' }], may_attach: true });
  sent.answer(201, {});
  expect(await screen.findByRole('link', { name: '报价.txt' })).toBeVisible();
  await waitFor(() => expect(screen.queryByRole('progressbar')).toBeNull());
  expect(await screen.findByText('报价.txt is attached')).toBeInTheDocument();
});

it('takes what is dropped, one after the other', async () => {
  await openFirst([], true);
  const dataTransfer = { types: ['Files'], files: [file('a.txt'), file('b.txt')] };
  fireEvent.dragOver(screen.getByTestId('drop-area'), { dataTransfer });
  fireEvent.drop(screen.getByTestId('drop-area'), { dataTransfer });
  const first = await request();
  expect(screen.getAllByRole('progressbar')).toHaveLength(2);
  expect(UploadRequest.all).toHaveLength(1);
  first.answer(201, {});
  expect((await request(1)).url.searchParams.get('name')).toBe('b.txt');
});

it('says what the server refuses, and forgets it', async () => {
  const container = await openFirst([], true, 'zh');
  await userEvent.upload(chosen(container), file('报价.txt'));
  const message = { zh: '一个任务最多 20 个附件', en: 'A task may have at most 20 files' };
  (await request()).answer(409, { error: { code: 'attachment.too_many', message } });
  expect(await screen.findByRole('alert')).toHaveTextContent(message.zh);
  expect(screen.queryByRole('button', { name: '重试' })).toBeNull();
  await userEvent.click(screen.getByRole('button', { name: '不再显示 报价.txt' }));
  expect(screen.queryByRole('alert')).toBeNull();
});

it('sends what got lost again as the same wish', async () => {
  const container = await openFirst([], true);
  await userEvent.upload(chosen(container), file('a.txt'));
  const lost = await request();
  act(() => lost.onerror?.());
  expect(await screen.findByRole('alert')).toHaveTextContent('The server cannot be reached.');
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
  const again = await request(1);
  expect(again.url.search).toBe(lost.url.search);
});

it('refuses what is empty or too large without sending it', async () => {
  const container = await openFirst([], true);
  const large = file('large.bin');
  Object.defineProperty(large, 'size', { value: 20 * 1024 * 1024 + 1 });
  await userEvent.upload(chosen(container), [large, file('empty.txt', '')]);
  const said = screen.getAllByRole('alert').map(({ textContent }) => textContent?.trim());
  expect(said).toEqual(['A file may have at most 20 MB', 'The file is empty']);
  expect(UploadRequest.all).toHaveLength(0);
});

it('gives up what is on its way', async () => {
  const container = await openFirst([], true);
  await userEvent.upload(chosen(container), file('a.txt'));
  const sent = await request();
  await userEvent.click(screen.getByRole('button', { name: 'Cancel a.txt' }));
  expect(sent.aborted).toBe(true);
  expect(screen.queryByRole('progressbar')).toBeNull();
  expect(screen.queryByRole('alert')).toBeNull();
});

it('takes one’s own away, having asked, by keyboard', async () => {
  await openFirst([contract], true);
  server.answers.set('/api/attachments/a', {});
  screen.getByRole('button', { name: 'Remove 合同.pdf' }).focus();
  await userEvent.keyboard('{Enter}');
  expect(await screen.findByRole('dialog', { name: 'Remove “合同.pdf”?' })).toBeVisible();
  server.changed.set('one', { attachments: [], may_attach: true });
  await userEvent.keyboard('{Enter}');
  await waitFor(() => expect(screen.queryByRole('link', { name: '合同.pdf' })).toBeNull());
  await waitFor(() => expect(screen.getByRole('button', { name: 'Attach files' })).toHaveFocus());
  expect(server.requests).toMatchObject([{ method: 'DELETE', path: '/api/attachments/a' }]);
});

it('leaves a file that could not be taken away', async () => {
  await openFirst([contract], true);
  const { fetch } = globalThis;
  const error = { code: 'task.already_handled', message: text('Li Na has decided this task') };
  vi.stubGlobal('fetch', (path: string, init?: RequestInit) =>
    init?.method === 'DELETE' ? Promise.resolve(Response.json({ error }, { status: 409 })) : fetch(path, init),
  );
  await userEvent.click(screen.getByRole('button', { name: 'Remove 合同.pdf' }));
  await userEvent.click(await screen.findByRole('button', { name: 'Remove' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(screen.getByRole('link', { name: '合同.pdf' })).toBeVisible();
});
