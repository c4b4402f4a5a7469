/** Days of a calendar: what a click makes of them, how runs are cut and joined, and how announcements are read. */
import { describe, expect, it } from 'vitest';
import { relabelled } from '@/build/labels';
import {
  kindOfDay,
  markDays,
  minutesOf,
  nextKind,
  nextSpan,
  readCalendar,
  renamed,
  type Special,
  specialDays,
  specialPath,
  writeSpecials,
} from './calendarDocument';
import { dayOf, monthsLater, weekdayOf, writeDay } from './days';
import { readLines, withLines } from './holidayLines';
import { readTime, stepTime } from './times';

const day = (written: string) => dayOf(written) ?? Number.NaN;
const NATIONAL = { zh: '国庆节', en: 'National Day' };
const holiday = (from: string, to = from, label = NATIONAL): Special => ({ kind: 'holiday', from, to, label });
const runs = (specials: readonly Special[]) => specials.map(({ kind, from, to }) => `${kind} ${from}..${to}`);

describe('days', () => {
  it('are those of the calendar', () => {
    expect(dayOf('2026-02-29')).toBeNull();
    expect(dayOf('2024-02-29')).not.toBeNull();
    expect(dayOf('2026-1-1')).toBeNull();
    expect(writeDay(day('2026-11-23'))).toBe('2026-11-23');
    expect(weekdayOf(day('2026-11-23'))).toBe(0);
    expect(weekdayOf(day('1969-12-31'))).toBe(2);
    expect(writeDay(monthsLater(day('2026-01-31'), 1))).toBe('2026-02-28');
    expect(writeDay(monthsLater(day('2026-01-31'), -1))).toBe('2025-12-31');
  });
});

describe('a click on a day', () => {
  it('makes plain days the opposite of their weekday, and special ones plain', () => {
    expect(nextKind('workday')).toBe('holiday');
    expect(nextKind('free')).toBe('makeup');
    expect(nextKind('holiday')).toBe('plain');
    expect(nextKind('makeup')).toBe('plain');
  });

  it('cuts a run in two, and the same click joins it again', () => {
    const before = [holiday('2026-10-01', '2026-10-07')];
    const cut = markDays(before, [day('2026-10-03')], 'plain');
    expect(runs(cut)).toEqual(['holiday 2026-10-01..2026-10-02', 'holiday 2026-10-04..2026-10-07']);
    const whole = markDays(cut, [day('2026-10-03')], 'holiday');
    expect(whole).toEqual(before);
  });

  it('lengthens the run beside it under its name, and leaves other names apart', () => {
    const spring = holiday('2026-10-09', '2026-10-09', { zh: '另一个', en: 'Another' });
    const longer = markDays([holiday('2026-10-01', '2026-10-07'), spring], [day('2026-10-08')], 'holiday');
    expect(runs(longer)).toEqual(['holiday 2026-10-01..2026-10-08', 'holiday 2026-10-09..2026-10-09']);
  });

  it('takes a day from what it was before', () => {
    const worked = markDays([holiday('2026-10-10')], [day('2026-10-10')], 'makeup');
    expect(runs(worked)).toEqual(['makeup 2026-10-10..2026-10-10']);
    const known = specialDays(worked);
    expect(kindOfDay({ 0: [['09:00', '18:00']] }, known, day('2026-10-10'))).toBe('makeup');
    expect(kindOfDay({ 0: [['09:00', '18:00']] }, known, day('2026-10-12'))).toBe('workday');
    expect(kindOfDay({ 0: [] }, known, day('2026-10-12'))).toBe('free');
  });
});

