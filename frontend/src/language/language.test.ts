/** Numbers, times and trees in the browser, beside what the shared vectors say. */
import { describe, expect, it } from 'vitest';
import { addMonths, civil, dayOf, weekday, writeDate } from './civil';
import { Decimal } from './decimal';
import { compile, compileCondition, momentOf, runsHere } from './evaluate';
import { type Integer, minus, plus, rounded, times } from './integers';
import { instant, wall } from './moment';
import { compareText } from './text';
import { dependencies, type Tree } from './tree';
import { readerOf, write } from './values';
import { zoneNamed } from './zones';

const decimal = (written: string): Decimal => Decimal.parse(written) as Decimal;
const field = (type: string, ...path: string[]): Tree => ({ op: 'field', type, path });
const constant = (type: string, value: unknown): Tree => ({ op: 'const', type, value });
const whole = (op: string, type: string, ...args: Tree[]): Tree => ({ v: 2, op, type, args });

describe('compiling', () => {
  it('goes through a list that is written out once, however deeply such lists are nested', () => {
    let tree = field('boolean', 'urgent');
    for (let depth = 0; depth < 40; depth += 1)
      tree = whole('in', 'boolean', constant('boolean', true), whole('list', 'list:boolean', tree));
    expect(compile({ ...tree, v: 2 })({ urgent: true })).toBe(true);
  });
});

describe('decimals', () => {
  it('are exact, small or large', () => {
    expect(decimal('0.1').add(decimal('0.2')).toString()).toBe('0.3');
    expect(decimal('9007199254740991').add(decimal('0.001')).toString()).toBe('9007199254740991.001');
    expect(decimal('99999999.99').multiply(decimal('99999999.99')).toString()).toBe('9999999998000000.0001');
    expect(
      decimal(`1${'0'.repeat(59)}`)
        .subtract(decimal('0.1'))
        .toString(),
    ).toBe(`${'9'.repeat(59)}.9`);
    expect(decimal('1').divide(decimal('3'))?.toString()).toBe('0.333333333333');
    expect(decimal('-2').divide(decimal('3'))?.toString()).toBe('-0.666666666667');
    expect(decimal('1').divide(decimal('0.00'))).toBeNull();
  });

  it('round a half away from zero', () => {
    expect(['2.5', '-2.5', '0.5', '-0.4'].map((each) => decimal(each).round(0).toString())).toEqual([
      '3',
      '-3',
      '1',
      '0',
    ]);
    expect(decimal('-0.005').round(2).toString()).toBe('-0.01');
    expect(decimal('2').round(2).toString()).toBe('2.00');
    expect(decimal('150').round(-2).toString()).toBe('200');
    expect(decimal('-1.5').floor().toString()).toBe('-2');
    expect(decimal('-1.5').ceiling().toString()).toBe('-1');
    expect(decimal('-1.5').truncate().toString()).toBe('-1');
  });

  it('have a floor-mod', () => {
    const modulo = (left: string, right: string) => decimal(left).modulo(decimal(right))?.toPlainString() ?? null;
    expect([modulo('-7', '3'), modulo('7', '-3'), modulo('-7.5', '2'), modulo('6', '3'), modulo('1', '0')]).toEqual([
      '2',
      '-2',
      '0.5',
      '0',
      null,
    ]);
  });

  it('are read from what people and JSON write', () => {
    const read = (written: string | number) => Decimal.parse(written)?.toString() ?? null;
    expect(['1e3', ' 12 ', '+5', '.5', '5.', '007', '-0'].map(read)).toEqual(['1000', '12', '5', '0.5', '5', '7', '0']);
    expect([1e-7, 0.1, 1e21, -0].map(read)).toEqual(['0.0000001', '0.1', '1000000000000000000000', '0']);
    expect(['12a', '', '.', '-', '1..2', '9'.repeat(61), '1e61', '1e-61', 'NaN', Number.NaN].map(read)).toEqual(
      Array(10).fill(null),
    );
  });
});

describe('integers', () => {
  it('are one form each, however large', () => {
    const large = times(3_000_000_000, 4_000_000_000);
    expect(large).toBe(12_000_000_000_000_000_000n);
    expect(minus(large, large)).toBe(0);
    expect(plus(Number.MAX_SAFE_INTEGER, 1)).toBe(9_007_199_254_740_992n);
    expect([rounded(5, 2), rounded(-5, 2), rounded(5, -2), rounded(4, 3)]).toEqual([3, -3, -3, 1]);
  });
});

