/** A suggestion put into the text of a cell at the place that was wrong. Places are counted in code points. */
export function fixed(text: string, span: [number, number] | null | undefined, suggestion: string): string {
  if (!span) return suggestion;
  const points = Array.from(text);
  return [...points.slice(0, span[0]), suggestion, ...points.slice(span[1])].join('');
}
