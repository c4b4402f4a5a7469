/** The editor against answers in the server's shape: problems and their fixes, the other language, input methods. */
import { act, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { EditorView } from 'codemirror';
import { useState } from 'react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { TestFrame } from '@/testing/TestFrame';
import { ExpressionEditor, type ExpressionEditorProps } from './ExpressionEditor';

interface Asked {
  path: string;
  body: { text: string; position?: number };
}
let asked: Asked[];

const json = (body: unknown) =>
  new Response(JSON.stringify(body), { status: 200, headers: { 'content-type': 'application/json' } });

/** Knows `status` and misspellings of it; counts characters as code points. */
function answer(path: string, body: Asked['body']): Response {
  if (path.endsWith('/complete')) {
    const word = /\p{L}*$/u.exec(Array.from(body.text).slice(0, body.position).join(''))?.[0] ?? '';
    const item = {
      label: '状态',
      insert: 'status',
      kind: 'field',
      type: 'choice',
      detail: { zh: '选项', en: 'choice' },
      doc: null,
    };
    return json({ from: (body.position ?? 0) - word.length, to: body.position, items: [item] });
  }
  const wrong = Array.from(body.text).join('').indexOf('statsu');
  if (wrong < 0) {
    return json({
      ok: true,
      type: 'boolean',
      problems: [],
      json: { v: 2, op: 'x', type: 'boolean' },
      text: { zh: '状态 为空', en: 'status is empty' },
    });
  }
  const start = Array.from(body.text.slice(0, wrong)).length;
  const message = { zh: '没有 statsu', en: 'There is no statsu' };
  const problem = { code: 'unknown_name', start, end: start + 6, message, suggestions: ['status'] };
  return json({ ok: false, type: null, problems: [problem], json: null, text: null });
}

beforeEach(() => {
  asked = [];
  // A browser tells of a new selection later, in a task of its own; happy-dom does so at once, inside CodeMirror's update:
  // here nobody is told.
  const dispatch = document.dispatchEvent.bind(document);
  vi.spyOn(document, 'dispatchEvent').mockImplementation((event) => {
    return event.type === 'selectionchange' || dispatch(event);
  });
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    const body = JSON.parse(String(init.body));
    asked.push({ path, body });
    return answer(path, body);
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const changes = vi.fn();

function Held({ initial, ...more }: { initial: string } & Partial<ExpressionEditorProps>) {
  const [value, setValue] = useState(initial);
  const change: ExpressionEditorProps['onChange'] = (text, command, run) => {
    changes(text, command.en, run);
    setValue(text);
  };
  return <ExpressionEditor label="Filter" value={value} onChange={change} about={{ entity: 'ticket' }} {...more} />;
}

function open(initial: string, more: Partial<ExpressionEditorProps> = {}): EditorView {
  changes.mockClear();
  render(
    <TestFrame>
      <Held initial={initial} {...more} />
    </TestFrame>,
  );
  const view = EditorView.findFromDOM(screen.getByRole('textbox', { name: 'Filter' }));
  if (!view) throw new Error('no editor');
  return view;
}

const type = (view: EditorView, text: string) =>
  act(() => view.dispatch({ changes: { from: view.state.doc.length, insert: text }, userEvent: 'input.type' }));

it('says what is wrong in a sentence, where it is, and mends it by a button', async () => {
  const user = userEvent.setup({ delay: null });
  const view = open('"😀" = statsu');
  const fix = await screen.findByRole('button', { name: 'Change to status' });
  expect(screen.getByText('There is no statsu')).toBeInTheDocument();
  await user.click(fix);
  expect(view.state.doc.toString()).toBe('"😀" = status');
  expect(changes).toHaveBeenLastCalledWith('"😀" = status', 'Take the suggestion', null);
  expect(await screen.findByText('Nothing wrong')).toBeInTheDocument();
});

it('asks once after a pause, and only about the last text', async () => {
  const view = open('');
  for (const letter of 'status') type(view, letter);
  await screen.findByText('Nothing wrong');
  expect(asked.filter(({ path }) => path.endsWith('/check')).map(({ body }) => body.text)).toEqual(['status']);
});

it('is written in the other language by a switch', async () => {
  const user = userEvent.setup({ delay: null });
  const view = open('status is empty');
  const other = screen.getByRole('button', { name: '中文' });
  await waitFor(() => expect(other).toBeEnabled());
  await user.click(other);
  expect(view.state.doc.toString()).toBe('状态 为空');
  expect(changes).toHaveBeenLastCalledWith('状态 为空', 'Write in Chinese', null);
});

it('asks and reports nothing while an input method composes', async () => {
  const submit = vi.fn();
  const view = open('', { lines: 'one', onSubmit: submit });
  const content = screen.getByRole('textbox', { name: 'Filter' });
  fireEvent.compositionStart(content);
  act(() => view.dispatch({ changes: { from: 0, insert: 'zhuang' }, userEvent: 'input.type.compose' }));
  fireEvent.keyDown(content, { key: 'Enter', keyCode: 229, isComposing: true });
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(asked).toEqual([]);
  expect(changes).not.toHaveBeenCalled();
  expect(submit).not.toHaveBeenCalled();

  act(() => view.dispatch({ changes: { from: 0, to: 6, insert: '状态' }, userEvent: 'input.type.compose' }));
  fireEvent.compositionEnd(content);
  await waitFor(() => expect(changes).toHaveBeenCalledWith('状态', 'Type text', 'type'));
  await screen.findByText('Nothing wrong');
  expect(asked.filter(({ path }) => path.endsWith('/check'))).toHaveLength(1);
});

it('submits on Enter in one line and leaves on Tab', async () => {
  const submit = vi.fn();
  open('status is empty', { lines: 'one', onSubmit: submit });
  const content = screen.getByRole('textbox', { name: 'Filter' });
  fireEvent.keyDown(content, { key: 'Enter', keyCode: 13 });
  expect(submit).toHaveBeenCalledTimes(1);
  const tab = new KeyboardEvent('keydown', { key: 'Tab', bubbles: true, cancelable: true });
  content.dispatchEvent(tab);
  expect(tab.defaultPrevented).toBe(false);
});

it('completes on demand and replaces what was begun, counted in code points', async () => {
  const view = open('"😀" = sta');
  act(() => view.focus());
  act(() => view.dispatch({ selection: { anchor: view.state.doc.length } }));
  fireEvent.keyDown(screen.getByRole('textbox', { name: 'Filter' }), {
    key: ' ',
    code: 'Space',
    keyCode: 32,
    ctrlKey: true,
  });
  const list = await screen.findByRole('listbox');
  expect(within(list).getByText('状态')).toBeInTheDocument();
  await new Promise((resolve) => setTimeout(resolve, 120));
  fireEvent.keyDown(screen.getByRole('textbox', { name: 'Filter' }), { key: 'Enter', keyCode: 13 });
  expect(view.state.doc.toString()).toBe('"😀" = status');
});

it('asks again by itself once the server can be reached', async () => {
  const answers = globalThis.fetch;
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
  open('status is empty');
  expect(await screen.findByText('The server cannot be reached.')).toBeInTheDocument();
  vi.stubGlobal('fetch', answers);
  act(() => void window.dispatchEvent(new Event('online')));
  expect(await screen.findByText('Nothing wrong')).toBeInTheDocument();
});

it('keeps the Escape that closes the completions from what is around it', async () => {
  const around = vi.fn();
  const view = open('"😀" = sta');
  document.body.addEventListener('keydown', around);
  act(() => view.focus());
  act(() => view.dispatch({ selection: { anchor: view.state.doc.length } }));
  const box = screen.getByRole('textbox', { name: 'Filter' });
  fireEvent.keyDown(box, { key: ' ', code: 'Space', keyCode: 32, ctrlKey: true });
  await screen.findByRole('listbox');
  around.mockClear();
  fireEvent.keyDown(box, { key: 'Escape', code: 'Escape', keyCode: 27 });
  await waitFor(() => expect(screen.queryByRole('listbox')).not.toBeInTheDocument());
  expect(around).not.toHaveBeenCalled();
  fireEvent.keyDown(box, { key: 'Escape', code: 'Escape', keyCode: 27 });
  expect(around).toHaveBeenCalledTimes(1);
  document.body.removeEventListener('keydown', around);
});
