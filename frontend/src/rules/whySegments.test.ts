import { expect, it } from 'vitest';
import type { WhyPart } from './authoring';
import { segmentsOf } from './whySegments';

const part = (start: number, end: number, holds: boolean | null, text = ''): WhyPart => ({
  ...{ start, end, text, holds },
  value: 0,
});

it('gives each piece the colour of the smallest part around it', () => {
  const text = 'a > 1 and b';
  expect(segmentsOf(text, [part(0, 11, false), part(0, 5, true), part(4, 5, null), part(10, 11, false)])).toEqual([
    { text: 'a > 1', holds: true },
    { text: ' and ', holds: false },
    { text: 'b', holds: false },
  ]);
});

it('knows the places of parts in the whole rule', () => {
  const [text, begin] = ['a > 1 and b', 42];
  const parts = [part(begin, begin + 11, false, text), part(begin, begin + 5, true)];
  expect(segmentsOf(text, parts)).toEqual([
    { text: 'a > 1', holds: true },
    { text: ' and b', holds: false },
  ]);
});

it('counts code points, as the server does', () => {
  expect(segmentsOf('😀 = 1', [part(0, 1, true)])).toEqual([
    { text: '😀', holds: true },
    { text: ' = 1', holds: null },
  ]);
});

it('leaves a text without parts as it is', () => {
  expect(segmentsOf('true', [])).toEqual([{ text: 'true', holds: null }]);
  expect(segmentsOf('', [part(0, 3, true)])).toEqual([]);
});
