/** One history: labels, runs that are one command, and what a new command makes of what was undone. */
import { expect, it } from 'vitest';
import { amend, apply, begin, redo, redoLabel, undo, undoLabel } from './history';

const label = (en: string) => ({ zh: en, en });

it('goes back and forth under the labels of the commands', () => {
  let history = apply(begin('a'), label('Add'), 'b', { at: 1 });
  history = apply(history, label('Move'), 'c', { at: 2 });
  expect(undoLabel(history)?.en).toBe('Move');
  history = undo(history);
  expect([history.present.state, undoLabel(history)?.en, redoLabel(history)?.en]).toEqual(['b', 'Add', 'Move']);
  history = redo(history);
  expect([history.present.state, redoLabel(history)]).toEqual(['c', null]);
  expect(undo(undo(undo(history))).present.state).toBe('a');
  expect(undoLabel(undo(undo(history)))).toBeNull();
});

it('takes letters typed one after the other as one command, until a pause or another kind of change', () => {
  let history = begin('');
  for (const [text, at] of [
    ['s', 100],
    ['st', 300],
    ['sta', 600],
  ] as const) {
    history = apply(history, label('Type'), text, { run: 'type', at });
  }
  expect(history.past).toHaveLength(1);
  history = apply(history, label('Type'), 'stat', { run: 'type', at: 5_000 });
  history = apply(history, label('Complete'), 'status', { at: 5_100 });
  expect(history.past.map(({ state }) => state)).toEqual(['', 'sta', 'stat']);
});

it('forgets what was undone when something new is done, and completes the present without a command', () => {
  let history = undo(apply(begin('a'), label('Add'), 'b', { at: 1 }));
  history = apply(history, label('Move'), 'c', { at: 2 });
  expect(redoLabel(history)).toBeNull();
  expect(undo(amend(history, 'c!')).present.state).toBe('a');
  expect(redo(undo(amend(history, 'c!'))).present.state).toBe('c!');
});
