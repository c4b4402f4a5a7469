/** Types of columns, and lists of options and values as lines of text. */
import { relabelled } from '@/build/labels';
import { typeName } from '@/expressions/types';
import type { Locale, Text } from '@/i18n';
import type { Column, Option } from './tableDocument';

export const TYPES = [
  ...['text', 'number', 'boolean', 'money:CNY', 'choice', 'date', 'datetime', 'time', 'duration', 'list:text'],
];

export const typeLabel = (type: string): Text => typeName(type);

/** One option a line: its key, then its name. */
export const optionLines = (options: readonly Option[], locale: Locale): string =>
  options.map(({ key, label }) => (label[locale] === key ? key : `${key} ${label[locale]}`)).join('\n');

export function readOptions(text: string, known: readonly Option[], locale: Locale): Option[] {
  return lines(text).map((line) => {
    const [, key = '', said = ''] = /^(\S+)\s*(.*)$/.exec(line) ?? [];
    const old = known.find((option) => option.key === key);
    const words = said || key;
    return old ? { ...old, label: relabelled(old.label, locale, words) } : { key, label: { zh: words, en: words } };
  });
}

/** One value a line, the first the highest. */
export const valueLines = (values: Column['values']): string => (values ?? []).map(String).join('\n');

export function readValues(text: string, type: string): NonNullable<Column['values']> {
  return lines(text).map((line) => {
    if (type === 'boolean') return line === 'true';
    const number = Number(line);
    return type === 'number' && Number.isFinite(number) ? number : line;
  });
}

const lines = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
