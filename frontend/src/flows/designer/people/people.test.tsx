/** A step for people is set up in words: modes by pictures, policies, rights of fields; what goes without saying is not written down. */
import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { describe, expect, it, vi } from 'vitest';
import type { Entity, Form, Metadata } from '@/metadata';
import { TestFrame } from '@/testing/TestFrame';
import type { Assignment, Flow, FlowNode } from '../../types';
import { type Design, DesignContext } from '../design';
import { withNode } from '../flowDocument';
import { NodePanel } from '../NodePanel';
import { tidy, withMode } from './assignment';
import { countsOf, rightRows, withAll, withRight } from './fieldRights';
import { isPart } from './ModeSection';

const text = (en: string) => ({ zh: en, en });
const ENTITY: Entity = {
  key: 'ticket',
  label: text('Ticket'),
  title: 'title',
  fields: [
    { key: 'number', type: 'auto_number', label: text('Number') },
    { key: 'title', type: 'text', label: text('Title'), required: true },
    { key: 'amount', type: 'money', label: text('Amount'), currency: 'CNY' },
    {
      key: 'items',
      type: 'sub_table',
      label: text('Items'),
      fields: [{ key: 'price', type: 'money', label: text('Price'), currency: 'CNY' }],
    },
  ],
};
const FORM: Form = {
  key: 'full',
  label: text('Full form'),
  entity: 'ticket',
  sections: [
    { items: [{ field: 'number' }, { field: 'title' }, { field: 'amount', access: 'read' }, { field: 'items' }] },
  ],
};
const METADATA: Metadata = {
  version: 1,
  entities: [ENTITY],
  views: [],
  forms: [FORM],
  flows: [],
  users: [
    { id: 'u1', name: 'Li Na', department_id: null, position: 'CFO' },
    { id: 'u2', name: 'Wang Wei', department_id: null },
  ],
  departments: [{ id: 'd1', key: 'finance', label: text('Finance'), parent_id: null }],
  roles: [{ key: 'manager', label: text('Managers') }],
};
const FLOW: Flow = {
  key: 'f',
  label: text('F'),
  entity: 'ticket',
  nodes: [
    { id: 'start', type: 'start_event', title: text('Start') },
    {
      id: 'ask',
      type: 'approval',
      title: text('Ask'),
      assignment: { candidates: [{ role: 'manager' }] },
      form: 'full',
    },
    { id: 'pay', type: 'handle', title: text('Pay'), assignment: { candidates: [{ initiator: true }] } },
    { id: 'end', type: 'end_event', title: text('End') },
  ],
  edges: [{ id: 'a', source: 'pay', target: 'ask' }],
};

let now: FlowNode | undefined;

function Panel({ drawn }: { drawn: Flow }) {
  const [flow, setFlow] = useState(drawn);
  const node = flow.nodes.find(({ id }) => id === 'ask') as FlowNode;
  now = node;
  const design: Design = {
    ...{ flow, document: {}, readOnly: false, chosen: { kind: 'node', id: 'ask' }, problems: [], actions: [] },
    choose: () => undefined,
    change: (_, next) => setFlow(next),
    setNode: (_, each, change) => setFlow((before) => withNode(before, each.id, change)),
    setEdge: () => undefined,
    add: () => undefined,
    remove: () => undefined,
  };
  return (
    <DesignContext.Provider value={design}>
      <NodePanel node={node} problems={[]} />
    </DesignContext.Provider>
  );
}

function open(assignment?: Assignment) {
  const flow = assignment ? withNode(FLOW, 'ask', { assignment }) : FLOW;
  render(
    <TestFrame metadata={METADATA}>
      <Panel drawn={flow} />
    </TestFrame>,
  );
  const user = userEvent.setup();
  return {
    user,
    unfold: (name: string) => user.click(screen.getByRole('button', { name: new RegExp(`^${name}`) })),
    pick: async (label: string, option: string) => {
      await user.click(screen.getByRole('combobox', { name: label }));
      await user.click(await screen.findByRole('option', { name: option }));
    },
  };
}

