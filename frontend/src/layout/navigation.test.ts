/** The rail: groups in order, entities in theirs, nothing the reader may not see. */
import { describe, expect, it } from 'vitest';
import type { Entity } from '@/metadata';
import { GROUPS, PAGES } from '../pages';
import { buildNavigation, isCurrent } from './navigation';

function entity(key: string, group?: Entity['group']): Entity {
  return { key, label: { zh: key, en: key }, title: 'name', fields: [], group };
}

const customers = { zh: '客户', en: 'Customers' };
const service = { zh: '服务', en: 'Service' };
const entities = [
  entity('person', customers),
  entity('account', customers),
  entity('ticket', service),
  entity('visit'),
];

describe('navigation', () => {
  it('puts entities into groups of the product or of their app', () => {
    const groups = buildNavigation(entities, () => true);
    const paths = (key: string) => groups.find((group) => group.key === key)?.items.map(({ path }) => path);
    expect(paths('customers')).toEqual(['/records/person', '/records/account', '/records/visit']);
    expect(paths('app:Service')).toEqual(['/records/ticket']);
  });

  it('keeps the order of the product, with an app’s groups after the customers', () => {
    const keys = buildNavigation(entities, () => true).map(({ key }) => key);
    const product = keys.filter((key) => !key.startsWith('app:'));
    const order = GROUPS.map(({ key }) => key as string);
    expect(product).toEqual(order.filter((key) => product.includes(key)));
    expect(keys.indexOf('app:Service')).toBe(keys.indexOf('customers') + 1);
  });

  it('leaves out what needs a permission the reader does not have', () => {
    const shown = buildNavigation([], (permission) => !permission).flatMap(({ items }) =>
      items.map(({ path }) => path),
    );
    const open = PAGES.filter((page) => !page.permission && !page.hidden && !page.path.includes(':'));
    expect(shown.sort()).toEqual(open.map(({ path }) => path).sort());
  });

  it('marks a place current for the pages below it, not for its namesakes', () => {
    expect(isCurrent('/records/ticket', '/records/ticket/1/edit')).toBe(true);
    expect(isCurrent('/records/ticket', '/records/ticket_item')).toBe(false);
  });
});

describe('the page list', () => {
  it('has each address once, and texts in both languages', () => {
    const paths = PAGES.map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
    for (const { label } of PAGES) expect(label.zh && label.en).toBeTruthy();
  });
});
