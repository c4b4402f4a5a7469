/** Text and builder over one condition: what is built is written, what is written is shown, and undo knows both. */
import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { useState } from 'react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Metadata } from '@/metadata';
import { TestFrame } from '@/testing/TestFrame';
import { ConditionField, type ConditionFieldProps } from './ConditionField';
import { bare, type Tree } from './tree';

const text = (zh: string, en: string) => ({ zh, en });
const metadata: Metadata = {
  version: 1,
  entities: [
    {
      key: 'ticket',
      label: text('工单', 'Ticket'),
      title: 'title',
      fields: [
        { key: 'urgent', type: 'boolean', label: text('紧急', 'Urgent') },
        { key: 'title', type: 'text', label: text('标题', 'Title') },
        { key: 'amount', type: 'money', currency: 'CNY', label: text('金额', 'Amount') },
        {
          key: 'status',
          type: 'choice',
          label: text('状态', 'Status'),
          options: [
            { key: 'new', label: text('新建', 'New') },
            { key: 'done', label: text('完成', 'Done') },
          ],
        },
      ],
    },
  ],
  views: [],
  forms: [],
  flows: [],
  users: [],
  departments: [],
  roles: [],
};

const urgent: Tree = { op: 'field', type: 'boolean', path: ['urgent'] };
const strange: Tree = {
  op: '>',
  type: 'boolean',
  args: [
    { op: 'call', type: 'number', value: 'length', args: [{ op: 'field', type: 'text', path: ['title'] }] },
    { op: 'const', type: 'number', value: '3' },
  ],
};
const at = (tree: Tree, start: number, end: number): Tree => ({ ...tree, start, end });
const both: Tree = {
  v: 2,
  op: 'and',
  type: 'boolean',
  args: [at(urgent, 0, 6), at(strange, 11, 28)],
  start: 0,
  end: 28,
};
const TREES: Record<string, Tree> = {
  urgent: { v: 2, ...at(urgent, 0, 6) },
  'urgent and length(title) > 3': both,
};

/** A stand-in for the printer: enough of the language to see what was sent. */
function print(tree: Tree): string {
  const [left, right] = (tree.args ?? []).map(print);
  const forms: Record<string, () => string> = {
    field: () => (tree.path ?? []).join('.'),
    const: () => String(tree.value),
    call: () => `${String(tree.value)}(${left})`,
    not: () => `not (${left})`,
    and: () => (tree.args ?? []).map(print).join(' and '),
    or: () => `(${(tree.args ?? []).map(print).join(' or ')})`,
    text: () => tree.text ?? '',
  };
  return forms[tree.op]?.() ?? `${left} ${tree.op} ${right}`;
}

let printed: Tree[];
const json = (body: unknown) =>
  new Response(JSON.stringify(body), { status: 200, headers: { 'content-type': 'application/json' } });

beforeEach(() => {
  printed = [];
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    const body = JSON.parse(String(init.body)) as { text: string; json: Tree };
    if (path.endsWith('/print')) {
      printed.push(bare(body.json));
      const said = print(body.json);
      return json({ ok: true, text: { zh: said, en: said }, problems: [], json: body.json });
    }
    const tree = TREES[body.text];
    const message = text('不懂', 'not understood');
    const problem = { code: 'x', start: 0, end: 1, message, suggestions: [] };
    return json(
      tree
        ? { ok: true, type: 'boolean', problems: [], json: tree, text: { zh: body.text, en: body.text } }
        : { ok: false, type: null, problems: [problem], json: null, text: null },
    );
  });
});
afterEach(() => vi.unstubAllGlobals());

const heard = vi.fn();

function Held({ initial, ...more }: { initial: string } & Partial<ConditionFieldProps>) {
  const [value, setValue] = useState(initial);
  const change = (next: string) => {
    heard(next);
    setValue(next);
  };
  return (
    <ConditionField
      label="When"
      value={value}
      onChange={change}
      about={{ entity: 'ticket' }}
      entity="ticket"
      {...more}
    />
  );
}

function open(initial: string, more: Partial<ConditionFieldProps> = {}) {
  heard.mockClear();
  return render(
    <TestFrame metadata={metadata}>
      <Held initial={initial} {...more} />
    </TestFrame>,
  );
}

const last = () => heard.mock.lastCall?.[0];

