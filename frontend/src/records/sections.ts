/** How a record's fields are laid out: by the entity's own `<entity>_full` form, else all fields in order. */
import { kindOf } from '@/fields';
import type { Text } from '@/i18n';
import type { Entity, Field, Form, FormItem } from '@/metadata';
import type { Rights } from '@/providers/me';

export interface Section {
  label: Text | null;
  columns: number;
  fields: Field[];
  /** Keys of fields that the form shows but does not let be entered. */
  locked: string[];
}

const DETAILS: Text = { zh: '基本信息', en: 'Details' };

/** The field as the form words it. */
function worded(field: Field, item: FormItem): Field {
  return { ...field, label: item.label ?? field.label, help: item.help ?? field.help };
}

function fromForm(entity: Entity, form: Form): Section[] {
  return form.sections.map((section) => ({
    label: section.label ?? null,
    columns: section.columns ?? 1,
    fields: section.items.flatMap((item) => {
      const field = entity.fields.find(({ key }) => key === item.field);
      return field ? [worded(field, item)] : [];
    }),
    locked: section.items.filter(({ access, computed }) => access === 'read' || computed).map(({ field }) => field),
  }));
}

/** Fields that no section of the form shows still belong to the record. */
function withRest(entity: Entity, sections: Section[]): Section[] {
  const shown = new Set(sections.flatMap(({ fields }) => fields.map(({ key }) => key)));
  const rest = entity.fields.filter(({ key }) => !shown.has(key));
  if (rest.length === 0) return sections;
  const label: Text = sections.length > 0 ? { zh: '其他', en: 'More' } : DETAILS;
  const fields = [...rest.filter(isNarrow), ...rest.filter((field) => !isNarrow(field))];
  return [...sections, { label, columns: 2, fields, locked: [] }];
}

const isNarrow = (field: Field) => !kindOf(field.type).wide;

/** The form that lays out an entity's records, where it has one. */
export function fullForm(entity: Entity, forms: Form[]): Form | undefined {
  return forms.find(({ key, entity: of }) => of === entity.key && key === `${entity.key}_full`);
}

/** Sections with the fields the reader may see; empty sections are left out. */
export function sectionsOf(entity: Entity, forms: Form[], rights: Rights): Section[] {
  const form = fullForm(entity, forms);
  const sections = withRest(entity, form ? fromForm(entity, form) : []);
  return sections
    .map((section) => ({ ...section, fields: section.fields.filter(({ key }) => rights.field(key) !== 'hidden') }))
    .filter(({ fields }) => fields.length > 0);
}

/** Columns of a list when no view says which: the title first, then what fits on one line. */
export function usualColumns(entity: Entity, rights: Rights, most = 7): string[] {
  const fit = entity.fields.filter((field) => isNarrow(field) && rights.field(field.key) !== 'hidden');
  const keys = [entity.title, ...fit.map(({ key }) => key).filter((key) => key !== entity.title)];
  return [...keys.slice(0, most), 'updated_at'];
}
