/** The two ways of writing an expression, and which one a text is written in. */
import type { Locale, Text } from '@/i18n';
import { ruleTokens } from '../words';

export const SURFACES: { key: Locale; name: string; command: Text }[] = [
  { key: 'zh', name: '中文', command: { zh: '改写成中文', en: 'Write in Chinese' } },
  { key: 'en', name: 'English', command: { zh: '改写成英文', en: 'Write in English' } },
];

const HAN = /\p{Script=Han}/u;

/** By its keywords and functions; by a Chinese name where it has none; null where either would do: keys are ASCII in both. */
export function surfaceOf(text: string): Locale | null {
  const tokens = ruleTokens(text);
  const telling =
    tokens.find((token) => token.kind === 'keyword') ??
    tokens.find((token) => token.kind === 'function') ??
    tokens.find((token) => token.kind === 'name' && HAN.test(token.text));
  if (!telling) return null;
  return HAN.test(telling.text) ? 'zh' : 'en';
}
