/** The one formatter: times, numbers, money and durations as this reader writes them. */
import { useMemo } from 'react';
import { type Locale, useLocale } from '@/i18n';

export type Moment = string | number | Date | null | undefined;

const TAGS: Record<Locale, string> = { zh: 'zh-CN', en: 'en-GB' };
const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

function toDate(value: Moment): Date | null {
  if (value === null || value === undefined || value === '') return null;
  const date = value instanceof Date ? value : new Date(value);
  return Number.isNaN(date.getTime()) ? null : date;
}

/** A calendar date (`2026-11-23`) is the same day everywhere, so it is read as local, not as UTC midnight. */
function toCalendarDate(value: Moment): Date | null {
  const plain = typeof value === 'string' ? /^(\d{4})-(\d{2})-(\d{2})$/.exec(value) : null;
  return plain ? new Date(Number(plain[1]), Number(plain[2]) - 1, Number(plain[3])) : toDate(value);
}

export interface Formatter {
  /** `2026-11-23` or a moment -> the day. */
  date: (value: Moment) => string;
  /** Day, hour and minute. */
  dateTime: (value: Moment) => string;
  /** Day and time to the second with the zone, for the hover text. */
  exact: (value: Moment) => string;
  /** Hour and minute. */
  time: (value: Moment) => string;
  /** "3 minutes ago", "in 2 hours"; a date from a week on. `now` in ms. */
  relative: (value: Moment, now?: number) => string;
  number: (value: number | string | null | undefined, scale?: number | null) => string;
  /** 0.125 -> 12.5%. */
  percent: (value: number | null | undefined, scale?: number) => string;
  money: (value: number | string | null | undefined, currency?: string | null, scale?: number | null) => string;
  /** Seconds -> "2 h 5 min". */
  duration: (seconds: number | null | undefined) => string;
}

function asNumber(value: number | string | null | undefined): number | null {
  if (value === null || value === undefined || value === '') return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

function digits(scale: number | null | undefined): Intl.NumberFormatOptions {
  return scale === null || scale === undefined
    ? { maximumFractionDigits: 6 }
    : { minimumFractionDigits: scale, maximumFractionDigits: scale };
}

function durationText(seconds: number, locale: Locale): string {
  const [day, hour, minute, second] = locale === 'zh' ? [' 天', ' 小时', ' 分钟', ' 秒'] : [' d', ' h', ' min', ' s'];
  const whole = Math.round(Math.abs(seconds));
  const parts: [number, string | undefined][] = [
    [Math.floor(whole / 86_400), day],
    [Math.floor((whole % 86_400) / 3_600), hour],
    [Math.floor((whole % 3_600) / 60), minute],
    [whole < 600 ? whole % 60 : 0, second],
  ];
  const said = parts.filter(([count]) => count > 0).slice(0, 2);
  return said.map(([count, unit]) => `${count}${unit}`).join(' ') || `0${second}`;
}

function relativeText(date: Date, now: number, locale: Locale, far: (value: Moment) => string): string {
  const seconds = Math.round((date.getTime() - now) / 1000);
  const size = Math.abs(seconds);
  if (size < 45) return locale === 'zh' ? '刚刚' : 'just now';
  if (size >= 7 * 86_400) return far(date);
  const relative = new Intl.RelativeTimeFormat(TAGS[locale], { numeric: 'auto', style: 'short' });
  const [unit, length] = STEPS.find(([, step]) => size >= step) ?? (['minute', 60] as const);
  return relative.format(Math.round(seconds / length), unit);
}

/** The formatter of a locale; `useFormat()` gives the reader's. */
export function makeFormatter(locale: Locale): Formatter {
  const tag = TAGS[locale];
  const through = (options: Intl.DateTimeFormatOptions, read = toDate) => {
    const format = new Intl.DateTimeFormat(tag, { hourCycle: 'h23', ...options });
    return (value: Moment) => {
      const date = read(value);
      return date ? format.format(date) : '';
    };
  };
  const day = { year: 'numeric', month: locale === 'zh' ? '2-digit' : 'short', day: '2-digit' } as const;
  const clock = { hour: '2-digit', minute: '2-digit' } as const;
  const dateTime = through({ ...day, ...clock });
  return {
    date: through(day, toCalendarDate),
    dateTime,
    exact: through({ ...day, ...clock, second: '2-digit', timeZoneName: 'short' }),
    time: through(clock),
    relative: (value, now = Date.now()) => {
      const date = toDate(value);
      return date ? relativeText(date, now, locale, dateTime) : '';
    },
    number: (value, scale) => {
      const number = asNumber(value);
      return number === null ? '' : new Intl.NumberFormat(tag, digits(scale)).format(number);
    },
    percent: (value, scale = 1) =>
      value === null || value === undefined
        ? ''
        : new Intl.NumberFormat(tag, { style: 'percent', maximumFractionDigits: scale }).format(value),
    money: (value, currency, scale = 2) => {
      const number = asNumber(value);
      if (number === null) return '';
      const options = { style: 'currency', currency: currency || 'CNY', currencyDisplay: 'narrowSymbol' } as const;
      return new Intl.NumberFormat(tag, { ...options, ...digits(scale ?? 2) }).format(number);
    },
    duration: (seconds) => (seconds === null || seconds === undefined ? '' : durationText(seconds, locale)),
  };
}

export function useFormat(): Formatter {
  const locale = useLocale();
  return useMemo(() => makeFormatter(locale), [locale]);
}
