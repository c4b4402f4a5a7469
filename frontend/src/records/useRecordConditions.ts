/** What the conditions of an entity's own form say of a record while somebody edits it. */
import { useMemo } from 'react';
import { isEmpty } from '@/fields';
import { ask, compileForm, failedChecks, formState, type LiveForm, type Tree } from '@/forms';
import { type Text, useText } from '@/i18n';
import { momentOf } from '@/language';
import { type Entity, type Form, useBusinessCalendar } from '@/metadata';
import { type Rights, useMe } from '@/providers/me';
import { fullForm } from './sections';

type Values = Record<string, unknown>;

export interface RecordConditions {
  visible: (field: string) => boolean;
  required: (field: string) => boolean;
  /** Values that follow from others, by field; nobody types them. */
  computed: Values;
  /** What keeps the values from being saved, by field. */
  problems: () => Record<string, string>;
}

const REQUIRED: Text = { zh: '请填写', en: 'Please fill this in' };

type CheckWithTree = NonNullable<LiveForm['checks']>[number] & { expression_tree?: Tree | null };

/** As forms of tasks have it: a check's tree is called just that. */
function live(form: Form | undefined): LiveForm {
  if (!form) return { key: '', label: { zh: '', en: '' }, entity: '', sections: [] };
  const checks = (form.checks ?? []) as CheckWithTree[];
  return { ...(form as LiveForm), checks: checks.map((check) => ({ ...check, tree: check.expression_tree })) };
}

export function useRecordConditions(entity: Entity, forms: Form[], rights: Rights, values: Values): RecordConditions {
  const t = useText();
  const me = useMe();
  const form = useMemo(() => {
    const fields = Object.fromEntries(entity.fields.map((field) => [field.key, field]));
    return compileForm(live(fullForm(entity, forms)), fields);
  }, [entity, forms]);
  const person = useMemo(
    () => me && { id: me.id, name: me.name, email: me.email, department: me.department_id ?? '' },
    [me],
  );
  const timezone = me?.app?.timezone;
  const calendar = useBusinessCalendar();
  return useMemo(() => {
    const said = ask(form, null, { ...values, me: person }, momentOf(new Date(), timezone, calendar));
    const state = formState(form, said);
    const computed = Object.fromEntries(form.rules.computed.map((field) => [field, said.values[field]]));
    // Nobody is asked for what their role does not let them write.
    const required = (field: string) => rights.field(field) === 'write' && !!state.get(field)?.required;
    return {
      visible: (field) => state.get(field)?.visible ?? true,
      required,
      computed,
      problems: () => {
        const missing = [...state.keys()].filter((field) => required(field) && isEmpty(values[field]));
        const failed = Object.entries(failedChecks(form, state, said)).map(([field, text]) => [field, t(text)]);
        return Object.fromEntries([...failed, ...missing.map((field) => [field, t(REQUIRED)])]);
      },
    };
  }, [form, rights, values, person, timezone, calendar, t]);
}
