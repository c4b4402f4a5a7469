/** Refusals of a write go to the fields they are about. */
import { describe, expect, it } from 'vitest';
import type { Entity } from '@/metadata';
import { ApiError } from '@/providers/http';
import { isConflict, sortErrors } from './formErrors';
import { both } from './useListState';

const entity: Entity = {
  key: 'ticket',
  label: { zh: '工单', en: 'Ticket' },
  title: 'title',
  fields: [
    { key: 'title', type: 'text', label: { zh: '标题', en: 'Title' } },
    { key: 'items', type: 'sub_table', label: { zh: '配件', en: 'Parts' } },
  ],
};

const say = (text: unknown) => (typeof text === 'object' && text ? (text as { en: string }).en : String(text ?? ''));
const message = { zh: '必填', en: 'is required' };

describe('sortErrors', () => {
  it('puts each problem at its field, also from inside a sub-table', () => {
    const error = new ApiError(422, {
      code: 'record.invalid',
      message: { zh: '有 2 处需要修改', en: '2 values need attention' },
      problems: [
        { code: 'field.required', path: '/title', message },
        { code: 'field.required', path: '/items/0/part', message },
      ],
    });
    expect(sortErrors(entity, error, say)).toEqual({
      fields: { title: 'is required', items: 'is required' },
      rest: null,
    });
  });

  it('keeps what belongs to no field, and conflicts, for the form', () => {
    const whole = new ApiError(403, { code: 'forbidden', message });
    const conflict = new ApiError(409, {
      code: 'record.version',
      message,
      problems: [{ code: 'field.changed', path: '/title' }],
    });
    expect(sortErrors(entity, whole, say)).toEqual({ fields: {}, rest: whole });
    expect(sortErrors(entity, conflict, say)).toEqual({ fields: {}, rest: conflict });
    expect(isConflict(conflict)).toBe(true);
  });
});

it('joins the condition of a view with the reader’s own', () => {
  expect(both('a = 1 or b = 2', 'c = 3')).toBe('(a = 1 or b = 2) and (c = 3)');
  expect(both(null, ' ')).toBeUndefined();
});
