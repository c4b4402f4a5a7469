/** Every field type is shown, entered and filtered; inputs speak the API's shapes. */
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { describe, expect, it, vi } from 'vitest';
import type { Field, FieldType } from '@/metadata';
import { TestFrame } from '@/testing/TestFrame';
import { FIELD_KINDS, FieldCell, FieldInput, FieldValue, kindOf } from '.';
import { allowedStages } from './choices';
import { readTyped } from './numbers';
import { fromLocal, toLocal } from './times';

const TYPES: FieldType[] = [
  'text',
  'long_text',
  'number',
  'money',
  'boolean',
  'date',
  'datetime',
  'choice',
  'multi_choice',
  'stage',
  'reference',
  'user',
  'department',
  'phone',
  'email',
  'tags',
  'auto_number',
  'sub_table',
];

const options = [
  { key: 'new', label: { zh: '新建', en: 'New' }, color: 'blue' },
  { key: 'done', label: { zh: '完成', en: 'Done' }, color: 'green' },
];

const SAMPLES: Record<FieldType, unknown> = {
  text: '海尔',
  long_text: '第一行\n第二行',
  number: 12.5,
  money: { amount: '1234.50', currency: 'CNY' },
  boolean: true,
  date: '2026-11-23',
  datetime: '2026-11-23T08:30:00Z',
  choice: 'new',
  multi_choice: ['new', 'done'],
  stage: 'new',
  reference: null,
  user: null,
  department: null,
  phone: '13800138000',
  email: 'li.na@example.com',
  tags: ['VIP'],
  auto_number: 'T-0001',
  sub_table: [{ id: '1', part: '泵' }],
};

function fieldOf(type: FieldType): Field {
  const columns: Field[] = [{ key: 'part', type: 'text', label: { zh: '零件', en: 'Part' } }];
  return {
    key: type,
    type,
    label: { zh: '字段', en: `A ${type}` },
    options,
    fields: type === 'sub_table' ? columns : [],
  };
}

function Controlled({ field, initial, told }: { field: Field; initial: unknown; told: (value: unknown) => void }) {
  const [value, setValue] = useState(initial);
  const change = (next: unknown) => {
    setValue(next);
    told(next);
  };
  return <FieldInput field={field} value={value} onChange={change} />;
}

describe('the registry', () => {
  it('has each type of the product exactly once', () => {
    expect(FIELD_KINDS.map(({ type }) => type).sort()).toEqual([...TYPES].sort());
  });

  it('treats a type of a newer server as text', () => {
    expect(kindOf('hologram').type).toBe('text');
  });
});

describe.each(TYPES)('%s', (type) => {
  it('is shown and entered under its label', () => {
    const field = fieldOf(type);
    render(
      <TestFrame>
        <FieldValue field={field} value={SAMPLES[type]} />
        <FieldCell field={field} value={SAMPLES[type]} />
        <FieldInput field={field} value={SAMPLES[type]} onChange={() => undefined} />
      </TestFrame>,
    );
    const named =
      type === 'sub_table'
        ? screen.getAllByRole('group', { name: `A ${type}` })[0]
        : screen.getByLabelText(`A ${type}`);
    expect(named).toBeInTheDocument();
  });

  it('shows an empty value without failing', () => {
    render(
      <TestFrame>
        <FieldValue field={fieldOf(type)} value={null} />
        <FieldInput field={fieldOf(type)} value={null} onChange={() => undefined} />
      </TestFrame>,
    );
  });
});

describe('inputs', () => {
  it('give money as amount and currency, and null when emptied', async () => {
    const told = vi.fn();
    render(
      <TestFrame>
        <Controlled field={{ ...fieldOf('money'), currency: 'USD' }} initial={null} told={told} />
      </TestFrame>,
    );
    const box = screen.getByLabelText('A money');
    await userEvent.type(box, '1,200.5');
    expect(told).toHaveBeenLastCalledWith({ amount: '1200.5', currency: 'USD' });
    await userEvent.clear(box);
    expect(told).toHaveBeenLastCalledWith(null);
  });

  it('let a decimal be typed through its unfinished states', async () => {
    const told = vi.fn();
    render(
      <TestFrame>
        <Controlled field={fieldOf('number')} initial={null} told={told} />
      </TestFrame>,
    );
    await userEvent.type(screen.getByLabelText('A number'), '1.50');
    expect(screen.getByLabelText('A number')).toHaveValue('1.50');
    expect(told).toHaveBeenLastCalledWith(1.5);
  });

  it('add and remove rows of a sub-table', async () => {
    const told = vi.fn();
    render(
      <TestFrame>
        <Controlled field={fieldOf('sub_table')} initial={[]} told={told} />
      </TestFrame>,
    );
    await userEvent.click(screen.getByRole('button', { name: 'Add a row' }));
    await userEvent.type(screen.getByLabelText('Part'), '泵');
    expect(told).toHaveBeenLastCalledWith([{ part: '泵' }]);
    await userEvent.click(screen.getByRole('button', { name: 'Remove row 1' }));
    expect(told).toHaveBeenLastCalledWith([]);
  });

  it('read numbers as people type them, and leave what is none to the server', () => {
    expect(readTyped('１２，３００．５')).toBe(12300.5);
    expect(readTyped(' ')).toBeNull();
    expect(readTyped('about 5')).toBe('about 5');
  });

  it('keep a moment the same through the local clock', () => {
    expect(fromLocal(toLocal('2026-11-23T08:30:00.000Z'))).toBe('2026-11-23T08:30:00.000Z');
  });

  it('offer the stages that may follow', () => {
    const field = { ...fieldOf('stage'), transitions: { done: ['done'] } };
    expect(allowedStages(field, 'done').map(({ key }) => key)).toEqual(['done']);
    expect(allowedStages(field, 'new')).toHaveLength(2);
  });
});
