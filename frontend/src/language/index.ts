/** The expression language in the browser: form conditions and computed values, run from the server's checked trees. */
export { Calendar, type CalendarJson } from './calendar';
export { compile, compileCondition, type Expression, momentOf, runsHere } from './evaluate';
export type { Moment } from './moment';
export { CyclicRules, type Rule, RuleSet, type RuleState } from './rules';
export { dependencies, type Tree } from './tree';
export type { Json } from './values';
