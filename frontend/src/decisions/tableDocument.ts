/** A decision table as its document says it, read tolerantly, and the changes of its rows and columns. All are pure. */
import type { Content } from '@/build/api';
import type { Text } from '@/i18n';

export interface Option {
  key: string;
  label: Text;
  color?: string;
}

/** An input or an output. `values` and `default` are said of outputs only. */
export interface Column {
  key: string;
  label: Text;
  type: string;
  options?: Option[];
  values?: (string | number | boolean)[];
  default?: string | null;
}

export type Side = 'inputs' | 'outputs';
export type HitPolicy = 'unique' | 'any' | 'first' | 'priority' | 'rule_order' | 'output_order' | 'collect';
export type Aggregate = 'sum' | 'min' | 'max' | 'count';

export interface Row {
  /** Cells by the keys of their columns: tests of the inputs (`when`), expressions of the outputs (`then`). */
  tests: Record<string, string>;
  answers: Record<string, string>;
  note: string;
}

export interface DecisionTable {
  inputs: Column[];
  outputs: Column[];
  rules: Row[];
  hit: HitPolicy;
  aggregate: Aggregate | null;
}

/** One column of cells from left to right: inputs, outputs, the note. */
export type Place = { side: Side; index: number; column: Column } | { side: 'note' };

const MEMBERS = { inputs: 'tests', outputs: 'answers' } as const;

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const written = (value: unknown): string => (typeof value === 'string' ? value : '');
const labelOf = (value: unknown): Text => ({ zh: written(record(value).zh), en: written(record(value).en) });

function columnOf(value: unknown): Column {
  const { key, label, type, options } = record(value);
  const own = { ...record(value), key: written(key), label: labelOf(label), type: written(type) } as Column;
  if (options !== undefined) {
    own.options = list(options).map((each) => ({
      ...record(each),
      key: written(record(each).key),
      label: labelOf(record(each).label),
    }));
  }
  return own;
}

const cellsOf = (value: unknown) =>
  Object.fromEntries(Object.entries(record(value)).map(([key, cell]) => [key, written(cell)]));

export function readTable(content: Content): DecisionTable {
  return {
    inputs: list(content.inputs).map(columnOf),
    outputs: list(content.outputs).map(columnOf),
    rules: list(content.rules).map((row) => ({
      tests: cellsOf(record(row).when),
      answers: cellsOf(record(row).then),
      note: written(record(row).note),
    })),
    hit: (written(content.hit) || 'unique') as HitPolicy,
    aggregate: (written(content.aggregate) || null) as Aggregate | null,
  };
}

/** The table as members of the document; empty cells and notes are left out. */
export function writeTable({ inputs, outputs, rules, hit, aggregate }: DecisionTable): Content {
  const filled = (cells: Record<string, string>) =>
    Object.fromEntries(Object.entries(cells).filter(([, cell]) => cell.trim() !== ''));
  return {
    inputs,
    outputs,
    rules: rules.map(({ tests, answers, note }) => ({
      when: filled(tests),
      // biome-ignore lint/suspicious/noThenProperty: the word of the document
      then: filled(answers),
      ...(note.trim() ? { note } : {}),
    })),
    hit,
    aggregate,
  };
}

export function placesOf({ inputs, outputs }: DecisionTable): Place[] {
  const of = (side: Side, columns: Column[]) => columns.map((column, index) => ({ side, index, column }));
  return [...of('inputs', inputs), ...of('outputs', outputs), { side: 'note' }];
}

/** The document's path of a cell, for its problems. */
export function cellPath(row: number, place: Place): string {
  if (place.side === 'note') return `/rules/${row}/note`;
  return `/rules/${row}/${place.side === 'inputs' ? 'when' : 'then'}/${place.column.key}`;
}

export function cellText(row: Row, place: Place): string {
  if (place.side === 'note') return row.note;
  return (place.side === 'inputs' ? row.tests : row.answers)[place.column.key] ?? '';
}

function withCell(row: Row, place: Place, text: string): Row {
  if (place.side === 'note') return { ...row, note: text };
  const member = MEMBERS[place.side];
  return { ...row, [member]: { ...row[member], [place.column.key]: text } };
}

export const emptyRow = (): Row => ({ tests: {}, answers: {}, note: '' });

export function setCell(table: DecisionTable, row: number, place: Place, text: string): DecisionTable {
  return { ...table, rules: table.rules.map((each, index) => (index === row ? withCell(each, place, text) : each)) };
}

export function insertRow(table: DecisionTable, at: number, row: Row = emptyRow()): DecisionTable {
  return { ...table, rules: table.rules.toSpliced(at, 0, row) };
}

export function removeRow(table: DecisionTable, at: number): DecisionTable {
  return { ...table, rules: table.rules.toSpliced(at, 1) };
}

function moved<Item>(items: readonly Item[], from: number, to: number): Item[] {
  const item = items[from];
  if (item === undefined || to < 0 || to >= items.length) return [...items];
  return items.toSpliced(from, 1).toSpliced(to, 0, item);
}

export function moveRow(table: DecisionTable, from: number, to: number): DecisionTable {
  return { ...table, rules: moved(table.rules, from, to) };
}

export function insertColumn(table: DecisionTable, side: Side, at: number, column: Column): DecisionTable {
  return { ...table, [side]: table[side].toSpliced(at, 0, column) };
}

export function moveColumn(table: DecisionTable, side: Side, from: number, to: number): DecisionTable {
  return { ...table, [side]: moved(table[side], from, to) };
}

/** Without a column and its cells; the last one of a side stays, for a table has both. */
export function removeColumn(table: DecisionTable, side: Side, at: number): DecisionTable {
  const column = table[side][at];
  if (!column || table[side].length === 1) return table;
  const member = MEMBERS[side];
  const bare = (cells: Record<string, string>) =>
    Object.fromEntries(Object.entries(cells).filter(([key]) => key !== column.key));
  return {
    ...table,
    [side]: table[side].toSpliced(at, 1),
    rules: table.rules.map((row) => ({ ...row, [member]: bare(row[member]) })),
  };
}

/** A column changed; its cells follow it to a new key. */
export function setColumn(table: DecisionTable, side: Side, at: number, column: Column): DecisionTable {
  const old = table[side][at];
  if (!old) return table;
  const member = MEMBERS[side];
  const renamed = (cells: Record<string, string>) =>
    Object.fromEntries(Object.entries(cells).map(([key, cell]) => [key === old.key ? column.key : key, cell]));
  return {
    ...table,
    [side]: table[side].with(at, column),
    rules:
      old.key === column.key ? table.rules : table.rules.map((row) => ({ ...row, [member]: renamed(row[member]) })),
  };
}

export const isTakenKey = (table: DecisionTable, side: Side, at: number | null, key: string): boolean =>
  table[side].some((column, index) => column.key === key && index !== at);

/** A key no column has: `input_2`. */
export function freeKey(table: DecisionTable, side: Side): string {
  const name = side === 'inputs' ? 'input' : 'output';
  let number = table[side].length + 1;
  while (isTakenKey(table, side, null, `${name}_${number}`)) number += 1;
  return `${name}_${number}`;
}
