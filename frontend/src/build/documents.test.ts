/** The layout of definitions and the places that problems point at. */
import { describe, expect, it } from 'vitest';
import { placeInText, placeOf, printDocument, readPath } from './documents';

const DOCUMENT = {
  fields: [
    { label: { en: 'Name', zh: '名称' }, key: 'name', type: 'text' },
    { key: 'price', type: 'money', visible_when: 'name = "甲\n乙" and cost > 3' },
  ],
  label: { en: 'Thing', zh: '东西' },
  key: 'thing',
  kind: 'entity',
};

describe('the layout', () => {
  const text = printDocument(DOCUMENT);

  it('says the same document', () => {
    expect(JSON.parse(text)).toEqual(DOCUMENT);
  });

  it('puts kind and key first, fields last, Chinese before English, and short objects on one line', () => {
    const lines = text.split('\n');
    expect(lines[1]).toBe('  "kind": "entity",');
    expect(lines[2]).toBe('  "key": "thing",');
    expect(lines[3]).toBe('  "label": { "zh": "东西", "en": "Thing" },');
    expect(lines[5]).toBe('    { "key": "name", "type": "text", "label": { "zh": "名称", "en": "Name" } },');
  });

  it('is stable', () => {
    expect(printDocument(JSON.parse(text))).toBe(text);
  });
});

describe('the place of a problem', () => {
  const text = printDocument(DOCUMENT);
  const at = (path: string) => {
    const { from, to } = placeOf(text, path);
    return text.slice(from, to);
  };

  it('is the value its pointer names, by index or by key', () => {
    expect(at('/key')).toBe('"thing"');
    expect(at('/fields/1/type')).toBe('"money"');
    expect(at('/fields/price/type')).toBe('"money"');
  });

  it('is the head of what lacks the member', () => {
    const { from } = placeOf(text, '/fields/price/currency');
    expect(text.slice(from, from + 16)).toBe('{ "key": "price"');
    expect(placeOf(text, '/nowhere')).toEqual({ from: 0, to: 1 });
  });

  it('lies inside an expression at its characters, escapes counted as one', () => {
    const value = DOCUMENT.fields[1]?.visible_when ?? '';
    const start = value.indexOf('cost');
    expect(at(`/fields/1/visible_when@${start}-${start + 4}`)).toBe('cost');
  });

  it('is found in half-written JSON', () => {
    const broken = '{ "key": "thing", "fields": [ { "key": "a" ';
    const { from, to } = placeOf(broken, '/key');
    expect(broken.slice(from, to)).toBe('"thing"');
  });

  it('counts characters as the server does, not UTF-16 units', () => {
    const rule = 'rule a "😀" when b';
    const { from, to } = placeInText(rule, [11, 15]);
    expect(rule.slice(from, to)).toBe('when');
  });

  it('undoes the escapes of JSON pointers', () => {
    expect(readPath('/a~1b/c~0d@3-9')).toEqual({ segments: ['a/b', 'c~d'], inside: [3, 9] });
    expect(readPath('')).toEqual({ segments: [], inside: null });
  });
});