describe('the calendar', () => {
  it('counts days as the platform does, for every month of 9,999 years', () => {
    for (let year = 1; year <= 9999; year += 1)
      for (let month = 1; month <= 12; month += 1) {
        const date = new Date(0);
        date.setUTCFullYear(year, month - 1, 28);
        const count = date.getTime() / 86_400_000;
        if (dayOf(year, month, 28) !== count) throw new Error(`${year}-${month}`);
        const after = new Date((count + 1) * 86_400_000);
        const next = civil(count + 1);
        if (next.month !== after.getUTCMonth() + 1 || next.day !== after.getUTCDate())
          throw new Error(`${year}-${month}`);
      }
    expect(writeDate(-719_162)).toBe('0001-01-01');
    expect([weekday(dayOf(2026, 11, 23)), weekday(dayOf(1, 1, 1))]).toEqual([1, 1]);
  });

  it('clamps to the ends of months, and ends', () => {
    const later = (date: string, months: number) => {
      const day = addMonths(readerOf('date')(date) as number, months);
      return day === null ? null : writeDate(day);
    };
    expect([later('2024-01-31', 1), later('2023-01-31', 1), later('2024-02-29', 12), later('2024-03-31', -1)]).toEqual([
      '2024-02-29',
      '2023-02-28',
      '2025-02-28',
      '2024-02-29',
    ]);
    expect([later('9999-12-01', 1), later('0001-01-31', -1)]).toEqual([null, null]);
  });
});

describe('zones', () => {
  const at = (zone: string, written: string): string | null => {
    const utc = readerOf('datetime')(`${written}Z`) as Integer;
    const clock = wall(momentOf(), utc);
    const found = clock && instant(momentOf(undefined, zone), clock);
    return found === null ? null : String(write('datetime', found));
  };

  it('read a skipped time with the offset before, a repeated one with the offset after', () => {
    expect(at('Europe/Berlin', '2026-03-29T02:30:00')).toBe('2026-03-29T01:30:00Z');
    expect(at('Europe/Berlin', '2026-10-25T02:30:00')).toBe('2026-10-25T01:30:00Z');
    expect(at('Europe/Berlin', '2026-10-25T01:59:59.999999')).toBe('2026-10-24T23:59:59.999999Z');
    expect(at('America/New_York', '2026-03-08T02:30:00')).toBe('2026-03-08T07:30:00Z');
    expect(at('America/New_York', '2026-11-01T01:30:00')).toBe('2026-11-01T06:30:00Z');
    expect(at('Australia/Lord_Howe', '2026-10-04T02:15:00')).toBe('2026-10-03T15:45:00Z');
    expect(at('Australia/Lord_Howe', '2026-04-05T01:45:00')).toBe('2026-04-04T15:15:00Z');
    expect(at('Pacific/Apia', '2011-12-30T12:00:00')).toBe('2011-12-30T22:00:00Z');
  });

  it('show the clocks of either side of a change', () => {
    const shown = (zone: string, written: string) => {
      const clock = wall(momentOf(undefined, zone), readerOf('datetime')(written) as Integer);
      return clock && `${writeDate(clock.day)} ${write('time', clock.time)}`;
    };
    expect(shown('Australia/Lord_Howe', '2026-10-03T15:29:59.999999Z')).toBe('2026-10-04 01:59:59.999999');
    expect(shown('Australia/Lord_Howe', '2026-10-03T15:30:00Z')).toBe('2026-10-04 02:30:00');
    expect(shown('Asia/Shanghai', '1900-12-31T15:54:16Z')).toBe('1900-12-31 23:59:59');
    expect(shown('Asia/Shanghai', '9999-12-31T16:00:00Z')).toBeNull();
    expect(shown('America/New_York', '0001-01-01T00:00:00Z')).toBeNull();
  });

  it('refuse a name that is none', () => {
    expect(() => zoneNamed('Europe/Atlantis')).toThrow(RangeError);
  });

  it('come from now when none is named', () => {
    const date = compile(whole('to_date', 'date', field('datetime', 'at')));
    const row = { at: '2026-11-23T17:00:00Z' };
    expect(date(row, '2026-11-23T09:00:00+08:00')).toBe('2026-11-24');
    expect(date(row, '2026-11-23T09:00:00+08:00[Europe/Berlin]')).toBe('2026-11-23');
    expect(date(row, '2026-11-23T01:00:00Z', 'Asia/Tokyo')).toBe('2026-11-24');
    expect(date(row)).toBe('2026-11-23');
  });
});

