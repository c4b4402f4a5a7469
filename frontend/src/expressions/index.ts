/**
 * Expressions in the browser: written, put together, tried.
 *
 * - `<ExpressionEditor label value onChange about />` the text, coloured, completed and checked; `lines="one"` submits on Enter
 * - `<ConditionField label value onChange about entity />` the text and the condition builder as two tabs, with one undo
 * - `about` is what the expression may name: `{ entity }`, `{ form }` or `{ flow }`
 */

export { typeOf } from './builder/subjects';
export { ConditionField, type ConditionFieldProps } from './ConditionField';
export { ExpressionEditor, type ExpressionEditorProps } from './ExpressionEditor';
export type { About, Variable } from './tree';
