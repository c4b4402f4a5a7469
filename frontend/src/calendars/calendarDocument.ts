/** A business calendar as its document says it, read tolerantly; holidays and make-up days are changed day by day. */
import type { Content } from '@/build/api';
import { relabelled } from '@/build/labels';
import type { Text } from '@/i18n';
import { dayOf, weekdayOf, writeDay } from './days';

/** Wall times from and to. */
export type Span = [from: string, to: string];
export type Week = Record<string, Span[]>;

export interface Quiet {
  hours: Span[];
  label?: Text | null;
  /** Weekdays on which it begins; none for all. */
  days?: number[];
}

/** A run of days off, or one day that is worked. */
export interface Special {
  kind: 'holiday' | 'makeup';
  from: string;
  to: string;
  label: Text;
}

export interface CalendarContent {
  zone: string | null;
  week: Week;
  makeup: Span[];
  quiet: Record<string, Quiet>;
  default: boolean;
  specials: Special[];
}

export type DayKind = 'workday' | 'free' | 'holiday' | 'makeup';

export const MAKEUP_HOURS: Span[] = [
  ['09:00', '12:00'],
  ['13:00', '18:00'],
];
export const WEEKDAYS = [0, 1, 2, 3, 4, 5, 6] as const;
/** What a special day is called that nobody named. */
export const UNNAMED: Record<Special['kind'], Text> = {
  holiday: { zh: '假日', en: 'Day off' },
  makeup: { zh: '调休上班', en: 'Make-up day' },
};

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const written = (value: unknown): string => (typeof value === 'string' ? value : '');

function spansOf(value: unknown): Span[] {
  return list(value).map((span) => [written(list(span)[0]), written(list(span)[1])]);
}

const labelOf = (value: unknown): Text => ({ zh: written(record(value).zh), en: written(record(value).en) });

function quietOf(value: unknown): Quiet {
  const { hours, label, days } = record(value);
  return {
    ...record(value),
    hours: spansOf(hours),
    label: label ? labelOf(label) : null,
    days: list(days).map(Number),
  };
}

/** Everything the page draws; what the document says wrongly reads as empty, and the server's problems say so. */
export function readCalendar(content: Content): CalendarContent {
  const week = Object.entries(record(content.week)).map(([day, hours]) => [day, spansOf(hours)]);
  const quiet = Object.entries(record(content.quiet)).map(([name, value]) => [name, quietOf(value)]);
  return {
    zone: written(content.zone) || null,
    week: Object.fromEntries(week),
    makeup: content.makeup === undefined ? MAKEUP_HOURS : spansOf(content.makeup),
    quiet: Object.fromEntries(quiet),
    default: content.default === true,
    specials: specialsOf(content),
  };
}

function specialsOf(content: Content): Special[] {
  const off = list(content.holidays).map((each): Special => {
    const { date, from, to, label } = record(each);
    return { kind: 'holiday', from: written(date ?? from), to: written(date ?? to), label: labelOf(label) };
  });
  const worked = list(content.workdays).map((each): Special => {
    const { date, label } = record(each);
    return { kind: 'makeup', from: written(date), to: written(date), label: labelOf(label) };
  });
  return [...off, ...worked];
}

/** `specials` as members of the document, in the order of their days. */
export function writeSpecials(specials: readonly Special[]): Content {
  const ordered = specials.toSorted((a, b) => a.from.localeCompare(b.from));
  const holidays = ordered.filter(({ kind }) => kind === 'holiday');
  return {
    holidays: holidays.map(({ from, to, label }) => (from === to ? { date: from, label } : { from, to, label })),
    workdays: ordered.filter(({ kind }) => kind === 'makeup').map(({ from, label }) => ({ date: from, label })),
  };
}

/** The place of a special day in the document, for its problems. */
export function specialPath(specials: readonly Special[], special: Special): string {
  const same = specials.filter(({ kind }) => kind === special.kind);
  return `/${special.kind === 'holiday' ? 'holidays' : 'workdays'}/${same.indexOf(special)}`;
}

/** No run of days is followed further than a holiday may be long. */
const LONGEST = 366;

export function daysIn({ from, to }: Special): number[] {
  const [first, last] = [dayOf(from), dayOf(to)];
  if (first === null || last === null || last < first) return [];
  return Array.from({ length: Math.min(last - first + 1, LONGEST) }, (_, index) => first + index);
}

