/** The columns that every record has beside its own fields, as fields, so that lists and pages can show them. */
import type { Field } from '@/metadata/types';

const system = (key: string, type: Field['type'], zh: string, en: string): Field => ({ key, type, label: { zh, en } });

export const SYSTEM_FIELDS: Field[] = [
  system('owner', 'user', '负责人', 'Owner'),
  system('department', 'department', '部门', 'Department'),
  system('created_at', 'datetime', '创建时间', 'Created'),
  system('created_by', 'user', '创建人', 'Created by'),
  system('updated_at', 'datetime', '修改时间', 'Changed'),
  system('updated_by', 'user', '修改人', 'Changed by'),
  system('deleted_at', 'datetime', '删除时间', 'Deleted'),
];

/** An own or system field of an entity. */
export function fieldOf(entity: { fields: Field[] } | undefined, key: string): Field | undefined {
  return entity?.fields.find((field) => field.key === key) ?? SYSTEM_FIELDS.find((field) => field.key === key);
}
