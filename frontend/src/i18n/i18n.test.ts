/** The Chinese pack says everything the English one says, with the same placeholders. */
import en from 'ra-language-english';
import { describe, expect, it } from 'vitest';
import { browserLocale, fillText, pickText, zh } from '.';

function leaves(tree: object, path = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') found.set(path + key, value);
    else for (const [inner, text] of leaves(value, `${path}${key}.`)) found.set(inner, text);
  }
  return found;
}

describe('message packs', () => {
  const english = leaves(en);
  const chinese = leaves(zh);

  it('have the same keys', () => {
    expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it('use no placeholder that the English text does not have', () => {
    const names = (text: string) => new Set(text.match(/%\{\w+\}/g) ?? []);
    for (const [key, text] of chinese) {
      const known = names(english.get(key) ?? '');
      for (const name of names(text)) expect(known, key).toContain(name);
    }
  });
});

describe('texts', () => {
  it('fall back to the other language', () => {
    expect(pickText({ zh: '', en: 'Open' }, 'zh')).toBe('Open');
    expect(pickText({ zh: '打开', en: '' }, 'en')).toBe('打开');
  });

  it('fill placeholders and leave unknown ones', () => {
    expect(fillText('{n} of {m}', { n: 3 })).toBe('3 of {m}');
  });

  it('take the first of the two languages the browser names', () => {
    expect(browserLocale(['fr-FR', 'en-GB', 'zh-CN'])).toBe('en');
    expect(browserLocale(['fr-FR'])).toBe('zh');
  });
});
