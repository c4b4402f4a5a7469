/** Decision tables as documents: rows and columns changed, cells pasted, trials written and read. */
import { describe, expect, it } from 'vitest';
import { makeFormatter } from '@/components';
import { pickText, type Text } from '@/i18n';
import { fixed } from './cellFix';
import { optionLines, readOptions, readValues } from './columnTypes';
import { asCell, isCells, pasteCells, readCells } from './spreadsheet';
import {
  cellPath,
  freeKey,
  insertRow,
  isTakenKey,
  moveColumn,
  moveRow,
  placesOf,
  readTable,
  removeColumn,
  removeRow,
  setCell,
  setColumn,
  writeTable,
} from './tableDocument';
import { enteredOf, readValue, writtenValue } from './trial';

const said = (en: string): Text => ({ zh: en, en });
const level = { key: 'level', label: said('Level'), type: 'choice', options: [{ key: 'gold', label: said('金卡') }] };
/** A literal with such a member would look like a promise. */
const answering = (rate: string) => Object.fromEntries([['then', { rate }]]);
const content = {
  inputs: [level, { key: 'amount', label: said('Amount'), type: 'money:CNY' }],
  outputs: [{ key: 'rate', label: said('Rate'), type: 'number', default: '1' }],
  rules: [
    { when: { level: '"gold"' }, ...answering('0.8') },
    { ...answering('0.9'), note: 'else' },
  ],
  hit: 'first',
};
const table = readTable(content);

describe('a table', () => {
  it('is read and written without loss', () => {
    expect(writeTable(table)).toEqual({
      ...content,
      rules: [content.rules[0], { ...content.rules[1], when: {} }],
      aggregate: null,
    });
    expect(readTable({ inputs: 'none', rules: [null] })).toMatchObject({
      inputs: [],
      rules: [{ tests: {}, note: '' }],
    });
  });

  it('has a path for each cell', () => {
    expect(placesOf(table).map((place) => cellPath(1, place))).toEqual([
      ...['/rules/1/when/level', '/rules/1/when/amount', '/rules/1/then/rate', '/rules/1/note'],
    ]);
  });

  it('leaves emptied cells out', () => {
    const [first] = placesOf(table);
    const emptied = first && setCell(table, 0, first, ' ');
    expect(emptied && writeTable(emptied).rules).toMatchObject([{ when: {} }, {}]);
  });

  it('takes, moves and drops rows', () => {
    expect(moveRow(table, 1, 0).rules.map(({ note }) => note)).toEqual(['else', '']);
    expect(moveRow(table, 0, 9).rules).toEqual(table.rules);
    expect(insertRow(table, 1).rules).toHaveLength(3);
    expect(removeRow(table, 0).rules).toEqual([table.rules[1]]);
  });

  it('lets cells follow their column to another key, and go with it', () => {
    const renamed = setColumn(table, 'inputs', 0, { ...level, key: 'grade' });
    expect(renamed.rules[0]?.tests).toEqual({ grade: '"gold"' });
    const bare = removeColumn(table, 'inputs', 0);
    expect([bare.inputs.length, bare.rules[0]?.tests]).toEqual([1, {}]);
    expect(removeColumn(table, 'outputs', 0)).toBe(table);
    expect(moveColumn(table, 'inputs', 0, 1).inputs.map(({ key }) => key)).toEqual(['amount', 'level']);
  });

  it('knows which keys are free', () => {
    expect(freeKey(table, 'inputs')).toBe('input_3');
    expect(isTakenKey(table, 'inputs', 0, 'level')).toBe(false);
    expect(isTakenKey(table, 'inputs', 1, 'level')).toBe(true);
  });
});

