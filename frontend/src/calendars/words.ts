/** Names of weekdays and months, as the reader writes them. */
import { useMemo } from 'react';
import { useLocale } from '@/i18n';
import { dateOf } from './days';

const TAGS = { zh: 'zh-CN', en: 'en-GB' };
/** 2024-01-01 was a Monday. */
const MONDAY = 19_723;

export interface DayWords {
  /** Monday first. */
  weekdays: string[];
  shortWeekdays: string[];
  /** "October", "10月". */
  month: (day: number) => string;
  /** "Thursday, 1 October 2026". */
  day: (day: number) => string;
}

export function useDayWords(): DayWords {
  const locale = useLocale();
  return useMemo(() => {
    const by = (options: Intl.DateTimeFormatOptions) => {
      const format = new Intl.DateTimeFormat(TAGS[locale], { ...options, timeZone: 'UTC' });
      return (day: number) => format.format(dateOf(day));
    };
    const week = (write: (day: number) => string) => Array.from({ length: 7 }, (_, index) => write(MONDAY + index));
    return {
      weekdays: week(by({ weekday: 'long' })),
      shortWeekdays: week(by({ weekday: locale === 'zh' ? 'narrow' : 'short' })),
      month: by({ month: 'long' }),
      day: by({ year: 'numeric', month: 'long', day: 'numeric', weekday: 'long' }),
    };
  }, [locale]);
}
