/**
 * How long 300 rules of a form take: all of them, and those that a keystroke affects. Run by scripts/language-bench.mjs, which
 * prints medians in milliseconds. A third of the rules show fields, a third require them, a third compute values.
 */
import { compile, momentOf } from './evaluate';
import { type Rule, RuleSet, type RuleState } from './rules';
import type { Tree } from './tree';
import type { Raw } from './values';

const FIELDS = 100;
const ROUNDS = 400;
const WARM_UP = 200;

const field = (type: string, ...path: string[]): Tree => ({ op: 'field', type, path });
const constant = (type: string, value: unknown): Tree => ({ op: 'const', type, value });
const truth = (op: string, ...args: Tree[]): Tree => ({ op, type: 'boolean', args });
const rule = (tree: Tree, computes?: string): Rule => ({ expression: compile({ ...tree, v: 2 }), computes });

const levels: Tree = { op: 'list', type: 'list:choice', args: ['vip', 'svip'].map((key) => constant('choice', key)) };
const lines = field('list:record', 'lines');

/** Five predicates over text, choice, amount, date and truth. */
function visible(index: number): Tree {
  return truth(
    'or',
    truth(
      'and',
      truth('=', field('choice', `status${index}`), constant('choice', 'open')),
      truth('>', field('money:CNY', `amount${index}`), constant('money:CNY', '99.50')),
      truth('not', truth('is_empty', field('text', `note${index}`))),
    ),
    truth('<', field('date', `due${index}`), constant('date', '2026-12-01')),
    truth('in', field('choice', 'level'), levels),
  );
}

/** An item of the order dearer than the amount, or words in the note. */
function required(index: number): Tree {
  const dear = truth('>', field('money:CNY', 'x', 'price'), field('money:CNY', `amount${index}`));
  return truth(
    'or',
    { ...truth('some', lines, dear), value: 'x' },
    truth('contains', field('text', `note${index}`), constant('text', 'urgent')),
  );
}

/** Each total adds to that of two fields before, so that a change is followed through the form. */
function computed(index: number): Tree {
  const amount: Tree = {
    op: '*',
    type: 'money:CNY',
    args: [field('money:CNY', `amount${index}`), field('number', 'rate')],
  };
  const before = index < 2 ? constant('money:CNY', '0') : field('money:CNY', `total${index - 2}`);
  return {
    op: '+',
    type: 'money:CNY',
    args: [before, { op: 'call', type: 'money:CNY', value: 'round', args: [amount, constant('number', '2')] }],
  };
}

function values(): Raw {
  const found: Record<string, unknown> = { level: 'normal', rate: '1.065', lines: [{ price: '12.00' }, { price: 80 }] };
  for (let index = 0; index < FIELDS; index += 1) {
    found[`status${index}`] = index % 2 ? 'open' : 'closed';
    found[`amount${index}`] = { amount: `${80 + index}.25`, currency: 'CNY' };
    found[`note${index}`] = `Call back about order ${index} 请尽快`;
    found[`due${index}`] = '2026-12-24';
  }
  return found;
}

function median(times: number[]): number {
  const sorted = times.slice(WARM_UP).sort((left, right) => left - right);
  return Number((sorted[Math.floor(sorted.length / 2)] ?? 0).toFixed(4));
}

function timed(run: (round: number) => void): number {
  return median(
    Array.from({ length: WARM_UP + ROUNDS }, (_, round) => {
      const start = performance.now();
      run(round);
      return performance.now() - start;
    }),
  );
}

const indexes = [...Array(FIELDS).keys()];
const rules = new RuleSet([
  ...indexes.map((index) => rule(visible(index))),
  ...indexes.map((index) => rule(required(index))),
  ...indexes.map((index) => rule(computed(index), `total${index}`)),
]);
const given = values();
const moment = momentOf('2026-11-23T09:00:00+08:00[Asia/Shanghai]');
let state: RuleState = rules.start(given, moment);
const typed = (key: string) => (round: number) => {
  state = rules.next(state, { ...given, [key]: `typed ${round}` }, moment);
};

process.stdout.write(
  `${JSON.stringify({
    rules: FIELDS * 3,
    median_ms: timed((round) => {
      state = rules.start({ ...given, note50: `typed ${round}` }, moment);
    }),
    affected_only_ms: timed(typed('note50')),
  })}\n`,
);
