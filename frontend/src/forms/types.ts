/** Forms as the API sends them: the definition, with the checked tree of every condition beside its text. */
import type { compile } from '@/language';
import type { Field, Form, FormItem } from '@/metadata';

/** A checked expression as JSON; made by the server, evaluated by `@/language`. */
export type Tree = Parameters<typeof compile>[0];

export interface LiveFormItem extends FormItem {
  visible_when_tree?: Tree | null;
  required_when_tree?: Tree | null;
  computed_tree?: Tree | null;
}

export interface LiveForm extends Omit<Form, 'sections'> {
  sections: { label?: Form['label'] | null; columns?: number; items: LiveFormItem[] }[];
  checks?: { expression: string; message: Form['label']; field?: string | null; tree?: Tree | null }[];
}

export type Values = Record<string, unknown>;

/** Field definitions by key; a form shows only fields it finds here. */
export type FieldsByKey = Record<string, Field>;