it('shows rows and leaves what it cannot show as text in its place', async () => {
  open('urgent and length(title) > 3');
  const row = await screen.findByRole('group', { name: 'condition 1' });
  expect(within(row).getByRole('combobox', { name: 'Field' })).toHaveValue('Urgent');
  expect(within(row).getByRole('combobox', { name: 'Relation' })).toHaveTextContent('is yes');
  const block = screen.getByRole('group', { name: 'condition 2 in words' });
  expect(within(block).getByRole('textbox')).toHaveTextContent('length(title) > 3');
  expect(heard).not.toHaveBeenCalled();
});

it('writes what is built, sends the text block untouched, and undoes by name', async () => {
  const user = userEvent.setup({ delay: null });
  open('urgent and length(title) > 3');
  await screen.findByRole('group', { name: 'condition 1' });
  await user.click(screen.getByRole('button', { name: 'Add a condition' }));
  const added = screen.getByRole('group', { name: 'condition 3' });
  expect(within(added).getByRole('combobox', { name: 'Field' })).toHaveFocus();
  await user.type(within(added).getByRole('combobox', { name: 'Field' }), 'Amount');
  await user.click(screen.getByRole('option', { name: 'Amount' }));
  await user.click(within(added).getByRole('combobox', { name: 'Relation' }));
  await user.click(screen.getByRole('option', { name: 'is more than' }));
  await user.type(within(added).getByRole('textbox', { name: 'Value' }), '500.50');
  await waitFor(() => expect(last()).toBe('urgent and length(title) > 3 and amount > 500.50'));
  expect(printed.at(-1)?.args?.[1]).toEqual(strange);
  expect(printed.at(-1)?.args?.[2]).toMatchObject({
    args: [{ type: 'money:CNY' }, { type: 'money:CNY', value: '500.50' }],
  });

  await user.click(screen.getByRole('button', { name: 'Undo: Change a value' }));
  await user.click(screen.getByRole('button', { name: 'Undo: Choose a relation' }));
  await user.click(screen.getByRole('button', { name: 'Undo: Choose a field' }));
  await user.click(screen.getByRole('button', { name: 'Undo: Add a condition' }));
  await waitFor(() => expect(last()).toBe('urgent and length(title) > 3'));
  expect(screen.getByRole('button', { name: 'Redo: Add a condition' })).toBeEnabled();
});

it('is used by keyboard alone: move, group, remove, undo', async () => {
  const user = userEvent.setup({ delay: null });
  open('urgent and length(title) > 3');
  await screen.findByRole('group', { name: 'condition 1' });
  screen.getByRole('button', { name: 'Move condition 1' }).focus();
  await user.keyboard('{Alt>}{ArrowDown}{/Alt}');
  await waitFor(() => expect(last()).toBe('length(title) > 3 and urgent'));
  expect(screen.getByRole('button', { name: 'Move condition 2' })).toHaveFocus();
  await user.keyboard('{Alt>}{ArrowRight}{/Alt}');
  expect(await screen.findByRole('group', { name: 'group 2' })).toBeInTheDocument();
  await user.keyboard('{Alt>}{Delete}{/Alt}');
  await waitFor(() => expect(last()).toBe('length(title) > 3'));
  await user.keyboard('{Control>}z{/Control}');
  await waitFor(() => expect(last()).toBe('length(title) > 3 and urgent'));
});

it('says so when the text is no condition yet, and what is written there is shown by the builder', async () => {
  const user = userEvent.setup({ delay: null });
  open('urgent and');
  expect(await screen.findByText(/Something is wrong with the text/)).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Show the text' }));
  expect(screen.getByRole('textbox', { name: 'When' })).toHaveTextContent('urgent and');
});

it('leaves out what misses a value, and says so', async () => {
  const user = userEvent.setup({ delay: null });
  open('urgent');
  await screen.findByRole('group', { name: 'condition 1' });
  await user.click(screen.getByRole('button', { name: 'Add a condition' }));
  const added = screen.getByRole('group', { name: 'condition 2' });
  await user.type(within(added).getByRole('combobox', { name: 'Field' }), 'Title');
  await user.click(screen.getByRole('option', { name: 'Title' }));
  expect(await screen.findByText(/left out for now/)).toBeInTheDocument();
  await waitFor(() => expect(printed.at(-1)).toEqual(urgent));
});

it('has nothing serious for axe to say', async () => {
  const { container } = open('urgent and length(title) > 3');
  await screen.findByRole('group', { name: 'condition 1' });
  const { violations } = await axe.run(container, {
    rules: { region: { enabled: false }, 'color-contrast': { enabled: false } },
  });
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
});
