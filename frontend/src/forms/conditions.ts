/**
 * Conditions of a form, evaluated while somebody types. What cannot be evaluated here (no tree; a function only the server has;
 * what lies behind a reference, which the browser does not have) is shown, not required and taken as met: the server asks the
 * same questions again when the form is sent.
 */
import type { Text } from '@/i18n';
import { compile, type Expression, type Moment, type Rule, RuleSet, type RuleState, runsHere } from '@/language';
import type { FieldsByKey, LiveForm, LiveFormItem, Tree, Values } from './types';

/** The reader, under the name the language gives them, and what the browser knows of them. */
const ME = 'me';
const KNOWN_OF_ME: ReadonlySet<string | undefined> = new Set(['id', 'name', 'email', 'department']);

/** What a condition says at one state of the form. */
type Condition = (state: RuleState) => boolean;

export interface ItemState {
  item: LiveFormItem;
  visible: boolean;
  required: boolean;
  /** May be changed by this reader at this step. */
  writable: boolean;
}

interface CompiledItem {
  item: LiveFormItem;
  visible: Condition;
  required: Condition;
}

interface CompiledCheck {
  field: string | null;
  message: Text;
  holds: Condition;
}

export interface CompiledForm {
  items: CompiledItem[];
  checks: CompiledCheck[];
  rules: RuleSet;
}

function isKnown([first, second, ...rest]: readonly string[]): boolean {
  return second === undefined || (first === ME && rest.length === 0 && KNOWN_OF_ME.has(second));
}

/** Through a reference of a row, say, or of a value that a function gave. */
function leavesForm(tree: Tree): boolean {
  const known = tree.op === 'field' && tree.path !== undefined && tree.path[0] === ME && isKnown(tree.path);
  return (!known && (tree.hops ?? []).some((hop) => hop !== null)) || (tree.args ?? []).some(leavesForm);
}

/** What the browser can evaluate of a form; null for what only the server can. */
function compiled(tree: Tree | null | undefined): Expression | null {
  if (!tree || !runsHere(tree) || leavesForm(tree)) return null;
  const expression = compile(tree);
  return expression.dependencies.every(isKnown) ? expression : null;
}

/** Gathers the rules of a form. */
class Conditions {
  readonly rules: Rule[] = [];

  /** The condition of a tree, or what stands in for it when only the server can say. */
  of(tree: Tree | null | undefined, otherwise: boolean): Condition {
    const expression = compiled(tree);
    if (!expression) return () => otherwise;
    const position = this.rules.push({ expression }) - 1;
    return ({ results }) => results[position] === true;
  }

  /** A field whose value is computed; the value stays as it was stored when only the server can say. */
  computing(field: string, tree: Tree | null | undefined): void {
    const expression = compiled(tree);
    if (expression) this.rules.push({ expression, computes: field });
  }
}

function compileItem(item: LiveFormItem, fields: FieldsByKey, conditions: Conditions): CompiledItem {
  const always = item.required || fields[item.field]?.required;
  conditions.computing(item.field, item.computed_tree);
  return {
    item,
    visible: conditions.of(item.visible_when_tree, true),
    required: always ? () => true : conditions.of(item.required_when_tree, false),
  };
}

export function compileForm(form: LiveForm, fields: FieldsByKey): CompiledForm {
  const conditions = new Conditions();
  return {
    items: form.sections.flatMap(({ items }) => items).map((item) => compileItem(item, fields, conditions)),
    checks: (form.checks ?? []).map(({ field, message, tree }) => ({
      field: field ?? null,
      message,
      holds: conditions.of(tree, true),
    })),
    rules: new RuleSet(conditions.rules),
  };
}

/** What the conditions say of the values; given what they said before, only those are asked that may say something else. */
export function ask(form: CompiledForm, before: RuleState | null, values: Values, moment: Moment): RuleState {
  return before ? form.rules.next(before, values, moment) : form.rules.start(values, moment);
}

export type FormState = Map<string, ItemState>;

export function formState(form: CompiledForm, said: RuleState): FormState {
  return new Map(
    form.items.map(({ item, visible, required }) => {
      const shown = visible(said);
      const writable = shown && item.access !== 'read' && !item.computed;
      return [item.field, { item, visible: shown, writable, required: writable && required(said) }];
    }),
  );
}

/** Messages of the checks that do not hold, by the field they name; checks of no shown field are left to the server. */
export function failedChecks(form: CompiledForm, state: FormState, said: RuleState): Record<string, Text> {
  const failed = form.checks.filter(({ field, holds }) => field && state.get(field)?.writable && !holds(said));
  return Object.fromEntries(failed.map(({ field, message }) => [field as string, message]));
}
