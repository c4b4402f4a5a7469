/** Text functions (engine/language/functions/text.py). */
import { Decimal } from '../decimal';
import { asciiLower, asciiUpper, codePoints } from '../text';
import { type Functions, strict } from './function';

export const FUNCTIONS: Functions = {
  length: (_, value = null) => {
    if (typeof value === 'string') return Decimal.of(codePoints(value));
    return Decimal.of(Array.isArray(value) ? value.length : 0);
  },
  lower: strict((text: string) => asciiLower(text)),
  upper: strict((text: string) => asciiUpper(text)),
  trim: strict((text: string) => text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '') || null),
  starts_with: (_, text = null, part = null) => text !== null && part !== null && String(text).startsWith(String(part)),
  ends_with: (_, text = null, part = null) => text !== null && part !== null && String(text).endsWith(String(part)),
};
