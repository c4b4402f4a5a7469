/** The one list of field types; the same `type` strings as the server's registry. */
import type { FieldType } from '@/metadata/types';
import { choiceKinds } from './choices';
import { linkKinds } from './links';
import { numberKinds } from './numbers';
import { subTableKind } from './subtable';
import { textKinds } from './text';
import { timeKinds } from './times';
import type { FieldKind } from './types';

export const FIELD_KINDS: FieldKind[] = [
  ...textKinds,
  ...numberKinds,
  ...timeKinds,
  ...choiceKinds,
  ...linkKinds,
  subTableKind,
];

const byType = new Map<string, FieldKind>(FIELD_KINDS.map((kind) => [kind.type, kind]));

/** The kind of a field; an unknown type (a newer server) is shown and entered as text. */
export function kindOf(type: FieldType | string): FieldKind {
  const kind = byType.get(type) ?? byType.get('text');
  if (!kind) throw new Error(`no field kind for ${type}`);
  return kind;
}
