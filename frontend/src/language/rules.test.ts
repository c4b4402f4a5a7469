/** Rules of a form: only what depends on a change is evaluated, in order, and cycles are told. */
import { describe, expect, it } from 'vitest';
import { compile, type Expression, momentOf } from './evaluate';
import { CyclicRules, type Rule, RuleSet } from './rules';
import type { Tree } from './tree';
import type { Raw } from './values';

const number = (key: string): Tree => ({ op: 'field', type: 'number', path: [key] });
const sum = (left: string, right: string): Tree => ({
  v: 2,
  op: '+',
  type: 'number',
  args: [number(left), number(right)],
});
const positive = (key: string): Tree => ({
  v: 2,
  op: '>',
  type: 'boolean',
  args: [number(key), { op: 'const', type: 'number', value: '0' }],
});
const today: Tree = { v: 2, op: 'call', type: 'date', value: 'today' };

/** A rule that counts how often it is evaluated. */
function counted(tree: Tree, computes?: string): Rule & { times: () => number } {
  let count = 0;
  const expression = compile(tree);
  const at: Expression['at'] = (values, moment) => {
    count += 1;
    return expression.at(values, moment);
  };
  return { expression: Object.assign(() => null, { ...expression, at }), computes, times: () => count };
}

const moment = momentOf('2026-11-23T09:00:00+08:00');

describe('rules', () => {
  const open = () => {
    const rules = [
      counted(positive('total')),
      counted(sum('net', 'tax'), 'total'),
      counted(sum('price', 'extra'), 'net'),
      counted(positive('other')),
      counted(today),
    ];
    const set = new RuleSet(rules);
    const given: Raw = { price: 1, extra: 2, tax: '0.5', other: 1, total: 'what was typed' };
    return { rules, set, given, state: set.start(given, moment), times: () => rules.map((rule) => rule.times()) };
  };

  it('follow one another, whatever the order they are given in', () => {
    const { state, times } = open();
    expect(state.results).toEqual([true, '3.5', '3', true, '2026-11-23']);
    expect(state.values).toMatchObject({ net: '3', total: '3.5', other: 1 });
    expect(times()).toEqual([1, 1, 1, 1, 1]);
  });

  it('are evaluated again only when something they read has changed, or the time may have', () => {
    const { set, given, state, times } = open();
    const after = set.next(state, { ...given, other: -1 }, moment);
    expect(after.results).toEqual([true, '3.5', '3', false, '2026-11-23']);
    expect(times()).toEqual([1, 1, 1, 2, 2]);
    const changed = set.next(after, { ...given, other: -1, price: -10 }, moment);
    expect(changed.results.slice(0, 3)).toEqual([false, '-7.5', '-8']);
    expect(times()).toEqual([2, 2, 2, 2, 3]);
    expect(state.results[0]).toBe(true);
  });

  it('stop following where a computed value stays the same', () => {
    const { set, given, state, times } = open();
    set.next(state, { ...given, price: 2, extra: 1 }, moment);
    expect(times()).toEqual([1, 1, 2, 1, 2]);
  });

  it('that compute each other are refused', () => {
    const rules = [
      { expression: compile(sum('b', 'x')), computes: 'a' },
      { expression: compile(sum('c', 'x')), computes: 'b' },
      { expression: compile(sum('a', 'x')), computes: 'c' },
    ];
    expect(() => new RuleSet(rules)).toThrow(CyclicRules);
    expect(() => new RuleSet(rules)).toThrow('a -> b -> c -> a');
    expect(() => new RuleSet([{ expression: compile(sum('a', 'x')), computes: 'a' }])).toThrow('a -> a');
  });
});
