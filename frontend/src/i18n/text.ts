/** Text in the product's two languages, and how it is picked for the reader. */
import { useCallback } from 'react';
import { useLocaleState } from 'react-admin';

/** A label in Chinese and English, as definitions carry it: `{ "zh": ..., "en": ... }`. */
export interface Text {
  zh: string;
  en: string;
}

export type Locale = 'zh' | 'en';

/** The text in `locale`, falling back to the other language; a plain string is returned as it is. */
export function pickText(text: Text | string | null | undefined, locale: Locale): string {
  if (text === null || text === undefined) return '';
  if (typeof text === 'string') return text;
  return (locale === 'zh' ? text.zh || text.en : text.en || text.zh) ?? '';
}

/** Replaces `{name}` in a text by `values.name`. */
export function fillText(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}

export type TextReader = (text: Text | string | null | undefined, values?: Record<string, string | number>) => string;

/** The locale of the reader, `zh` or `en`. */
export function useLocale(): Locale {
  const [locale] = useLocaleState();
  return locale === 'en' ? 'en' : 'zh';
}

/** `const t = useText(); t({ zh: '收件箱', en: 'Inbox' })`; `{name}` placeholders take `values`. */
export function useText(): TextReader {
  const locale = useLocale();
  return useCallback(
    (text, values) => {
      const picked = pickText(text, locale);
      return values ? fillText(picked, values) : picked;
    },
    [locale],
  );
}
