/** Pages are found by Chinese, pinyin, initials and English. */
import { pinyin } from 'pinyin-pro';
import { expect, it } from 'vitest';
import { placeMatches, type Spell } from './placeSearch';

const spell: Spell = (text) => {
  const syllables = pinyin(text, { toneType: 'none', type: 'array' });
  return [syllables.join(''), syllables.map((one) => one.charAt(0)).join('')];
};

it.each(['工单', 'gongdan', 'gd', 'ticket', 'TICK', ''])('finds the tickets by %s', (typed) => {
  expect(placeMatches({ zh: '工单', en: 'Tickets' }, typed, spell)).toBe(true);
});

it('finds nothing by other words', () => {
  expect(placeMatches({ zh: '工单', en: 'Tickets' }, 'ticket order', spell)).toBe(false);
});
