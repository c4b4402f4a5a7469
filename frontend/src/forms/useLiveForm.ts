/** The state of a form being filled in: values, what its conditions say of them, and errors at their fields. */
import { useCallback, useMemo, useState } from 'react';
import { compileForm, type FormState, formState } from './conditions';
import type { LiveForm, Values } from './types';
import { dataToSend, type FieldErrors, missingFields, serverErrors } from './validation';

export interface LiveFormState {
  values: Values;
  state: FormState;
  errors: FieldErrors;
  dirty: boolean;
  change: (field: string, value: unknown) => void;
  /** True when nothing required is missing; shows what is missing otherwise. */
  validate: () => boolean;
  /** Puts the server's problems at their fields. */
  refuse: (error: unknown) => FieldErrors;
  data: () => Values;
}

export function useLiveForm(form: LiveForm, stored: Values): LiveFormState {
  const compiled = useMemo(() => compileForm(form), [form]);
  const [typed, setTyped] = useState<Values>({});
  const [errors, setErrors] = useState<FieldErrors>({});
  const values = useMemo(() => ({ ...stored, ...typed }), [stored, typed]);
  const state = useMemo(() => formState(compiled, values, new Date()), [compiled, values]);
  const change = useCallback((field: string, value: unknown) => {
    setTyped((before) => ({ ...before, [field]: value }));
    setErrors(({ [field]: _, ...rest }) => rest);
  }, []);
  return {
    values,
    state,
    errors,
    dirty: Object.keys(typed).length > 0,
    change,
    validate: () => {
      const missing = missingFields(state, values);
      setErrors(missing);
      return Object.keys(missing).length === 0;
    },
    refuse: (error) => {
      const found = serverErrors(error, state);
      setErrors(found);
      return found;
    },
    data: () => dataToSend(state, values),
  };
}
