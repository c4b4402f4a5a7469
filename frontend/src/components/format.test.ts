/** Times, numbers and money as readers of either language write them. */
import { describe, expect, it } from 'vitest';
import { makeFormatter } from './format';

const zh = makeFormatter('zh');
const en = makeFormatter('en');
const NOW = Date.parse('2026-11-23T12:00:00Z');

describe('the formatter', () => {
  it('says how long ago, in words', () => {
    expect(zh.relative('2026-11-23T11:59:50Z', NOW)).toBe('刚刚');
    expect(zh.relative('2026-11-23T11:55:00Z', NOW)).toContain('5');
    expect(en.relative('2026-11-23T14:00:00Z', NOW)).toMatch(/^in 2/);
    expect(en.relative('2026-10-01T12:00:00Z', NOW)).toContain('2026');
  });

  it('keeps a calendar date on its day in every zone', () => {
    expect(zh.date('2026-11-23')).toBe('2026/11/23');
    expect(en.date('2026-11-23')).toBe('23 Nov 2026');
  });

  it('writes money with its currency and exact digits', () => {
    expect(zh.money('1234.5', 'CNY')).toBe('¥1,234.50');
    expect(en.money('1234.5', 'USD')).toBe('$1,234.50');
    expect(en.money(null, 'USD')).toBe('');
  });

  it('writes durations by their two largest units', () => {
    expect(zh.duration(7_500)).toBe('2 小时 5 分钟');
    expect(en.duration(59)).toBe('59 s');
    expect(en.duration(0)).toBe('0 s');
  });

  it('says nothing for what is empty or no time', () => {
    expect(en.dateTime(null)).toBe('');
    expect(en.dateTime('soon')).toBe('');
    expect(en.number('')).toBe('');
  });
});
