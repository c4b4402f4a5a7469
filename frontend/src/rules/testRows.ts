/** A test case as it is typed: what is half-written stays as it is until it can be read. */
import type { Locale, Text } from '@/i18n';
import {
  type ExpectedFiring,
  type Facts,
  type Given,
  isMoment,
  isWait,
  printActions,
  printFacts,
  type RuleTest,
  readActions,
  readChanges,
  readFacts,
} from './ruleTests';

export interface GivenRow {
  at: string;
  wait: boolean;
  event: string;
  values: string;
  changes: string;
  person: string;
}

export interface RecordRow {
  entity: string;
  values: string;
}

export interface ExpectedRow {
  at: string;
  branch: string;
  actions: string;
}

export interface TestRows {
  title: string;
  given: GivenRow[];
  records: RecordRow[];
  expected: ExpectedRow[];
}

export const eventRow = (at: string, event: string): GivenRow => ({
  at,
  wait: false,
  event,
  values: '',
  changes: '',
  person: '',
});
export const waitRow = (at: string): GivenRow => ({ ...eventRow(at, ''), wait: true });

const givenRow = (given: Given): GivenRow =>
  isWait(given)
    ? waitRow(given.at)
    : {
        ...eventRow(given.at, given.event),
        values: printFacts(given.values),
        changes: printFacts(given.changes),
        person: printFacts(given.person),
      };

export function rowsOf(test: RuleTest, title: string): TestRows {
  return {
    title,
    given: test.given.map(givenRow),
    records: Object.entries(test.records ?? {}).flatMap(([entity, all]) =>
      all.map((facts) => ({ entity, values: printFacts(facts) })),
    ),
    expected: (test.expect ?? []).map(({ at, branch, actions }) => ({
      at,
      branch: branch ?? '',
      actions: printActions(actions ?? []),
    })),
  };
}

const factsIn = (text: string): Facts | null => {
  const read = readFacts(text);
  return 'facts' in read ? read.facts : null;
};

function givenIn({ at, wait, event, values, changes, person }: GivenRow): Given | null {
  if (!isMoment(at)) return null;
  if (wait) return { at, wait: true };
  const [said, about, changed] = [factsIn(values), factsIn(person), readChanges(changes)];
  if (!event || !said || !about || 'wrong' in changed) return null;
  return {
    at,
    event,
    values: said,
    ...(changes.trim() ? { changes: changed.changes } : {}),
    ...(person.trim() ? { person: about } : {}),
  };
}

function expectedIn({ at, branch, actions }: ExpectedRow): ExpectedFiring | null {
  const read = readActions(actions);
  if (!isMoment(at) || 'wrong' in read) return null;
  return { at, ...(branch ? { branch } : {}), actions: read.actions };
}

function recordsIn(rows: readonly RecordRow[]): Record<string, Facts[]> | null {
  const records: Record<string, Facts[]> = {};
  for (const { entity, values } of rows) {
    const facts = factsIn(values);
    if (!entity || !facts) return null;
    records[entity] = [...(records[entity] ?? []), facts];
  }
  return records;
}

const whole = <Item>(items: (Item | null)[]): items is Item[] => items.every((item) => item !== null);

/** Both languages say it until somebody writes the other. */
function titleIn(before: Text, title: string, locale: Locale): Text {
  const other = locale === 'zh' ? 'en' : 'zh';
  return before[other] && before[other] !== before[locale] ? { ...before, [locale]: title } : { zh: title, en: title };
}

/** The test case that the rows say; null while one of them cannot be read. */
export function testIn(rows: TestRows, before: Text, locale: Locale): RuleTest | null {
  const title = rows.title.trim();
  const given = rows.given.map(givenIn);
  const expected = rows.expected.map(expectedIn);
  const records = recordsIn(rows.records);
  if (!title || given.length === 0 || !whole(given) || !whole(expected) || !records) return null;
  return {
    title: titleIn(before, title, locale),
    given,
    ...(rows.records.length > 0 ? { records } : {}),
    expect: expected,
  };
}
