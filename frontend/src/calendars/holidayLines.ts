/**
 * Holidays as lines of text, the way they are announced and copied: `2026-10-01..2026-10-07 国庆节`. A line that begins with `+`,
 * or whose words say that people work (`调休上班`, `make-up`), is a day that is worked.
 */
import { daysIn, markDays, type Special, UNNAMED } from './calendarDocument';
import { dayOf } from './days';

export interface ReadLines {
  specials: Special[];
  /** Lines that are none, by their numbers from 1. */
  unread: { line: number; text: string }[];
}

const DATE = String.raw`(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?`;
const UNTIL = String.raw`\s*(?:\.\.+|…|~|～|至|到|—+|–|to|until|\t|,|，|-)\s*`;
const LINE = new RegExp(String.raw`^([+＋班])?\s*${DATE}(?:${UNTIL}${DATE})?[\s,，:：]*(.*)$`, 'iu');
const WORKED = /上班|调休|补班|make-?\s?up|work(?:ing)?\s?day|worked/iu;

const iso = (year = '', month = '', day = '') => `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;

function readLine(line: string): Special | null {
  const found = LINE.exec(line);
  if (!found) return null;
  const [, plus, y, m, d, year, month, day, said = ''] = found;
  const from = iso(y, m, d);
  const to = year ? iso(year, month, day) : from;
  const kind = plus || WORKED.test(said) ? 'makeup' : 'holiday';
  const words = said.trim();
  const special: Special = { kind, from, to, label: words ? { zh: words, en: words } : UNNAMED[kind] };
  return daysIn(special).length > 0 && dayOf(to) !== null ? special : null;
}

export function readLines(text: string): ReadLines {
  const read: ReadLines = { specials: [], unread: [] };
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const words = line.trim();
    if (!words || words.startsWith('#')) continue;
    const special = readLine(words);
    if (special) read.specials.push(special);
    else read.unread.push({ line: index + 1, text: words });
  }
  return read;
}

/** What is known with what was read: a day that both speak of is what was read says. */
export function withLines(specials: readonly Special[], read: readonly Special[]): Special[] {
  return read.reduce<Special[]>((known, each) => markDays(known, daysIn(each), each.kind, each.label), [...specials]);
}
