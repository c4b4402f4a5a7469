/** Forms: `useLiveForm(form, values)` holds what is typed, `<FormView>` shows it. */
export { ask, compileForm, failedChecks, formState } from './conditions';
export { FormView, type FormViewProps } from './FormView';
export { type FieldRights, fieldsUnder, formUnder, withoutShownColumns, withShownColumns } from './rights';
export type { FieldsByKey, LiveForm, LiveFormItem, Tree, Values } from './types';
export { type LiveFormState, useLiveForm } from './useLiveForm';
export { type FieldErrors, missingFields } from './validation';