describe('values', () => {
  it('that do not fit their type are empty', () => {
    const reads = (type: string, raw: unknown) => readerOf(type)(raw);
    expect(['25:00', '9:00', '09:60', 5].map((raw) => reads('time', raw))).toEqual([null, null, null, null]);
    expect(['2026-02-29', '0000-01-01', 20260101, 'x'].map((raw) => reads('date', raw))).toEqual(Array(4).fill(null));
    expect(
      ['2026-01-01T24:00:00', '2026-01-01Tx', '0001-01-01T00:00:00+01:00'].map((raw) => reads('datetime', raw)),
    ).toEqual(Array(3).fill(null));
    expect([1.5, '1', 200_000].map((raw) => reads('period', raw))).toEqual([null, null, null]);
    expect(reads('money:CNY', { amount: '1', currency: 'USD' })).toBeNull();
    expect(reads('list:text', ['', null, 'a'])).toEqual(['a']);
    expect(reads('list:number', [])).toBeNull();
  });

  it('keep microseconds to the ends of the calendar', () => {
    const last = '9999-12-31T23:59:59.999999Z';
    expect(write('datetime', readerOf('datetime')(last))).toBe(last);
    const later = compile(whole('time+', 'datetime', field('datetime', 'at'), constant('duration', 1)));
    expect([later({ at: last }), later({ at: '9999-12-31T23:59:59.999998Z' })]).toEqual([null, last]);
  });

  it('order texts by code point', () => {
    expect(['\u{1f600}', '\uff5e', 'z', '中'].sort(compareText)).toEqual(['z', '中', '\uff5e', '\u{1f600}']);
  });
});

describe('trees', () => {
  const dear = whole('some', 'boolean', field('list:record', 'lines'), {
    op: '>',
    type: 'boolean',
    args: [field('number', 'x', 'price'), field('number', 'limit')],
  });
  const some: Tree = { ...dear, value: 'x' };

  it('name the paths they read from outside, each once', () => {
    expect(dependencies(some)).toEqual([['lines'], ['limit']]);
    expect(compile(some).dependencies).toEqual([['lines'], ['limit']]);
  });

  it('bind variables, the nearest first', () => {
    const inner: Tree = {
      ...dear,
      v: undefined,
      value: 'x',
      args: [field('list:record', 'x', 'parts'), dear.args?.[1] as Tree],
    };
    const outer: Tree = {
      v: 2,
      op: 'filter',
      type: 'list:record',
      value: 'x',
      args: [field('list:record', 'lines'), inner],
    };
    const lines = [{ parts: [{ price: 1 }] }, { parts: [{ price: 1 }, { price: 9 }] }, { parts: [] }];
    expect(compile(outer)({ lines, limit: 5, x: 'not this' })).toEqual([lines[1]]);
  });

  it('of another version or with what the browser has not are refused', () => {
    expect(() => compile({ op: 'const', type: 'text' })).toThrow(/version/);
    expect(() => compile({ v: 1, op: 'const', type: 'text' })).toThrow(/version 1/);
    expect(() => compile({ v: 2, op: 'teleport', type: 'text' })).toThrow(/teleport/);
    expect(() => compile({ v: 2, op: 'constructor', type: 'text' })).toThrow(/constructor/);
    expect(() => compile({ v: 2, op: 'call', type: 'text', value: 'toString' })).toThrow(/toString/);
    expect([runsHere(some), runsHere({ v: 2, op: 'call', type: 'text', value: 'toString' })]).toEqual([true, false]);
  });

  it('give conditions that are never null', () => {
    const condition = compileCondition({ v: 2, ...field('boolean', 'urgent') });
    expect([condition({}), condition({ urgent: true }), condition({ urgent: 'yes' })]).toEqual([false, true, false]);
  });

  it('say whether they read the clock', () => {
    const call = (value: string, ...args: Tree[]): Tree => ({ v: 2, op: 'call', type: 'date', value, args });
    expect(compile(call('today')).readsClock).toBe(true);
    expect(compile(call('upper', field('text', 'a'))).readsClock).toBe(false);
  });
});