/** The special days by their numbers; a day off that is worked too is off, as for the server. */
export function specialDays(specials: readonly Special[]): Map<number, Special> {
  const worked = specials.filter(({ kind }) => kind === 'makeup');
  const off = specials.filter(({ kind }) => kind === 'holiday');
  return new Map([...worked, ...off].flatMap((each) => daysIn(each).map((day) => [day, each] as const)));
}

export function kindOfDay(week: Week, specials: ReadonlyMap<number, Special>, day: number): DayKind {
  return specials.get(day)?.kind ?? ((week[weekdayOf(day)]?.length ?? 0) > 0 ? 'workday' : 'free');
}

/** What a click makes of a day: special days become plain again, plain ones the opposite of what their weekday is. */
export function nextKind(kind: DayKind): 'plain' | Special['kind'] {
  if (kind === 'holiday' || kind === 'makeup') return 'plain';
  return kind === 'workday' ? 'holiday' : 'makeup';
}

/** Makes days plain, off or worked; runs are cut where a day leaves them, and joined where one closes a gap. */
export function markDays(
  specials: readonly Special[],
  days: readonly number[],
  kind: 'plain' | Special['kind'],
  label?: Text,
): Special[] {
  const rest = specials.flatMap((each) => without(each, new Set(days)));
  if (kind === 'plain') return rest;
  const beside = neighbours(rest, days);
  const said = label ?? (kind === 'holiday' ? beside?.label : undefined) ?? UNNAMED[kind];
  const made = kind === 'makeup' ? days.map((day) => [day]) : runs(days);
  return joined([...rest, ...made.map((run) => special(kind, run, said))]);
}

function special(kind: Special['kind'], run: readonly number[], label: Text): Special {
  return { kind, from: writeDay(run[0] ?? 0), to: writeDay(run.at(-1) ?? 0), label };
}

function without(each: Special, days: ReadonlySet<number>): Special[] {
  const all = daysIn(each);
  const kept = all.filter((day) => !days.has(day));
  return kept.length === all.length ? [each] : runs(kept).map((run) => special(each.kind, run, each.label));
}

function runs(days: readonly number[]): number[][] {
  const found: number[][] = [];
  for (const day of days.toSorted((a, b) => a - b)) {
    const last = found.at(-1);
    if (last && last.at(-1) === day - 1) last.push(day);
    else found.push([day]);
  }
  return found;
}

function neighbours(specials: readonly Special[], days: readonly number[]): Special | undefined {
  const known = specialDays(specials);
  const beside = [Math.min(...days) - 1, Math.max(...days) + 1];
  return beside.map((day) => known.get(day)).find((each) => each?.kind === 'holiday');
}

/** Holidays of the same name that follow each other are one. */
function joined(specials: readonly Special[]): Special[] {
  const found: Special[] = [];
  for (const each of specials.toSorted((a, b) => a.from.localeCompare(b.from))) {
    const last = found.findLast(({ kind }) => kind === 'holiday');
    const follows = last && each.kind === 'holiday' && (dayOf(last.to) ?? 0) + 1 === dayOf(each.from);
    if (follows && last.label.zh === each.label.zh && last.label.en === each.label.en) {
      found[found.indexOf(last)] = { ...last, to: each.to };
    } else found.push(each);
  }
  return found;
}

/** A name that somebody gives a special day: of a default one nothing stays. */
export const renamed = ({ kind, label }: Special, locale: 'zh' | 'en', said: string): Text =>
  relabelled(label[locale] === UNNAMED[kind][locale] ? { zh: '', en: '' } : label, locale, said);

/** Minutes of a span; midnight is the end of the day, and what ends before it begins passes it. */
export function minutesOf([from, to]: Span, mayPass = false): number {
  const [start, end] = [minuteOf(from), minuteOf(to)];
  if (start === null || end === null) return 0;
  const length = (end === 0 ? 1440 : end) - start;
  return length > 0 ? length : mayPass ? length + 1440 : 0;
}

export function minuteOf(time: string): number | null {
  const found = /^(\d{2}):(\d{2})$/.exec(time);
  return found ? Number(found[1]) * 60 + Number(found[2]) : null;
}

const clock = (minutes: number) =>
  `${String(Math.floor(minutes / 60) % 24).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

/** What a new span of a day says first: an hour after the last, else a day at the office. */
export function nextSpan(spans: readonly Span[]): Span {
  const end = minuteOf(spans.at(-1)?.[1] ?? '');
  if (end === null || end === 0 || end >= 23 * 60) return ['09:00', '18:00'];
  return [clock(end), clock(Math.min(end + 60, 1440))];
}
