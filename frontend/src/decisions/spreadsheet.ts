/** Cells pasted from a spreadsheet: tab-separated lines, with quotes around what holds a tab, a line or a quote. */
import type { Column, DecisionTable, Place } from './tableDocument';
import { emptyRow, placesOf, setCell } from './tableDocument';

export function readCells(text: string): string[][] {
  const rows: string[][] = [[]];
  let cell = '';
  let quoted = false;
  const source = text.replace(/\r\n?/g, '\n').replace(/\n$/, '');
  const close = () => {
    rows.at(-1)?.push(cell.trim());
    cell = '';
  };
  for (let at = 0; at < source.length; at += 1) {
    const character = source[at] ?? '';
    if (quoted && character === '"' && source[at + 1] === '"') {
      cell += '"';
      at += 1;
    } else if (character === '"' && (quoted ? endsCell(source, at) : cell === '' && closes(source, at))) {
      quoted = !quoted;
    } else if (character === '\t' && !quoted) close();
    else if (character === '\n' && !quoted) {
      close();
      rows.push([]);
    } else cell += character === '\n' ? ' ' : character;
  }
  close();
  return rows;
}

const endsCell = (source: string, at: number) => [undefined, '\t', '\n'].includes(source[at + 1]);

/**
 * A quote that begins a cell wraps it only where what is in it needs that: `"gold"` is how a table writes a text, and no
 * spreadsheet puts quotes around what has neither tabs nor lines nor quotes inside.
 */
function closes(source: string, start: number): boolean {
  for (let at = start + 1; at < source.length; at += 1) {
    if (source[at] !== '"') continue;
    if (source[at + 1] === '"') at += 1;
    else return endsCell(source, at) && /[\t\n]|""/.test(source.slice(start + 1, at));
  }
  return false;
}

/** More than one cell: anything else is pasted as the letters that it is. */
export const isCells = (text: string): boolean => /[\t\n]/.test(text.replace(/\r?\n$/, ''));

const WORD = /^[^"“”<>=!?()[\]{},，、+*/]+$/u;
const KEYWORDS = /^(-|—|–|true|false|null|not .*|in .*|is .*|between .*|真|假|是|否|非.*|属于.*|介于.*)$/iu;

/** What a spreadsheet's cell means in a column: texts and options get their quotes, figures lose the commas between thousands. */
export function asCell(column: Column, text: string, of: 'inputs' | 'outputs'): string {
  const said = text.trim();
  const option = column.options?.find(({ key, label }) => [key, label.zh, label.en].includes(said));
  if (option) return JSON.stringify(option.key);
  if (/^-?\d{1,3}(,\d{3})+(\.\d+)?$/.test(said)) return said.replaceAll(',', '');
  if (/^true|false$/i.test(said) && column.type === 'boolean') return said.toLowerCase();
  const plain = said !== '' && WORD.test(said) && !(of === 'inputs' && KEYWORDS.test(said));
  return column.type === 'text' && plain ? JSON.stringify(said) : said;
}

export interface Pasted {
  table: DecisionTable;
  rows: number;
  /** Cells that would have stood beyond the last column. */
  lost: number;
}

/** Puts cells into the table from one cell on, to the right and down; rows are added as they are needed. */
export function pasteCells(table: DecisionTable, row: number, column: number, cells: string[][]): Pasted {
  const places = placesOf(table);
  const missing = Math.max(0, row + cells.length - table.rules.length);
  let next: DecisionTable = { ...table, rules: [...table.rules, ...Array.from({ length: missing }, emptyRow)] };
  let lost = 0;
  for (const [down, line] of cells.entries()) {
    for (const [right, text] of line.entries()) {
      const place = places[column + right];
      if (place) next = setCell(next, row + down, place, pastedText(place, text));
      else if (text !== '') lost += 1;
    }
  }
  return { table: next, rows: cells.length, lost };
}

const pastedText = (place: Place, text: string) =>
  place.side === 'note' ? text : asCell(place.column, text, place.side);