describe('the document', () => {
  const content = {
    week: { 0: [['09:00', '18:00']] },
    holidays: [
      { from: '2026-10-01', to: '2026-10-07', label: NATIONAL },
      { date: '2026-06-19', label: NATIONAL },
    ],
    workdays: [{ date: '2026-10-10', label: NATIONAL }],
  };

  it('is read and written without loss, in the order of its days', () => {
    const { specials, default: isDefault, makeup } = readCalendar(content);
    expect(isDefault).toBe(false);
    expect(makeup).toHaveLength(2);
    expect(writeSpecials(specials)).toEqual({
      ...{ holidays: content.holidays.toReversed() },
      workdays: content.workdays,
    });
    expect(specials.map((each) => specialPath(specials, each))).toEqual(['/holidays/0', '/holidays/1', '/workdays/0']);
  });

  it('is read as far as it can be', () => {
    const odd = {
      week: { 0: 'always', 1: [['09:00']] },
      holidays: 'no',
      quiet: { night: null },
      zone: 8,
      workdays: [null],
    };
    expect(readCalendar(odd)).toMatchObject({
      zone: null,
      week: { 0: [], 1: [['09:00', '']] },
      quiet: { night: { hours: [] } },
    });
  });
});

it('counts the minutes of hours, to midnight and past it', () => {
  expect(minutesOf(['09:00', '12:30'])).toBe(210);
  expect(minutesOf(['22:00', '00:00'])).toBe(120);
  expect(minutesOf(['22:00', '08:00'])).toBe(0);
  expect(minutesOf(['22:00', '08:00'], true)).toBe(600);
  expect(nextSpan([])).toEqual(['09:00', '18:00']);
  expect(nextSpan([['09:00', '12:00']])).toEqual(['12:00', '13:00']);
});

it('lets the other language follow only while nobody wrote it', () => {
  expect(relabelled({ zh: '', en: '' }, 'zh', '春节')).toEqual({ zh: '春节', en: '春节' });
  expect(relabelled({ zh: '春', en: 'Spring' }, 'zh', '春节')).toEqual({ zh: '春节', en: 'Spring' });
  const unnamed = holiday('2026-01-01', '2026-01-01', { zh: '假日', en: 'Day off' });
  expect(renamed(unnamed, 'en', 'Rest')).toEqual({ zh: 'Rest', en: 'Rest' });
});

describe('an announcement', () => {
  it('is read line by line, however dates are written', () => {
    const { specials, unread } = readLines(
      [
        '2026-10-01..2026-10-07 国庆节',
        '2026年1月1日至2026年1月3日，元旦',
        '2026/5/1 - 2026/5/5 劳动节',
        '2026-10-10 国庆节调休上班',
        '+2026-02-14',
        '2026-12-25\tChristmas',
        '# 备注',
        '',
        '国庆节放假七天',
        '2026-02-30 没有这天',
        '2026-10-07..2026-10-01 反了',
      ].join('\n'),
    );
    expect(runs(specials)).toEqual([
      'holiday 2026-10-01..2026-10-07',
      'holiday 2026-01-01..2026-01-03',
      'holiday 2026-05-01..2026-05-05',
      'makeup 2026-10-10..2026-10-10',
      'makeup 2026-02-14..2026-02-14',
      'holiday 2026-12-25..2026-12-25',
    ]);
    expect(specials.map(({ label }) => label.zh)).toEqual([
      '国庆节',
      '元旦',
      '劳动节',
      '国庆节调休上班',
      '调休上班',
      'Christmas',
    ]);
    expect(unread.map(({ line }) => line)).toEqual([9, 10, 11]);
  });

  it('replaces what was known of its days', () => {
    const read = readLines('2026-10-01..2026-10-08 国庆节\n2026-10-10 班').specials;
    const known = [holiday('2026-10-05', '2026-10-09', { zh: '旧', en: 'old' })];
    expect(runs(withLines(known, read))).toEqual([
      'holiday 2026-10-01..2026-10-08',
      'holiday 2026-10-09..2026-10-09',
      'holiday 2026-10-10..2026-10-10',
    ]);
  });
});

it('understands times as they are typed', () => {
  expect(['9', '930', '9:30', '24:00', '18：05', '25', '12:60', 'x'].map(readTime)).toEqual([
    ...['09:00', '09:30', '09:30', '00:00', '18:05', null, null, null],
  ]);
  expect([stepTime('23:50', 15), stepTime('00:00', -15)]).toEqual(['00:05', '23:45']);
});
