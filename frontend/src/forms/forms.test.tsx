/** Forms are live: conditions, what is required, what is sent, and whose problem the server's are. */
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { momentOf } from '@/language';
import type { Field, Metadata } from '@/metadata';
import { ApiError } from '@/providers/http';
import { TestFrame } from '@/testing/TestFrame';
import { FormView, type LiveForm, type Tree, useLiveForm, type Values } from '.';
import { ask, compileForm, formState } from './conditions';
import { dataToSend, missingFields, serverErrors } from './validation';

const text = (en: string) => ({ zh: en, en });
const field = (key: string, type: Field['type'], more: Partial<Field> = {}): Field => ({
  key,
  type,
  label: text(key),
  ...more,
});

const FIELDS: Record<string, Field> = {
  defect: field('defect', 'boolean'),
  batch: field('batch', 'text'),
  source: field('source', 'long_text'),
  plan: field('plan', 'long_text'),
  vip: field('vip', 'text'),
  labour: field('labour', 'number'),
  material: field('material', 'number'),
  total: field('total', 'number'),
};

const isDefect: Tree = {
  v: 2,
  op: '=',
  type: 'boolean',
  args: [
    { op: 'field', type: 'boolean', path: ['defect'] },
    { op: 'const', type: 'boolean', value: true },
  ],
};
const behindReference: Tree = {
  v: 2,
  op: 'is_empty',
  type: 'boolean',
  args: [{ op: 'field', type: 'text', path: ['person', 'level'] }],
};
const planIsLong: Tree = {
  v: 2,
  op: 'not',
  type: 'boolean',
  args: [
    {
      op: '=',
      type: 'boolean',
      args: [
        { op: 'field', type: 'text', path: ['plan'] },
        { op: 'const', type: 'text', value: 'no' },
      ],
    },
  ],
};

const totalOfParts: Tree = {
  v: 2,
  op: '+',
  type: 'number',
  args: [
    { op: 'field', type: 'number', path: ['labour'] },
    { op: 'field', type: 'number', path: ['material'] },
  ],
};

/** A Sunday. */
const isWorkedOnSunday: Tree = {
  v: 2,
  op: 'call',
  type: 'boolean',
  value: 'is_business_day',
  args: [{ op: 'const', type: 'date', value: '2026-11-22' }],
};

const FORM: LiveForm = {
  key: 'check',
  label: text('Check'),
  entity: 'ticket',
  sections: [
    {
      label: text('Found'),
      columns: 2,
      items: [
        { field: 'source', access: 'read' },
        { field: 'defect' },
        { field: 'batch', visible_when: 'defect', visible_when_tree: isDefect, required_when_tree: isDefect },
        { field: 'plan', required: true, label: text('Your plan') },
        { field: 'vip', visible_when_tree: behindReference },
      ],
    },
  ],
  checks: [{ expression: 'plan != "no"', message: text('"no" is not a plan'), field: 'plan', tree: planIsLong }],
};

function stateOf(values: Values, fields = FIELDS) {
  const form = compileForm(FORM, fields);
  return formState(form, ask(form, null, values, momentOf()));
}

