/** Where definitions hold expressions, and how one is put back. */
import { describe, expect, it } from 'vitest';
import type { Metadata } from '@/metadata';
import { expressionPlaces, withExpression } from './conditions';

const text = (zh: string, en: string) => ({ zh, en });
const metadata: Metadata = {
  version: 1,
  entities: [
    {
      key: 'ticket',
      label: text('工单', 'Ticket'),
      title: 'title',
      fields: [{ key: 'title', type: 'text', label: text('标题', 'Title') }],
    },
  ],
  views: [],
  forms: [{ key: 'triage', label: text('受理', 'Triage'), entity: 'ticket', sections: [] }],
  flows: [],
  users: [],
  departments: [],
  roles: [],
};
const around = (key: string) => ({ key, metadata });

describe('a form', () => {
  const form = {
    entity: 'ticket',
    sections: [{ items: [{ field: 'title', visible_when: 'urgent', required_when: null }] }],
    checks: [{ expression: 'title is not empty', message: text('要有标题', 'Title please') }],
  };

  it('has three places at each item and one at each check', () => {
    const places = expressionPlaces('form', form, around('triage'));
    expect(places.map(({ label, text: said }) => [label.en, said])).toEqual([
      ['Title · Shown when', 'urgent'],
      ['Title · Required when', ''],
      ['Title · Computed value', ''],
      ['Check · Title please', 'title is not empty'],
    ]);
    expect(places[0]?.about).toEqual({ form: 'triage' });
  });

  it('is checked over its entity until it is published', () => {
    expect(expressionPlaces('form', form, around('fresh'))[0]?.about).toEqual({ entity: 'ticket' });
  });

  it('takes a text at its place and changes nothing else', () => {
    const [shown, required, computed, check] = expressionPlaces('form', form, around('triage'));
    expect(computed?.expects).toBe('text');
    if (!shown || !required || !check) throw new Error('a place is missing');
    const changed = withExpression(form, required, 'urgent and open');
    expect(changed).toEqual({
      ...form,
      sections: [{ items: [{ field: 'title', visible_when: 'urgent', required_when: 'urgent and open' }] }],
    });
    expect(withExpression(form, shown, ' ')).toEqual({
      ...form,
      sections: [{ items: [{ field: 'title', required_when: null }] }],
    });
    expect(withExpression(form, check, '')).toMatchObject({ checks: [{ expression: '' }] });
  });
});

describe('a flow', () => {
  const flow = {
    entity: 'ticket',
    variables: [{ key: 'amount', type: 'money', label: text('金额', 'Amount'), currency: 'CNY' }],
    nodes: [
      { id: 'ask', title: text('核对', 'Check') },
      { id: 'reply', title: text('回复', 'Reply'), arguments: { to: 'record.customer' } },
    ],
    edges: [{ id: 'e1', source: 'ask', target: 'reply', when: 'amount > 500 CNY' }],
  };

  it('has its branches and the arguments of its services', () => {
    const places = expressionPlaces('flow', flow, around('refund'));
    expect(places.map(({ label, text: said, expects }) => [label.en, said, expects])).toEqual([
      ['Check → Reply', 'amount > 500 CNY', undefined],
      ['Reply · to', 'record.customer', ''],
    ]);
    expect(places[0]?.about).toMatchObject({
      flow: 'refund',
      draft: { entity: 'ticket', variables: [{ key: 'amount' }] },
    });
  });
});

it('a segment has its condition, and a role the rows of each of its grants', () => {
  const segment = { entity: 'ticket', condition: 'urgent' };
  expect(expressionPlaces('segment', segment, around('s'))).toMatchObject([
    { path: ['condition'], target: 'sql', optional: true },
  ]);
  const role = {
    grants: [{ entity: '*' }, { entity: 'ticket', where: 'owner = me' }, { entity: 'person', where: null }],
  };
  expect(
    expressionPlaces('role', role, around('r')).map(({ path, label, text: said }) => [path.join('/'), label.en, said]),
  ).toEqual([
    ['grants/1/where', 'Ticket · Only these records', 'owner = me'],
    ['grants/2/where', 'person · Only these records', ''],
  ]);
});

it('half-written documents have the places that can be seen', () => {
  expect(expressionPlaces('view', { filter: 3 }, around('v'))).toMatchObject([{ text: '', path: ['filter'] }]);
  expect(expressionPlaces('form', { sections: [null, { items: 'x' }] }, around('f'))).toEqual([]);
  expect(expressionPlaces('role', {}, around('r'))).toEqual([]);
  expect(expressionPlaces('flow', null, around('f'))).toEqual([]);
});
