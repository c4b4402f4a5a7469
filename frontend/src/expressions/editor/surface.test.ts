import { describe, expect, it } from 'vitest';
import { surfaceOf } from './surface';

describe('the language a text is written in', () => {
  it.each([
    ['status = "open" and urgent', 'en'],
    ['length(title) > 3', 'en'],
    ['状态 = "open"', 'zh'],
    ['status 为空', 'zh'],
    ['zt', null],
    ['status = "处理中"', null],
    ['', null],
  ])('%s', (text, language) => {
    expect(surfaceOf(text)).toBe(language);
  });
});
