/** The blocks of rules in both languages, finished and half-written. */
import { describe, expect, it } from 'vitest';
import { outlineOf } from './outline';

const drawn = (text: string) =>
  outlineOf(text).map(({ kind, level, text: said }) => `${'  '.repeat(level)}${kind}: ${said}`);

const ENGLISH = `rule welcome "Welcome"  # for newcomers
  priority 10
  purpose marketing
  when social.follow as f without social.message where author = f.author within 7 days
  if person.level = "vip" and count(social.like as l where l.person = person within 24 hours by person) > 3
  then tag(["new"])
       after 24 hours if message.status = "sent" do
         send(text: "Hello")
       end
       split per person
         50% A: send(text: "a")
         50% B: send(text: "b")
                stop
       end
  else if person.level = "svip" then notify("sales", "one more")
  else untag(["new"])
  limit 1 per person per 6 hours
  quiet "night"
end
`;

describe('the outline', () => {
  it('has every block of an English rule in order, what is done below its condition', () => {
    expect(drawn(ENGLISH)).toEqual([
      'priority: priority 10',
      'purpose: purpose marketing',
      'trigger: when social.follow as f without social.message where author = f.author within 7 days',
      'condition: if person.level = "vip" and count(social.like as l where l.person = person within 24 hours by person) > 3',
      '  action: tag(["new"])',
      '  after: after 24 hours if message.status = "sent"',
      '    action: send(text: "Hello")',
      '  split: split per person',
      '    share: 50% A:',
      '      action: send(text: "a")',
      '    share: 50% B:',
      '      action: send(text: "b")',
      '      stop: stop',
      'condition: else if person.level = "svip"',
      '  action: notify("sales", "one more")',
      'else: else',
      '  action: untag(["new"])',
      'limit: limit 1 per person per 6 hours',
      'quiet: quiet "night"',
    ]);
  });

  it('reads Chinese words', () => {
    const text = `规则 欢迎
  每隔 1 天 于 09:00 对每个 客户 其中 等级 = "vip"
  如果 客户.等级 = "vip" 那么 打标签(["新"])
  否则如果 客户.等级 = "svip" 那么 停止
  仅一次 每位 客户
结束`;
    expect(drawn(text)).toEqual([
      'trigger: 每隔 1 天 于 09:00 对每个 客户 其中 等级 = "vip"',
      'condition: 如果 客户.等级 = "vip"',
      '  action: 打标签(["新"])',
      'condition: 否则如果 客户.等级 = "svip"',
      '  stop: 停止',
      'once: 仅一次 每位 客户',
    ]);
  });

  it('says where a block stands in the text', () => {
    for (const { from, to, text } of outlineOf(ENGLISH)) {
      expect(
        ENGLISH.slice(from, to)
          .replace(/#[^\n]*/g, '')
          .replace(/\s+/g, ' '),
      ).toBe(text);
    }
  });

  it('has what there is of a rule that is half-written', () => {
    expect(drawn('rule x\n  when social.post as p\n  if p.text contains')).toEqual([
      'trigger: when social.post as p',
      'condition: if p.text contains',
    ]);
    expect(drawn('')).toEqual([]);
    expect(drawn('then tag([')).toEqual(['  action: tag([']);
  });
});