describe('conditions', () => {
  it('hide and require by what has been entered', () => {
    expect(stateOf({ defect: false }).get('batch')).toMatchObject({ visible: false, required: false });
    expect(stateOf({ defect: true }).get('batch')).toMatchObject({ visible: true, required: true });
  });

  it('leave to the server what lies behind a reference', () => {
    expect(stateOf({ person: 'an-id' }).get('vip')).toMatchObject({ visible: true, required: false });
  });

  const visible = (tree: Tree, values: Values): boolean | undefined => {
    const form: LiveForm = { ...FORM, sections: [{ items: [{ field: 'vip', visible_when_tree: tree }] }] };
    return formState(compileForm(form, FIELDS), ask(compileForm(form, FIELDS), null, values, momentOf())).get('vip')
      ?.visible;
  };
  const rowsWith = (column: Tree): Tree => ({
    v: 2,
    op: 'some',
    type: 'boolean',
    value: 'row',
    args: [
      { op: 'field', type: 'list:record', path: ['parts'] },
      { op: '=', type: 'boolean', args: [column, { op: 'const', type: 'text', value: 'drum' }] },
    ],
  });

  it('go through the rows of a table', () => {
    const tree = rowsWith({ op: 'field', type: 'text', path: ['row', 'name'] });
    expect([visible(tree, { parts: [{ name: 'belt' }] }), visible(tree, { parts: [{ name: 'drum' }] })]).toEqual([
      false,
      true,
    ]);
  });

  it('leave to the server what lies behind a reference of a row, and what only the server has', () => {
    const behind: Tree = { op: 'field', type: 'text', path: ['row', 'product', 'name'], hops: [null, 'product', null] };
    expect(visible(rowsWith(behind), { parts: [{ product: 'an-id' }] })).toBe(true);
    expect(visible({ v: 2, op: 'call', type: 'boolean', value: 'only_on_the_server' }, {})).toBe(true);
    expect(visible({ ...isDefect, v: 1 }, { defect: false })).toBe(true);
  });

  it('know the reader, but not their department', () => {
    const mine = (...path: string[]): Tree => ({
      v: 2,
      op: 'is_empty',
      type: 'boolean',
      args: [
        {
          op: 'field',
          type: 'text',
          path,
          hops: path
            .slice(1)
            .map(() => 'user')
            .concat(''),
        },
      ],
    });
    expect(visible(mine('me', 'name'), { me: { name: 'Li Lei' } })).toBe(false);
    expect(visible(mine('me', 'department', 'name'), { me: { department: 'an-id' } })).toBe(true);
  });

  it('require what the entity requires', () => {
    const fields = { ...FIELDS, vip: field('vip', 'text', { required: true }) };
    expect(stateOf({}, fields).get('vip')?.required).toBe(true);
  });
});

describe('what is sent', () => {
  it('is only what is shown and may be changed', () => {
    const values = { source: 'kept', defect: false, batch: 'typed, then hidden', plan: 'Visit' };
    expect(dataToSend(stateOf(values), values)).toEqual({ defect: false, plan: 'Visit', vip: null });
  });

  it('misses required fields that are empty', () => {
    expect(Object.keys(missingFields(stateOf({ defect: true }), { defect: true }))).toEqual(['batch', 'plan']);
  });
});

it("puts the server's problems at their fields", () => {
  const error = new ApiError(422, {
    code: 'task.invalid_data',
    message: text('There are problems'),
    problems: [
      { code: 'unknown', path: 'data.batch', message: text('No such batch') },
      { code: 'other', path: ['body', 'plan'], message: 'Too short' },
      { code: 'nowhere', path: 'elsewhere', message: 'Not on the form' },
    ],
  });
  expect(serverErrors(error, stateOf({}))).toEqual({ batch: text('No such batch'), plan: 'Too short' });
});

function Filling({ stored, definition = FORM }: { stored: Values; definition?: LiveForm }) {
  const form = useLiveForm(definition, FIELDS, stored);
  return (
    <>
      <FormView
        form={definition}
        fields={FIELDS}
        values={form.values}
        stored={stored}
        state={form.state}
        errors={form.errors}
        onChange={form.change}
      />
      <button type="button" onClick={form.validate}>
        Check
      </button>
      <output>{JSON.stringify(form.data())}</output>
    </>
  );
}

