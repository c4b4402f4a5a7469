/** Definitions as the API sends them; the same shapes as `engine/definitions`. */
import type { Text } from '@/i18n';
import type { CalendarJson } from '@/language';

export interface Option {
  key: string;
  label: Text;
  color?: string;
}

export type FieldType =
  | 'text'
  | 'long_text'
  | 'number'
  | 'money'
  | 'boolean'
  | 'date'
  | 'datetime'
  | 'choice'
  | 'multi_choice'
  | 'stage'
  | 'reference'
  | 'user'
  | 'department'
  | 'phone'
  | 'email'
  | 'tags'
  | 'auto_number'
  | 'sub_table';

export interface Field {
  key: string;
  type: FieldType;
  label: Text;
  required?: boolean;
  unique?: boolean;
  indexed?: boolean;
  personal?: boolean;
  default?: unknown;
  help?: Text | null;
  options?: Option[];
  transitions?: Record<string, string[]>;
  entity?: string | null;
  currency?: string | null;
  scale?: number | null;
  max_length?: number | null;
  pattern?: string | null;
  fields?: Field[];
  /** A column of a sub-table that is only shown at a step of a flow. */
  access?: 'read';
  /** Whether rows of a sub-table may be added and removed; both if absent. */
  rows?: { add: boolean; remove: boolean };
}

export interface Entity {
  key: string;
  label: Text;
  plural?: Text | null;
  fields: Field[];
  title: string;
  icon?: string;
  group?: Text | null;
  description?: Text | null;
  app?: string;
}

export interface View {
  key: string;
  label: Text;
  entity: string;
  columns: string[];
  type?: string;
  filter?: string | null;
  sort?: string[];
  default?: boolean;
}

export interface FormItem {
  field: string;
  access?: 'write' | 'read';
  required?: boolean;
  visible_when?: string | null;
  required_when?: string | null;
  /** The value of a field that nobody types. */
  computed?: string | null;
  label?: Text | null;
  help?: Text | null;
}

export interface Form {
  key: string;
  label: Text;
  entity: string;
  sections: { label?: Text | null; columns?: number; items: FormItem[] }[];
  checks?: { expression: string; message: Text; field?: string | null }[];
}

export interface FlowSummary {
  key: string;
  label: Text;
  entity: string;
}

export interface Person {
  id: string;
  name: string;
  department_id: string | null;
  position?: string | null;
}

export interface Department {
  id: string;
  key: string;
  label: Text;
  parent_id: string | null;
}

export interface RoleSummary {
  key: string;
  label: Text;
}

/** What the reader may know of the published definitions and of the company. */
export interface Metadata {
  version: string | number;
  entities: Entity[];
  views: View[];
  forms: Form[];
  flows: FlowSummary[];
  users: Person[];
  departments: Department[];
  roles: RoleSummary[];
  /** When people work, by the company's default calendar; null or missing: office hours. */
  calendar?: CalendarJson | null;
}
