/** Test cases as lines: what is written is read again as it was. */
import { describe, expect, it } from 'vitest';
import type { DryFiring } from './authoring';
import { outcomeLine, printActions, printFacts, readActions, readFacts, testFrom, wallTime } from './ruleTests';

describe('facts', () => {
  it('are read again as they were', () => {
    const facts = {
      text: '漏水了：怎么办',
      level: 'vip',
      number: 12,
      digits: '12',
      yes: true,
      none: null,
      tags: ['a', 'b'],
      lines: 'one\ntwo',
      blank: '',
      spaced: ' x ',
    };
    expect(readFacts(printFacts(facts))).toEqual({ facts });
    expect(printFacts({ level: 'vip', digits: '12' })).toBe('level: vip\ndigits: "12"');
  });

  it('say which line is none', () => {
    expect(readFacts('level: vip\nnonsense')).toEqual({ wrong: 'nonsense' });
    expect(readFacts('level:')).toEqual({ wrong: 'level:' });
    expect(readFacts('姓名：王伟\n\n')).toEqual({ facts: { 姓名: '王伟' } });
  });
});

describe('actions', () => {
  it('are read again as they were', () => {
    const actions = [{ action: 'tag' }, { action: 'send', arguments: { text: 'hello', to: ['a'] } }];
    expect(readActions(printActions(actions))).toEqual({ actions });
    expect(readActions('send hello')).toEqual({ wrong: 'send hello' });
  });

  it('make one line of a firing', () => {
    const outcome = {
      at: '2026-11-23T09:00',
      branch: 'then',
      actions: [{ action: 'tag', arguments: { tags: ['a'] } }],
    };
    expect(outcomeLine(outcome)).toBe('2026-11-23 09:00 · then · tag(tags: ["a"])');
  });
});

describe('a dry run', () => {
  const firing: DryFiring = {
    at: '2026-11-23T01:00:30Z',
    event: { id: 4, type: 'social.post', text: '漏水' },
    person: { id: 'p', name: '王伟' },
    branch: 'then',
    status: 'fired',
    quiet_until: null,
    actions: [
      { action: 'tag', arguments: { tags: ['a'] }, later: false, refused: null },
      { action: 'send', arguments: {}, later: true, refused: null },
    ],
    trace: { 'p.sentiment': 'negative', 'person.level': 'vip', 'p.target.name': 'x' },
  };

  it('gives a test of what was read', () => {
    expect(testFrom(firing, 'Asia/Shanghai')).toEqual({
      title: { zh: '应触发：漏水', en: 'Fires on: 漏水' },
      given: [
        {
          at: '2026-11-23T09:00',
          event: 'social.post',
          values: { text: '漏水', sentiment: 'negative' },
          person: { name: '王伟', level: 'vip' },
        },
      ],
      expect: [{ at: '2026-11-23T09:00', branch: 'then', actions: [{ action: 'tag' }] }],
    });
  });

  it('expects nothing of what was held back', () => {
    expect(testFrom({ ...firing, status: 'limited' }, 'Asia/Shanghai').expect).toEqual([]);
  });

  it('is in the time of the company', () => {
    expect(wallTime('2026-11-23T16:30:00Z', 'Asia/Shanghai')).toBe('2026-11-24T00:30');
  });
});
