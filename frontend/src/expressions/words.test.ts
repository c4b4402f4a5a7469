/** Colouring of rules: the words of the engine, told apart from names that look like them. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AFTER_CONTAINS, AFTER_OPERAND, BEFORE_NAME, EXPRESSION_WORDS, RULE_WORDS, ruleTokens } from './words';

const engine = readFileSync(resolve(import.meta.dirname, '../../../engine/language/words.py'), 'utf8');

/** The surfaces of the engine's dictionaries whose names begin so. */
function wordsOf(name: string): string[] {
  const [, ...parts] = engine.split(/^(\w+): Words = _dictionary\(/m);
  const bodies = parts.filter((_, index) => index % 2 === 1 && parts[index - 1]?.startsWith(name));
  return bodies.flatMap((body) =>
    [...body.matchAll(/\("[^"]*", "([^"]*)"\)/g)].flatMap((entry) => (entry[1] ?? '').split(' ')),
  );
}

const kinds = (text: string) =>
  ruleTokens(text)
    .filter(({ kind }) => kind !== 'space')
    .map(({ kind, text: word }) => `${kind}:${word}`);

describe('the words', () => {
  it('are those of the engine', () => {
    expect(wordsOf('RULE_').length).toBeGreaterThan(60);
    expect([...EXPRESSION_WORDS].sort()).toEqual(wordsOf('EXPRESSION_WORDS').sort());
    expect([...RULE_WORDS].sort()).toEqual([...new Set(wordsOf('RULE_'))].sort());
    expect([...AFTER_CONTAINS].sort()).toEqual(wordsOf('AFTER_CONTAINS').sort());
    expect([...BEFORE_NAME].sort()).toEqual(wordsOf('BEFORE_NAME').sort());
    expect([...AFTER_OPERAND].sort()).toEqual(wordsOf('AFTER_OPERAND').sort());
  });
});

describe('tokens', () => {
  it('joined are the text, whatever it is', () => {
    for (const text of ['规则 a "x', '𝒳 ?? 1 # 完\n', '“甲” @@ `当 天`.b', '']) {
      expect(
        ruleTokens(text)
          .map(({ text: part }) => part)
          .join(''),
      ).toBe(text);
    }
  });

  it('are keywords in both languages', () => {
    expect(kinds('当 社交.发帖 记作 帖')).toEqual([
      'keyword:当',
      'name:社交',
      'operator:.',
      'name:发帖',
      'keyword:记作',
      'name:帖',
    ]);
    expect(kinds('When social.post')[0]).toBe('keyword:When');
  });

  it('take a keyword after a dot or before a colon as a name', () => {
    expect(kinds('p.priority')).toContain('name:priority');
    expect(kinds('create_ticket(priority: "high")')).toEqual([
      'function:create_ticket',
      'operator:(',
      'name:priority',
      'operator::',
      'string:"high"',
      'operator:)',
    ]);
  });

  it('take a word of rules of which something is said as a field', () => {
    for (const text of ['priority in ["high"]', '优先级 为空', 'limit > 3', 'priority = "high"', '(priority)']) {
      expect(
        kinds(text).filter((each) => /^keyword:(priority|优先级|limit)/.test(each)),
        text,
      ).toEqual([]);
    }
    for (const text of [
      '  priority 60',
      '  优先级 20',
      '  limit 1 per person per 6 hours',
      '停止',
      'when social.post as p',
    ]) {
      expect(kinds(text)[0], text).toMatch(/^keyword:/);
    }
  });

  it('take the words of rules behind a comparison as fields', () => {
    expect(kinds('a = limit')).toContain('name:limit');
    expect(kinds('due > after and x')).toContain('name:after');
    expect(kinds('then tag(["a"]) stop end').slice(-2)).toEqual(['keyword:stop', 'keyword:end']);
  });

  it('colour rules of every kind of trigger', () => {
    const keywords = (text: string) => kinds(text).flatMap((each) => each.match(/^keyword:(.*)$/)?.[1] ?? []);
    expect(keywords('when a.b as o without c.d where x = o.y within 7 days')).toEqual([
      ...['when', 'as', 'without', 'where', 'within'],
    ]);
    expect(keywords('每隔 1 天 于 09:00 对每个 客户 其中 等级 = "vip"')).toEqual(['每隔', '于', '对每个', '其中']);
    expect(keywords('当 客户.等级 变更 自 "a" 到 "b"')).toEqual(['当', '变更', '自', '到']);
    expect(keywords('when enters segment "x"')).toEqual(['when', 'enters', 'segment']);
  });

  it('know "any of" only after contains', () => {
    expect(kinds('a contains any of [b]').slice(1, 4)).toEqual(['keyword:contains', 'keyword:any', 'keyword:of']);
    expect(kinds('any = 1')[0]).toBe('name:any');
  });

  it('know "some", "satisfies" and the like only where no name could stand', () => {
    const told = kinds('some x in items satisfies x.paid');
    expect(told.filter((each) => each.startsWith('keyword'))).toEqual([
      'keyword:some',
      'keyword:in',
      'keyword:satisfies',
    ]);
    expect(kinds('some = every')).toEqual(['name:some', 'operator:=', 'name:every']);
    expect(kinds('(return)')[1]).toBe('name:return');
  });

  it('keep times, moments and offsets whole', () => {
    expect(kinds('09:30')).toEqual(['number:09:30']);
    expect(kinds('2026-11-23T09:30:00.5+08:00')).toEqual(['number:2026-11-23T09:30:00.5+08:00']);
    expect(kinds('7 天内 and')).toEqual(['number:7 天内', 'keyword:and']);
  });

  it('keep a number with its unit, and android a name', () => {
    expect(kinds('限制 1 次 每位 客户 每 6 小时')).toContain('number:6 小时');
    expect(kinds('android')).toEqual(['name:android']);
  });
});
