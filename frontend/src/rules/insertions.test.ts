/** Parts land where the language wants them, in both languages. */
import { describe, expect, it } from 'vitest';
import { INSERTIONS, insertionInto, possible } from './insertions';
import { outlineOf } from './outline';

const WHOLE = `rule x
  when social.post as p
  if p.sentiment = "negative"
  then tag(["a"])
  else tag(["b"])
  limit 1 per person per 6 hours
end
`;
const BARE = 'rule x\n  when social.post as p\n  then tag(["a"])\nend\n';

function put(text: string, key: string, locale: 'zh' | 'en' = 'en') {
  const insertion = INSERTIONS.find((each) => each.key === key);
  if (!insertion) throw new Error(`there is no ${key}`);
  const { at, insert, from, to } = insertionInto(text, insertion, locale);
  const done = text.slice(0, at) + insert + text.slice(at);
  return { done, selected: done.slice(from, to), kinds: outlineOf(done).map(({ kind }) => kind) };
}

describe('a part', () => {
  it('of the head goes before the trigger', () => {
    expect(put(WHOLE, 'priority').kinds.slice(0, 2)).toEqual(['priority', 'trigger']);
    expect(put(WHOLE, 'priority').selected).toBe('50');
  });

  it('that is done goes behind what is done first', () => {
    expect(put(WHOLE, 'action').kinds).toEqual(['trigger', 'condition', 'action', 'action', 'else', 'action', 'limit']);
    expect(put(WHOLE, 'after').done).toContain('then tag(["a"])\n       after 24 hours do\n');
  });

  it('that is another branch goes before the last one', () => {
    expect(put(WHOLE, 'elseif').kinds).toEqual([
      ...['trigger', 'condition', 'action', 'condition', 'action', 'else', 'action', 'limit'],
    ]);
  });

  it('of the tail goes before the end', () => {
    expect(put(WHOLE, 'quiet').done).toMatch(/6 hours\n {2}quiet "night"\nend\n$/);
    expect(put('rule x\n  when a.b', 'once').done).toBe('rule x\n  when a.b\n  once per person\n');
  });

  it('is in the language of the reader', () => {
    expect(put(BARE, 'split', 'zh').done).toContain('       分流 每位 客户\n');
  });
});

describe('what may be added', () => {
  it('is what a rule has but one of, once, and branches only beside a condition', () => {
    const keys = (text: string) => possible(text).map(({ key }) => key);
    expect(keys(WHOLE)).not.toContain('else');
    expect(keys(WHOLE)).toContain('elseif');
    expect(keys(BARE)).not.toContain('elseif');
    expect(keys(put(BARE, 'once').done)).not.toContain('once');
    expect(keys(put(BARE, 'limit').done)).toContain('limit');
  });
});
