/** Text functions (engine/language/functions/text.py). Lengths and positions count code points. */
import { Decimal } from '../decimal';
import type { Moment } from '../moment';
import { asciiLower, asciiUpper, codePoints } from '../text';
import { display, type Value } from '../values';
import { type Compute, type Functions, lenient, strict, strictAt, typed } from './function';

const ZERO = Decimal.of(0);
const MAX_DIGITS = 60;
const NUMBER = /^[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?$/;

/** Also the ideographic space, which Chinese input methods write. */
const trimmed = (text: string): string => text.replace(/^[ \t\r\n\u3000]+|[ \t\r\n\u3000]+$/g, '');

/** A number as a position or a length, its fraction cut off. */
const count = (number: Decimal): number => Number(number.truncate().toInteger());

/** The code points from one place to another; those of most texts are its units. */
function cut(text: string, begin: number, end: number): string | null {
  if (codePoints(text) === text.length) return text.slice(begin, end) || null;
  return Array.from(text).slice(begin, end).join('') || null;
}

function substring(text: string, start: Decimal, length?: Decimal): Value {
  const first = count(start);
  if (first === 0) return null;
  const begin = first > 0 ? first - 1 : Math.max(codePoints(text) + first, 0);
  return cut(text, begin, length === undefined ? Number.POSITIVE_INFINITY : begin + Math.max(count(length), 0));
}

function right(text: string, number: Decimal): Value {
  return cut(text, Math.max(codePoints(text) - Math.max(count(number), 0), 0), Number.POSITIVE_INFINITY);
}

function before(text: string, part: string): Value {
  const place = text.indexOf(part);
  return place < 0 ? null : text.slice(0, place) || null;
}

function after(text: string, part: string): Value {
  const place = text.indexOf(part);
  return place < 0 ? null : text.slice(place + part.length) || null;
}

function position(text: string, part: string): Value {
  const place = text.indexOf(part);
  return place < 0 ? ZERO : Decimal.of(codePoints(text.slice(0, place)) + 1);
}

function lacking(text: string, width: Decimal, fill: string): string {
  return fill.repeat(Math.max(count(width) - codePoints(text), 0));
}

/** Parts of a text: what goes through them all must not take long. */
const MOST_PARTS = 500;

function split(text: string, separator: string): Value {
  const parts = text
    .split(separator)
    .filter((part) => part !== '')
    .slice(0, MOST_PARTS);
  return parts.length > 0 ? parts : null;
}

function mask(text: string, start: Decimal, end: Decimal): string {
  const characters = Array.from(text);
  const [first, last] = [count(start), count(end)];
  const hidden = characters.length - first - last;
  if (hidden <= 0) return '*'.repeat(characters.length);
  return [...characters.slice(0, first), '*'.repeat(hidden), ...characters.slice(characters.length - last)].join('');
}

/** `*` is any run of characters and `?` any one. A `*` takes as little as it can, and only the last one met is tried again. */
function like(text: string, pattern: string): boolean {
  const [characters, wanted] = [Array.from(asciiLower(text)), Array.from(asciiLower(pattern))];
  let [at, next, star, retry] = [0, 0, -1, 0];
  while (at < characters.length) {
    if (wanted[next] === '*') {
      star = next;
      retry = at;
      next += 1;
    } else if (next < wanted.length && (wanted[next] === '?' || wanted[next] === characters[at])) {
      at += 1;
      next += 1;
    } else if (star >= 0) {
      next = star + 1;
      retry += 1;
      at = retry;
    } else return false;
  }
  return wanted.slice(next).every((each) => each === '*');
}

/** A test of two texts that fails when one is empty. */
function both(test: (text: string, part: string) => boolean): Compute {
  return lenient((text = null, part = null) => text !== null && part !== null && test(String(text), String(part)));
}

function toText(type: string): Compute {
  if (type.startsWith('money'))
    return strict((amount: Decimal, currency: string) => `${amount.toPlainString()} ${currency}`);
  return strictAt((moment: Moment, value: Value) => display(type, value, moment) || null);
}

function numberOf(text: string): Value {
  const written = trimmed(text);
  return written.length <= MAX_DIGITS && NUMBER.test(written) ? Decimal.parse(written.replaceAll(',', '')) : null;
}

export const FUNCTIONS: Functions = {
  length: lenient((value = null) => {
    if (typeof value === 'string') return Decimal.of(codePoints(value));
    return Decimal.of(Array.isArray(value) ? value.length : 0);
  }),
  lower: strict(asciiLower),
  upper: strict(asciiUpper),
  trim: strict((text: string) => trimmed(text) || null),
  is_blank: lenient((text = null) => text === null || trimmed(String(text)) === ''),
  starts_with: both((text, part) => text.startsWith(part)),
  ends_with: both((text, part) => text.endsWith(part)),
  equals_ignoring_case: lenient((left = null, right = null) => {
    return left === null || right === null ? left === right : asciiLower(String(left)) === asciiLower(String(right));
  }),
  like: both(like),
  substring: strict(substring),
  left: strict((text: string, number: Decimal) => cut(text, 0, Math.max(count(number), 0))),
  right: strict(right),
  before: strict(before),
  after: strict(after),
  position: strict(position),
  count_of: strict((text: string, part: string) => Decimal.of(text.split(part).length - 1)),
  replace: lenient((text = null, part = null, replacement = null) => {
    return text === null || part === null
      ? null
      : String(text)
          .split(String(part))
          .join(String(replacement ?? '')) || null;
  }),
  repeat: strict((text: string, number: Decimal) => text.repeat(count(number)) || null),
  pad_left: strict((text: string, width: Decimal, fill = ' ') => lacking(text, width, fill) + text),
  pad_right: strict((text: string, width: Decimal, fill = ' ') => text + lacking(text, width, fill)),
  reverse: strict((text: string) => Array.from(text).reverse().join('')),
  split: strict(split),
  digits_of: strict((text: string) => text.replace(/[^0-9]+/g, '') || null),
  mask: strict(mask),
  to_text: typed(([type = 'text']) => toText(type)),
  number_of: strict(numberOf),
};