describe('the settings of a step for people', () => {
  it('are read in the order in which one thinks: who, how many, buttons, deadline, fields, the rest', () => {
    open();
    const titles = screen.getAllByRole('heading', { level: 3 }).map((heading) => heading.textContent);
    expect(titles).toEqual([
      'Who does it',
      'How many must agree',
      'Buttons',
      'Deadline',
      'Form and rights of fields',
      'What else they may do',
      'Special cases',
      'Copies',
    ]);
    expect(screen.getByRole('button', { name: /^Special cases/ })).toHaveTextContent('An administrator gets it');
  });

  it('tell by name whom the flow names by e-mail, and leave the e-mail as it is', async () => {
    const found = { items: [{ email: 'li.na@weft.local', id: 'u1', name: 'Li Na' }] };
    const answer = () => new Response(JSON.stringify(found), { headers: { 'content-type': 'application/json' } });
    vi.stubGlobal('fetch', async () => answer());
    const { user, pick } = open({ candidates: [{ user: 'li.na@weft.local' }] });
    await waitFor(() => expect(screen.getByRole('combobox', { name: 'A person' })).toHaveTextContent(/^Li Na$/));
    await user.click(screen.getByRole('combobox', { name: 'A person' }));
    expect(screen.getAllByRole('option').map(({ textContent }) => textContent)).toEqual(['Li Na', 'Wang Wei']);
    await user.keyboard('{Escape}');
    expect(now?.assignment?.candidates).toEqual([{ user: 'li.na@weft.local' }]);
    await pick('A person', 'Wang Wei');
    expect(now?.assignment?.candidates).toEqual([{ user: 'u2' }]);
    vi.unstubAllGlobals();
  });

  it('choose a mode by its picture; a vote says itself in words', async () => {
    const { user, pick } = open();
    await user.click(screen.getByRole('radio', { name: 'By vote' }));
    expect(now?.assignment).toMatchObject({ mode: 'vote', vote: { pass_at: '2/3' } });
    await user.click(screen.getByRole('button', { name: '3/4' }));
    await pick('When there is a tie', 'It is refused');
    expect(now?.assignment?.vote).toEqual({ pass_at: '3/4', tie: 'refuse' });
    expect(document.querySelector('[data-vote-text]')).toHaveTextContent('3/4 must agree, a tie refuses');
    await user.click(screen.getByRole('radio', { name: 'Everybody' }));
    expect(now?.assignment).toEqual({ candidates: [{ role: 'manager' }], mode: 'all' });
  });

  it('begin with the usual buttons; sending back says where to, how, and how often', async () => {
    const { user, pick } = open();
    await user.click(screen.getByRole('button', { name: 'Begin with the usual ones' }));
    expect(now?.outcomes?.map(({ kind }) => kind)).toEqual(['complete', 'refuse', 'send_back']);
    const back = screen.getByRole('group', { name: 'Send back' });
    await user.click(within(back).getByRole('combobox', { name: 'Back to' }));
    await user.click(await screen.findByRole('option', { name: 'Pay' }));
    await user.click(within(back).getByRole('combobox', { name: 'Once it is done again' }));
    await user.click(await screen.findByRole('option', { name: 'It comes straight back here' }));
    await user.type(within(back).getByRole('spinbutton', { name: 'At most so many times' }), '2');
    await user.click(within(back).getByRole('switch', { name: 'A drawn signature must be given' }));
    expect(now?.outcomes?.[2]).toMatchObject({ target: 'pay', straight: true, rounds: 2, signature: true });
    await pick('After the refusal', 'The initiator');
    expect(now?.outcomes?.[1]?.target).toBe('initiator');
  });

  it('allow operations and say what happens in special cases', async () => {
    const { user, unfold, pick } = open();
    await unfold('What else they may do');
    await user.click(screen.getByRole('checkbox', { name: /^Transfer/ }));
    await user.click(screen.getByRole('checkbox', { name: /^Add before/ }));
    expect(now?.assignment?.operations).toEqual(['add_before', 'transfer']);
    await unfold('Special cases');
    await pick('Nobody is found', 'A named person gets it');
    await pick('The same person agreed before', 'Agrees automatically if they agreed before');
    expect(now?.assignment).toMatchObject({ nobody: 'user', nobody_user: 'u1', duplicates: 'earlier' });
    await pick('Nobody is found', 'An administrator gets it');
    expect(now?.assignment).not.toHaveProperty('nobody_user');
  });

  it('remind, and go elsewhere when it is late', async () => {
    const { user, unfold, pick } = open();
    await unfold('Deadline');
    await user.click(screen.getByRole('button', { name: 'Add a rule' }));
    await pick('What happens', 'Go to another step');
    await pick('Go to', 'Pay');
    await user.click(screen.getByRole('switch', { name: 'Counts working time only' }));
    expect(now?.assignment?.overdue).toEqual([{ action: 'jump', target: 'pay', business: true }]);
  });

  it('set the rights of fields, columns and rows in a matrix', async () => {
    const { user, unfold } = open();
    await unfold('Form and rights of fields');
    await user.click(screen.getByRole('button', { name: 'Rights of fields' }));
    const dialog = await screen.findByRole('dialog');
    await user.click(within(dialog).getByRole('radio', { name: 'Amount: Masked' }));
    await user.click(within(dialog).getByRole('radio', { name: 'Price: Hidden' }));
    await user.click(within(dialog).getByRole('radio', { name: 'Adding rows: Write' }));
    expect(within(dialog).queryByRole('radio', { name: 'Number: Write' })).toBeNull();
    expect(now?.rights).toEqual({ amount: 'masked', 'items.price': 'hidden', 'items.+': 'write' });
  });

  it('find superiors in a chain', async () => {
    const { user, pick } = open();
    await user.click(screen.getByRole('button', { name: 'Superiors in a chain' }));
    expect(now?.assignment).toMatchObject({ chain: { levels: 2 }, mode: 'sequence', candidates: [] });
    await pick('How far up', 'Up to a position');
    expect(now?.assignment?.chain).toEqual({ up_to: 'CFO' });
  });
});

