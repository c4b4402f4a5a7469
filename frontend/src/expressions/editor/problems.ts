/** Problems of the text as marks in the editor, each suggestion a quick fix that replaces the marked characters. */
import { type Action, type Diagnostic, setDiagnostics } from '@codemirror/lint';
import type { EditorView } from '@codemirror/view';
import type { TextReader } from '@/i18n';
import type { Problem } from '../api';
import { unitsAt } from '../places';

export const FIXED = 'input.fix';

/** Where a problem stands in the editor; at least one character, so that it can be seen. */
export function spanOf(text: string, { start, end }: Pick<Problem, 'start' | 'end'>): { from: number; to: number } {
  const [from, to] = [unitsAt(text, start), unitsAt(text, end)];
  if (to > from) return { from, to };
  return from < text.length ? { from, to: from + 1 } : { from: Math.max(0, from - 1), to: from };
}

/** Replaces the characters of a problem by one of its suggestions; the cursor goes behind it. */
export function fix(view: EditorView, problem: Problem, suggestion: string): void {
  const text = view.state.doc.toString();
  const [from, to] = [unitsAt(text, problem.start), unitsAt(text, problem.end)];
  view.dispatch({
    changes: { from, to, insert: suggestion },
    selection: { anchor: from + suggestion.length },
    userEvent: FIXED,
  });
  view.focus();
}

export function mark(view: EditorView, problems: readonly Problem[], t: TextReader): void {
  const text = view.state.doc.toString();
  const found = problems.map((problem): Diagnostic => {
    const actions = problem.suggestions
      .slice(0, 5)
      .map((suggestion): Action => ({ name: suggestion, apply: (editor) => fix(editor, problem, suggestion) }));
    return { ...spanOf(text, problem), severity: 'error', message: t(problem.message), actions };
  });
  view.dispatch(setDiagnostics(view.state, found));
}
