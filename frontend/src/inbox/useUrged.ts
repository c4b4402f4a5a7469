/** Why nobody can be asked for haste just now: whom it reminded, and when it may be done again. Nothing once that time has come. */
import { useEffect, useState } from 'react';
import { useFormat } from '@/components';
import { useText } from '@/i18n';
import type { Urged } from './types';

const MINUTE_MS = 60_000;

/** The whole minute from which on it may be done again, as it is told. */
const momentOf = (urged: Urged | null | undefined) =>
  urged ? Math.ceil(Date.parse(urged.again) / MINUTE_MS) * MINUTE_MS : 0;

export function useUrged(urged: Urged | null | undefined): string | null {
  const t = useText();
  const format = useFormat();
  const again = momentOf(urged);
  const [, setPassed] = useState(0);
  useEffect(() => {
    const left = again - Date.now();
    if (left <= 0) return;
    const timer = setTimeout(() => setPassed(again), left);
    return () => clearTimeout(timer);
  }, [again]);
  if (!urged || again <= Date.now()) return null;
  const names = urged.reminded.map(({ name }) => name).join(t({ zh: '、', en: ', ' }));
  const from = t({ zh: '{at} 起可再催', en: 'Again from {at}' }, { at: format.time(again) });
  const reminded = names && t({ zh: '已提醒 {names}', en: 'Reminded: {names}' }, { names });
  return [reminded, from].filter(Boolean).join(t({ zh: '，', en: '. ' }));
}