describe('what is written down', () => {
  const said: Assignment = {
    candidates: [{ role: 'manager' }],
    mode: 'any',
    duplicates: 'never',
    operations: [],
    clock: 'restart',
  };

  it('is only what does not go without saying', () => {
    expect(tidy(said)).toEqual({ candidates: [{ role: 'manager' }], mode: 'any' });
    expect(tidy({ candidates: [], mode: 'any' })).toBeNull();
    expect(tidy({ candidates: [], chain: { levels: 1 } })).toEqual({ candidates: [], chain: { levels: 1 } });
  });

  it('loses weights and votes with the mode that they belong to', () => {
    const vote = withMode({ ...said, candidates: [{ role: 'manager', weight: 3 }] }, 'vote');
    expect(vote.candidates).toEqual([{ role: 'manager', weight: 3 }]);
    expect(tidy(withMode(vote, 'any'))).toEqual({ candidates: [{ role: 'manager' }], mode: 'any' });
  });

  it('reads thresholds as the engine does', () => {
    expect(['2/3', '60%', '3', ' 1 / 2 ', '100%'].every(isPart)).toBe(true);
    expect(['', 'x', '3/2', '120%', '1.5', '1/0', '-1'].some(isPart)).toBe(false);
  });

  it('has a right only of fields that can have it', () => {
    const rows = rightRows(FORM, ENTITY);
    expect(rows.map(({ key }) => key)).toEqual([
      'number',
      'title',
      'amount',
      'items',
      'items.price',
      'items.+',
      'items.-',
    ]);
    expect(rows.map(({ usual }) => usual).slice(0, 4)).toEqual(['read', 'required', 'read', 'write']);
    const all = withAll({}, rows, 'write');
    expect(all).toEqual({ title: 'write', amount: 'write', items: 'write' });
    expect(withRight(all, 'title', null)).toEqual({ amount: 'write', items: 'write' });
    expect(withRight({ 'items.price': 'read', 'items.+': 'write' }, 'items', 'hidden')).toEqual({ items: 'hidden' });
    expect(countsOf({ ...all, gone: 'read' }, rows)).toEqual([['write', 3]]);
  });
});
