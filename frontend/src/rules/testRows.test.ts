/** A test case that is opened and put back is the same; one that cannot be read is none yet. */
import { describe, expect, it } from 'vitest';
import type { RuleTest } from './ruleTests';
import { rowsOf, testIn } from './testRows';

const TEST: RuleTest = {
  title: { zh: '撤回', en: 'Withdrawn' },
  given: [
    { at: '2026-11-23T09:00', event: 'person.updated', values: {}, changes: { consent: [true, false] } },
    { at: '2026-11-23T09:01', event: 'social.post', values: { text: 'a: b', amount: '12' }, person: { level: 'vip' } },
    { at: '2026-11-24T09:00', wait: true },
  ],
  records: { product: [{ name: 'W10' }, { name: 'W20' }], person: [{}] },
  expect: [
    { at: '2026-11-23T09:00', branch: 'else', actions: [{ action: 'tag', arguments: { tags: ['a'] } }] },
    { at: '2026-11-23T09:01', actions: [] },
  ],
};
const opened = () => rowsOf(TEST, TEST.title.en);

describe('rows', () => {
  it('say the test that they were made of', () => {
    expect(testIn(opened(), TEST.title, 'en')).toEqual(TEST);
  });

  it('change the title in the language of the reader, the other one while it was the same', () => {
    const rows = { ...opened(), title: 'Taken back' };
    expect(testIn(rows, TEST.title, 'en')?.title).toEqual({ zh: '撤回', en: 'Taken back' });
    expect(testIn(rows, { zh: 'x', en: 'x' }, 'zh')?.title).toEqual({ zh: 'Taken back', en: 'Taken back' });
  });

  it('that cannot be read say nothing', () => {
    const [first, ...rest] = opened().given;
    if (!first) throw new Error('there is none');
    for (const wrong of [{ at: '' }, { event: '' }, { values: 'x' }, { changes: 'consent: true' }]) {
      expect(
        testIn({ ...opened(), given: [{ ...first, ...wrong }, ...rest] }, TEST.title, 'en'),
        JSON.stringify(wrong),
      ).toBeNull();
    }
    expect(testIn({ ...opened(), given: [] }, TEST.title, 'en')).toBeNull();
    expect(testIn({ ...opened(), title: ' ' }, TEST.title, 'en')).toBeNull();
    expect(testIn({ ...opened(), records: [{ entity: '', values: '' }] }, TEST.title, 'en')).toBeNull();
  });
});
