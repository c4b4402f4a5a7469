/** What a row is about has a name for people, however the condition came to it. */
import { describe, expect, it } from 'vitest';
import type { Field, FieldType, Metadata } from '@/metadata';
import type { Tree } from '../tree';
import { counterparts, subjectFor, subjectsOf } from './subjects';

const own = (key: string, type: FieldType, zh: string, en: string, entity?: string): Field => ({
  key,
  type,
  label: { zh, en },
  ...(entity ? { entity } : {}),
});
const metadata = {
  entities: [
    { key: 'ticket', fields: [own('person', 'reference', '客户', 'Person', 'person')] },
    { key: 'person', fields: [own('account', 'reference', '单位', 'Account', 'account')] },
    { key: 'account', fields: [own('name', 'text', '名称', 'Name')] },
  ],
} as unknown as Metadata;
const subjects = subjectsOf(metadata, { entity: 'ticket' }, 'ticket');
const node = (path: string, type: string): Tree => ({ op: 'field', type, path: path.split('.') });
const named = (path: string, type: string) => subjectFor(subjects, node(path, type), metadata).label.zh;

describe('a field', () => {
  it('further off than the list goes is named by each step', () => {
    expect(named('person.account', 'reference:account')).toBe('客户 › 单位');
    expect(named('person.account.name', 'text')).toBe('客户 › 单位 › 名称');
    const found = subjectFor(subjects, node('person.account.name', 'text'), metadata);
    expect(found.node).toEqual(node('person.account.name', 'text'));
  });

  it('of the reader is named', () => {
    expect(named('me.name', 'text')).toBe('我 › 姓名');
    const beside = counterparts(subjects, 'reference:user', node('owner', 'reference:user'));
    for (const path of ['me', 'me.id']) {
      expect(subjectFor(beside, node(path, 'reference:user'), metadata).label.en).toBe('Me (whoever looks)');
    }
  });

  it('that is not there is shown as it is written', () => {
    expect(named('person.gone.name', 'text')).toBe('person.gone.name');
  });
});
