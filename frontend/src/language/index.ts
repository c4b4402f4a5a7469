/** The expression language in the browser: form conditions and computed values, run from the server's checked trees. */
export { compile, compileCondition, type Expression, references, type Tree, type Values } from './evaluate';
export type { Json } from './values';
