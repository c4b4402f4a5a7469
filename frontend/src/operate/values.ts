/** Values of traces, payloads and contexts as a reader takes them in. */

export function valueText(value: unknown): string {
  if (value === null || value === undefined) return '∅';
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((each) => typeof each !== 'object'))
    return value.map(String).join(', ') || '[]';
  return JSON.stringify(value);
}