describe('cells of a spreadsheet', () => {
  it('are read with their quotes', () => {
    expect(readCells('a\tb\r\nc\td\r\n')).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
    expect(readCells('"gold"\t"say ""hi"""\t"two\nlines"')).toEqual([['"gold"', 'say "hi"', 'two lines']]);
    expect(readCells('"gold", "silver"\t5')).toEqual([['"gold", "silver"', '5']]);
    expect([isCells('one'), isCells('one\n'), isCells('one\ttwo'), isCells('one\ntwo')]).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });

  it('mean what the column takes', () => {
    const text = { key: 'x', label: said('X'), type: 'text' };
    const number = { ...text, type: 'number' };
    expect(asCell(level, '金卡', 'inputs')).toBe('"gold"');
    expect(asCell(number, '1,200,000.5', 'outputs')).toBe('1200000.5');
    expect(asCell(text, 'manager', 'outputs')).toBe('"manager"');
    expect(asCell(text, '"manager"', 'outputs')).toBe('"manager"');
    expect(asCell(text, 'not "x"', 'inputs')).toBe('not "x"');
    expect(asCell(text, '-', 'inputs')).toBe('-');
    expect(asCell({ ...text, type: 'boolean' }, 'TRUE', 'inputs')).toBe('true');
  });

  it('are put to the right and down, with rows for all of them', () => {
    const {
      table: after,
      rows,
      lost,
    } = pasteCells(table, 1, 1, readCells('< 5 CNY\t0.5\tfirst\n>= 5 CNY\t0.6\tsecond\tx'));
    expect([rows, lost, after.rules.length]).toEqual([2, 1, 3]);
    expect(after.rules[2]).toEqual({ tests: { amount: '>= 5 CNY' }, answers: { rate: '0.6' }, note: 'second' });
    expect(after.rules[1]?.answers).toEqual({ rate: '0.5' });
  });
});

it('mends a cell at its place, counted in characters as people count them', () => {
  expect(fixed('😀 < 5', [4, 5], '5 CNY')).toBe('😀 < 5 CNY');
  expect(fixed('x', null, 'y')).toBe('y');
});

describe('options and values', () => {
  it('are lines, and keep what the other language calls them', () => {
    const known = [{ key: 'gold', label: { zh: '金卡', en: 'Gold' } }];
    expect(optionLines(known, 'zh')).toBe('gold 金卡');
    expect(readOptions('gold 黄金卡\nsilver\n', known, 'zh')).toEqual([
      { key: 'gold', label: { zh: '黄金卡', en: 'Gold' } },
      { key: 'silver', label: { zh: 'silver', en: 'silver' } },
    ]);
    expect(readValues('3\n1', 'number')).toEqual([3, 1]);
    expect(readValues('high\nlow', 'text')).toEqual(['high', 'low']);
  });
});

describe('a trial', () => {
  const reading = { t: (text: Text | string | null | undefined) => pickText(text, 'en'), format: makeFormatter('en') };

  it('sends what was typed as the server reads it', () => {
    expect(readValue('boolean', 'false')).toBe(false);
    expect(readValue('number', ' ')).toBeNull();
    expect(readValue('duration', '2 小时')).toBe(7_200_000_000);
    expect(readValue('duration', '1 month')).toBe('1 month');
    expect(readValue('list:text', '甲、乙,丙')).toEqual(['甲', '乙', '丙']);
  });

  it('fills in an example as it would have been typed', () => {
    const columns = [...table.inputs, { key: 'wait', label: said('Wait'), type: 'duration' }];
    expect(enteredOf(columns, { level: 'gold', amount: { amount: '50', currency: 'CNY' }, wait: 60_000_000 })).toEqual({
      level: 'gold',
      amount: '50',
      wait: '1 min',
    });
  });

  it('writes answers for people', () => {
    expect(writtenValue({ amount: '50', currency: 'CNY' }, { type: 'money:CNY' }, reading)).toMatch(/50\.00/);
    expect(writtenValue('gold', level, reading)).toBe('金卡');
    expect(writtenValue(null, level, reading)).toBe('empty');
    expect(writtenValue([true, false], { type: 'list:boolean' }, reading)).toBe('yes, no');
  });
});
