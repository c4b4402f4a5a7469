/** Start forms and their drafts as the API sends them. */
import type { FieldRights, FieldsByKey, LiveForm, Values } from '@/forms';
import type { Text } from '@/i18n';

/** A flow that the reader may start by hand. */
export interface Startable {
  flow: string;
  label: Text;
  description: Text | null;
  entity: string;
  entity_label: Text;
  /** With a new record; else only about one that is there. */
  creates: boolean;
}

export interface StartForm {
  flow: string;
  label: Text;
  description: Text | null;
  entity: string;
  /** The reader's own first step, which is done with the form. */
  step: { node_id: string; title: Text } | null;
  form: LiveForm;
  fields: FieldsByKey;
  /** What the record has before anything is typed. */
  values: Values & { _labels?: Record<string, string> };
  rights: FieldRights;
}

export interface StartDraftLine {
  id: string;
  flow: string;
  /** None where the flow is gone. */
  flow_label: Text | null;
  subject: string;
  updated_at: string;
}

export interface StartDraft {
  id: string;
  flow: string;
  data: Values;
  updated_at: string;
}
