/** The text of a step of "why" cut where its parts begin and end, so that each piece bears the colour of the smallest part around it. */
import { unitsAt } from '@/expressions/places';
import type { WhyPart } from './authoring';

export interface Segment {
  text: string;
  /** Whether the smallest part around it that is true or false holds; null outside of all such parts. */
  holds: boolean | null;
}

/** Places of parts are those in the whole rule; the part that is all of `text` says where it stands there. */
export function segmentsOf(text: string, parts: readonly WhyPart[]): Segment[] {
  const begin = parts.find((part) => part.text === text)?.start ?? Math.min(...parts.map(({ start }) => start));
  const telling = parts
    .filter(({ holds, start, end }) => holds !== null && end > start)
    .map(({ start, end, holds }) => ({ from: unitsAt(text, start - begin), to: unitsAt(text, end - begin), holds }));
  const cuts = [...new Set([0, text.length, ...telling.flatMap(({ from, to }) => [from, to])])].sort((a, b) => a - b);
  const pieces = cuts.slice(0, -1).map((from, index): Segment => {
    const to = cuts[index + 1] ?? text.length;
    const around = telling.filter((part) => part.from <= from && part.to >= to);
    const smallest = around.toSorted((a, b) => a.to - a.from - (b.to - b.from))[0];
    return { text: text.slice(from, to), holds: smallest?.holds ?? null };
  });
  return pieces.filter((piece) => piece.text !== '');
}
