/** Places in a text: the server counts code points, the browser UTF-16 units, so that an emoji is one there and two here. */

/** Units before the code point at `point`. */
export function unitsAt(text: string, point: number): number {
  let units = 0;
  for (let points = 0; points < point && units < text.length; points += 1) {
    units += (text.codePointAt(units) ?? 0) > 0xffff ? 2 : 1;
  }
  return units;
}

/** Code points before the unit at `unit`. */
export function pointsAt(text: string, unit: number): number {
  return Array.from(text.slice(0, unit)).length;
}

/** What changed from one text to another, as one replacement: the cursor keeps its place around it. */
export function difference(before: string, after: string): { from: number; to: number; insert: string } {
  const shorter = Math.min(before.length, after.length);
  let from = 0;
  while (from < shorter && before[from] === after[from]) from += 1;
  let same = 0;
  while (same < shorter - from && before[before.length - 1 - same] === after[after.length - 1 - same]) same += 1;
  return { from, to: before.length - same, insert: after.slice(from, after.length - same) };
}
