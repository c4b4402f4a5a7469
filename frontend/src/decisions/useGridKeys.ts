/** Keys of the grid: Enter and the arrows go from cell to cell, Alt with an arrow moves the row, Ctrl-Enter adds one below. */
import { type KeyboardEvent, type RefObject, useEffect, useRef } from 'react';

export interface CellPosition {
  row: number;
  column: number;
}

export interface GridCommands {
  rows: number;
  columns: number;
  insertRow: (at: number) => void;
  moveRow: (from: number, to: number) => void;
}

type Cell = HTMLInputElement | HTMLTextAreaElement;
const nameOf = ({ row, column }: CellPosition) => `${row}:${column}`;

export function positionOf(target: EventTarget): CellPosition | null {
  const cell = target instanceof HTMLElement ? target.dataset.cell : undefined;
  if (!cell) return null;
  const [row = 0, column = 0] = cell.split(':').map(Number);
  return { row, column };
}

export function useGridKeys(root: RefObject<HTMLElement | null>, commands: GridCommands) {
  const wanted = useRef<CellPosition | null>(null);
  const show = (position: CellPosition) => {
    const cell = root.current?.querySelector<Cell>(`[data-cell="${nameOf(position)}"]`);
    if (!cell) return false;
    cell.focus();
    cell.select();
    return true;
  };
  useEffect(() => {
    if (wanted.current && show(wanted.current)) wanted.current = null;
  });
  /** Also for a cell that is about to be drawn. */
  const focus = (position: CellPosition) => {
    if (!show(position)) wanted.current = position;
  };
  const focusAfter = (position: CellPosition) => {
    wanted.current = position;
  };

  const { rows, columns, insertRow, moveRow } = commands;
  const onEnter = ({ row, column }: CellPosition, event: KeyboardEvent) => {
    const target = event.shiftKey ? row - 1 : row + 1;
    if (target < 0) return;
    if (event.ctrlKey || event.metaKey || target >= rows) {
      insertRow(row + 1);
      focusAfter({ row: row + 1, column: event.ctrlKey || event.metaKey ? 0 : column });
    } else focus({ row: target, column });
  };
  const onVertical = ({ row, column }: CellPosition, step: number, event: KeyboardEvent): boolean => {
    const target = row + step;
    if (target < 0 || target >= rows) return event.altKey;
    if (event.altKey) {
      moveRow(row, target);
      focusAfter({ row: target, column });
      return true;
    }
    if (isChoosing(event.target as Cell)) return false;
    focus({ row: target, column });
    return true;
  };
  const onHorizontal = ({ row, column }: CellPosition, step: number, cell: Cell): boolean => {
    const edge = step < 0 ? 0 : cell.value.length;
    if (cell.selectionStart !== edge || cell.selectionEnd !== edge) return false;
    const target = column + step;
    if (target < 0 || target >= columns) return false;
    focus({ row, column: target });
    return true;
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const position = positionOf(event.target);
    if (!position || event.nativeEvent.isComposing) return;
    const { key } = event;
    const cell = event.target as Cell;
    let taken = false;
    if (key === 'Enter') {
      onEnter(position, event);
      taken = true;
    } else if (key === 'ArrowUp' || key === 'ArrowDown') {
      taken = onVertical(position, key === 'ArrowUp' ? -1 : 1, event);
    } else if ((key === 'ArrowLeft' || key === 'ArrowRight') && !event.altKey && !event.ctrlKey && !event.shiftKey) {
      taken = onHorizontal(position, key === 'ArrowLeft' ? -1 : 1, cell);
    }
    if (taken) event.preventDefault();
  };
  return { onKeyDown, focus, focusAfter };
}

/** The browser's list of suggestions is open while something is typed that is none of them: its arrows are its own. */
function isChoosing(cell: Cell): boolean {
  if (!(cell instanceof HTMLInputElement) || !cell.list || cell.value === '') return false;
  return ![...cell.list.options].some(({ value }) => value === cell.value);
}
