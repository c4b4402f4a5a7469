/** react-admin's i18n provider over our two packs; the choice is kept by react-admin's store. */
import polyglotI18nProvider from 'ra-i18n-polyglot';
import en from 'ra-language-english';
import type { I18nProvider } from 'react-admin';
import type { Locale } from './text';
import { zh } from './zh';

export const LOCALES: { locale: Locale; name: string }[] = [
  { locale: 'zh', name: '中文' },
  { locale: 'en', name: 'English' },
];

const packs = { zh, en };

/** The language of the browser when nobody has chosen one. */
export function browserLocale(languages: readonly string[] = navigator.languages): Locale {
  const first = languages.find((language) => /^(zh|en)/i.test(language));
  return first && /^en/i.test(first) ? 'en' : 'zh';
}

export const i18nProvider: I18nProvider = polyglotI18nProvider(
  (locale) => packs[locale as Locale] ?? packs.zh,
  browserLocale(),
  LOCALES,
  { allowMissing: true },
);
