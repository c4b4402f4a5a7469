/** Languages: `useText()` for `{zh, en}` labels, `useLocale()`, and react-admin's provider. */
export { browserLocale, i18nProvider, LOCALES } from './provider';
export { fillText, type Locale, pickText, type Text, type TextReader, useLocale, useText } from './text';
export { zh } from './zh';
