/**
 * Conditions of a form, evaluated while somebody types. What cannot be evaluated here (no tree; what lies behind a
 * reference, which the browser does not have) is shown, not required and taken as met: the server asks the same
 * questions again when the form is sent.
 */
import type { Text } from '@/i18n';
import { compileCondition, references } from '@/language';
import type { FieldsByKey, LiveForm, LiveFormItem, Tree, Values } from './types';

/** The reader, under the name the language gives them. */
const ME = 'me';

type Condition = (values: Values, now: Date) => boolean;

function condition(tree: Tree | null | undefined, otherwise: boolean): Condition {
  if (!tree || references(tree).some((path) => path.length > 1 && path[0] !== ME)) return () => otherwise;
  return compileCondition(tree);
}

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
}

function compileItem(item: LiveFormItem, fields: FieldsByKey): CompiledItem {
  const always = item.required || fields[item.field]?.required;
  return {
    item,
    visible: condition(item.visible_when_tree, true),
    required: always ? () => true : condition(item.required_when_tree, false),
  };
}

export function compileForm(form: LiveForm, fields: FieldsByKey): CompiledForm {
  return {
    items: form.sections.flatMap((section) => section.items).map((item) => compileItem(item, fields)),
    checks: (form.checks ?? []).map(({ field, message, tree }) => ({
      field: field ?? null,
      message,
      holds: condition(tree, true),
    })),
  };
}

export type FormState = Map<string, ItemState>;

export function formState(form: CompiledForm, values: Values, now: Date): FormState {
  return new Map(
    form.items.map(({ item, visible, required }) => {
      const shown = visible(values, now);
      const writable = shown && item.access !== 'read';
      return [item.field, { item, visible: shown, writable, required: writable && required(values, now) }];
    }),
  );
}

/** Messages of the checks that do not hold, by the field they name; checks of no shown field are left to the server. */
export function failedChecks(form: CompiledForm, state: FormState, values: Values, now: Date): Record<string, Text> {
  const failed = form.checks.filter(({ field, holds }) => field && state.get(field)?.writable && !holds(values, now));
  return Object.fromEntries(failed.map(({ field, message }) => [field as string, message]));
}