describe('a form being filled in', () => {
  const open = (stored: Values = { source: 'It leaks' }) =>
    render(
      <TestFrame>
        <Filling stored={stored} />
      </TestFrame>,
    );

  it('shows read-only fields as text', () => {
    open();
    expect(screen.getByText('It leaks')).toBeVisible();
    expect(screen.queryByRole('textbox', { name: /source/ })).toBeNull();
  });

  it('shows a conditional field as soon as its condition holds, and hides it again', async () => {
    open();
    expect(screen.queryByLabelText(/batch/)).toBeNull();
    await userEvent.click(screen.getByRole('checkbox', { name: /defect/ }));
    expect(screen.getByRole('textbox', { name: /batch/ })).toBeRequired();
    await userEvent.click(screen.getByRole('checkbox', { name: /defect/ }));
    expect(screen.queryByLabelText(/batch/)).toBeNull();
  });

  it('says at the field what is missing, and stops saying it when it is filled in', async () => {
    open();
    await userEvent.click(screen.getByRole('button', { name: 'Check' }));
    const plan = screen.getByRole('textbox', { name: /Your plan/ });
    expect(plan).toBeInvalid();
    await userEvent.type(plan, 'Visit tomorrow');
    expect(plan).toBeValid();
  });

  it("shows a failed check's message at its field", async () => {
    open();
    await userEvent.type(screen.getByRole('textbox', { name: /Your plan/ }), 'no');
    await userEvent.click(screen.getByRole('button', { name: 'Check' }));
    expect(screen.getByText('"no" is not a plan')).toBeVisible();
  });

  it("counts by the company's calendar, and by office hours where there is none", () => {
    const items = [{ field: 'plan', visible_when: 'is_business_day(2026-11-22)', visible_when_tree: isWorkedOnSunday }];
    const filling = <Filling stored={{}} definition={{ ...FORM, checks: [], sections: [{ items }] }} />;
    const { unmount } = render(<TestFrame>{filling}</TestFrame>);
    expect(screen.queryByRole('textbox', { name: /plan/ })).toBeNull();
    unmount();
    const sundays = { calendar: { week: { 6: [['09:00', '17:00']] } } } as unknown as Metadata;
    render(<TestFrame metadata={sundays}>{filling}</TestFrame>);
    expect(screen.getByRole('textbox', { name: /plan/ })).toBeVisible();
  });

  it('shows computed values as they follow, and sends none of them', async () => {
    const items = [
      { field: 'labour' },
      { field: 'material' },
      { field: 'total', computed: 'labour + material', computed_tree: totalOfParts },
    ];
    render(
      <TestFrame>
        <Filling stored={{ labour: 1, total: 99 }} definition={{ ...FORM, checks: [], sections: [{ items }] }} />
      </TestFrame>,
    );
    const total = screen.getByRole('group', { name: 'total' });
    expect(total).not.toHaveTextContent('99');
    await userEvent.type(screen.getByRole('textbox', { name: 'material' }), '0.25');
    expect(total).toHaveTextContent('1.25');
    expect(screen.getByRole('status')).toHaveTextContent('{"labour":1,"material":0.25}');
  });

  it('computes nothing from what was typed into a field that is hidden again', async () => {
    const items = [
      { field: 'defect' },
      { field: 'labour' },
      { field: 'material', visible_when: 'defect', visible_when_tree: isDefect },
      { field: 'total', computed: 'labour + material', computed_tree: totalOfParts },
    ];
    render(
      <TestFrame>
        <Filling stored={{ labour: 1, material: 2 }} definition={{ ...FORM, checks: [], sections: [{ items }] }} />
      </TestFrame>,
    );
    const total = screen.getByRole('group', { name: 'total' });
    await userEvent.click(screen.getByRole('checkbox', { name: /defect/ }));
    await userEvent.type(screen.getByRole('textbox', { name: 'material' }), '5');
    expect(total).toHaveTextContent('26');
    await userEvent.click(screen.getByRole('checkbox', { name: /defect/ }));
    expect(total).toHaveTextContent('3');
    await userEvent.click(screen.getByRole('checkbox', { name: /defect/ }));
    expect(total).toHaveTextContent('26');
  });
});
