/** The state of a form being filled in: values, what its conditions say of them, and errors at their fields. */
import { useCallback, useMemo, useRef, useState } from 'react';
import { type Calendar, momentOf, type RuleState } from '@/language';
import { useBusinessCalendar } from '@/metadata';
import type { Me } from '@/providers/me';
import { ask, type CompiledForm, compileForm, type FormState, failedChecks, formState } from './conditions';
import type { FieldsByKey, LiveForm, Values } from './types';
import { dataToSend, type FieldErrors, missingFields, serverErrors } from './validation';

export interface LiveFormState {
  values: Values;
  state: FormState;
  errors: FieldErrors;
  dirty: boolean;
  /** What was entered into fields that are shown and may be changed. */
  entered: () => Values;
  /** Forgets what was entered. */
  reset: () => void;
  change: (field: string, value: unknown) => void;
  /** True when nothing required is missing and every check holds; says at the fields what does not. */
  validate: () => boolean;
  /** Puts the server's problems at their fields. */
  refuse: (error: unknown) => FieldErrors;
  data: () => Values;
}

/** What the conditions say of values: asked anew as values change, and only where the answer may differ. */
function useAnswers(
  form: CompiledForm,
  timezone: string | undefined,
  calendar: Calendar,
): (values: Values) => RuleState {
  const last = useRef<{ form: CompiledForm; said: RuleState } | null>(null);
  return useCallback(
    (values) => {
      const before = last.current?.form === form ? last.current.said : null;
      const said = ask(form, before, values, momentOf(new Date(), timezone, calendar));
      last.current = { form, said };
      return said;
    },
    [form, timezone, calendar],
  );
}

/** The values with the computed ones among them. */
function shown(values: Values, { rules }: CompiledForm, said: RuleState): Values {
  return { ...values, ...Object.fromEntries(rules.computed.map((field) => [field, said.values[field]])) };
}

/** What is said once nothing is read that was typed into items that are hidden now: the server does not take it either. */
function settled(form: CompiledForm, answers: (values: Values) => RuleState, known: Values, typed: Values): RuleState {
  let taken = Object.entries(typed);
  for (;;) {
    const said = answers({ ...known, ...Object.fromEntries(taken) });
    const state = formState(form, said);
    const shown = taken.filter(([field]) => state.get(field)?.visible !== false);
    if (shown.length === taken.length) return said;
    taken = shown;
  }
}

/** The same object each time: what is entered is compared by identity. */
const NOTHING: Values = {};

/** `me` is the reader, whom conditions may ask about. `draft` is what they had entered when they were here last. While it is not `open`, what was
 *  entered is kept and counts for nothing: the form shows what is stored. */
export function useLiveForm(
  form: LiveForm,
  fields: FieldsByKey,
  stored: Values,
  me?: Me,
  draft: Values = NOTHING,
  open = true,
): LiveFormState {
  const compiled = useMemo(() => compileForm(form, fields), [form, fields]);
  const [kept, setTyped] = useState<Values>(draft);
  const typed = open ? kept : NOTHING;
  const [errors, setErrors] = useState<FieldErrors>({});
  const values = useMemo(() => ({ ...stored, ...typed }), [stored, typed]);
  const person = useMemo(
    () => me && { id: me.id, name: me.name, email: me.email, department: me.department_id ?? '' },
    [me],
  );
  const answers = useAnswers(compiled, me?.app?.timezone, useBusinessCalendar());
  const known = useMemo(() => ({ ...stored, me: person }), [stored, person]);
  const said = useMemo(() => settled(compiled, answers, known, typed), [compiled, answers, known, typed]);
  const state = useMemo(() => formState(compiled, said), [compiled, said]);
  const all = useMemo(() => shown(values, compiled, said), [values, compiled, said]);
  const change = useCallback((field: string, value: unknown) => {
    setTyped((before) => ({ ...before, [field]: value }));
    setErrors(({ [field]: _, ...rest }) => rest);
  }, []);
  return {
    values: all,
    state,
    errors,
    dirty: Object.keys(typed).length > 0,
    entered: () => Object.fromEntries(Object.entries(dataToSend(state, values)).filter(([field]) => field in typed)),
    reset: () => {
      setTyped(NOTHING);
      setErrors({});
    },
    change,
    validate: () => {
      const found = {
        ...failedChecks(compiled, state, settled(compiled, answers, known, typed)),
        ...missingFields(state, values),
      };
      setErrors(found);
      return Object.keys(found).length === 0;
    },
    refuse: (error) => {
      const found = serverErrors(error, state);
      setErrors(found);
      return found;
    },
    data: () => dataToSend(state, values),
  };
}
