/** Labels in two languages while one reader writes them. */
import type { Locale, Text } from '@/i18n';

export const textOf = (value: unknown): Text => ({ zh: '', en: '', ...(value as Partial<Text> | null | undefined) });

/** A label with the reader's words; the other language's follow while they were the same or empty. */
export function relabelled(label: Text, locale: Locale, said: string): Text {
  const other = locale === 'zh' ? 'en' : 'zh';
  const follows = !label[other] || label[other] === label[locale];
  return locale === 'zh' ? { zh: said, en: follows ? said : label.en } : { zh: follows ? said : label.zh, en: said };
}
