/** Finding a place by Chinese, pinyin (whole or initials) or English. */
import { useQuery } from '@tanstack/react-query';
import type { Text } from '@/i18n';

/** Chinese -> [`gongdan`, `gd`]. */
export type Spell = (text: string) => string[];

/** The dictionary is large, so it is loaded when the palette is first opened. */
async function loadSpelling(): Promise<Spell> {
  const { pinyin } = await import('pinyin-pro');
  const options = { toneType: 'none', type: 'array', nonZh: 'consecutive' } as const;
  return (text) => {
    const syllables = pinyin(text, options);
    return [syllables.join(''), syllables.map((syllable) => syllable.charAt(0)).join('')];
  };
}

export function useSpelling(): Spell | undefined {
  return useQuery({ queryKey: ['pinyin'], queryFn: loadSpelling, staleTime: Number.POSITIVE_INFINITY }).data;
}

/** What a label is found by: both languages, and the pinyin of the Chinese. */
export function findableBy(label: Text, spell?: Spell): string {
  return [label.zh, label.en, ...(spell?.(label.zh) ?? [])].join(' ').toLowerCase();
}

/** Whether each word typed is in it. */
export function isFoundBy(findable: string, typed: string): boolean {
  return typed
    .trim()
    .toLowerCase()
    .split(/\s+/)
    .every((word) => findable.includes(word));
}

/** Whether each word typed is found in the label of either language or in its pinyin. */
export function placeMatches(label: Text, typed: string, spell?: Spell): boolean {
  return isFoundBy(findableBy(label, spell), typed);
}
