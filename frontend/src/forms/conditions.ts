/**
 * Conditions of a form, evaluated while somebody types. What cannot be evaluated here (no tree, a tree of a newer
 * server) is shown and not required: the server asks the same questions again when the form is sent.
 */
import { compile } from '@/language/evaluate';
import type { LiveForm, LiveFormItem, Tree, Values } from './types';

type Condition = (values: Values, now: Date) => boolean;

function condition(tree: Tree | null | undefined, otherwise: boolean): Condition {
  if (!tree) return () => otherwise;
  const run = compile(tree);
  return (values, now) => run(values, now) === true;
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

export type CompiledForm = CompiledItem[];

function compileItem(item: LiveFormItem): CompiledItem {
  return {
    item,
    visible: condition(item.visible_when_tree, true),
    required: item.required ? () => true : condition(item.required_when_tree, false),
  };
}

export function compileForm(form: LiveForm): CompiledForm {
  return form.sections.flatMap((section) => section.items).map(compileItem);
}

export type FormState = Map<string, ItemState>;

export function formState(form: CompiledForm, values: Values, now: Date): FormState {
  return new Map(
    form.map(({ item, visible, required }) => {
      const shown = visible(values, now);
      const writable = shown && item.access !== 'read';
      return [item.field, { item, visible: shown, writable, required: writable && required(values, now) }];
    }),
  );
}
