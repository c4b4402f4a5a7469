/** Test cases of a rule as its definition keeps them, and the plain lines in which they are written and read. */
import type { Text } from '@/i18n';
import type { DryFiring, Outcome } from './authoring';

export type Facts = Record<string, unknown>;

export interface GivenEvent {
  /** Wall time of the company, `2026-11-23T09:00`. */
  at: string;
  event: string;
  values?: Facts;
  person?: Facts | null;
  /** Of an update, by field: before and after. */
  changes?: Record<string, [unknown, unknown]>;
  wait?: false;
}

/** Time passes: what is due by then is done. */
export interface GivenWait {
  at: string;
  wait: true;
  event?: null;
}

export type Given = GivenEvent | GivenWait;

export interface ExpectedFiring {
  at: string;
  /** Any, where none is named. */
  branch?: string | null;
  actions?: ExpectedAction[];
}

export interface ExpectedAction {
  action: string;
  arguments?: Facts;
}

export interface RuleTest {
  title: Text;
  given: Given[];
  /** What there is when it begins, by entity. */
  records?: Record<string, Facts[]>;
  expect?: ExpectedFiring[];
}

export const isWait = (given: Given): given is GivenWait => given.wait === true;

/** What of a definition's document reads as tests. */
export function testsOf(document: Record<string, unknown> | null): RuleTest[] {
  return Array.isArray(document?.tests) ? (document.tests as RuleTest[]) : [];
}

// -- facts: one `name: value` on each line; what does not read as JSON is text

export function printFacts(facts: Facts | null | undefined): string {
  return Object.entries(facts ?? {})
    .map(([name, value]) => `${name}: ${printValue(value)}`)
    .join('\n');
}

export function printValue(value: unknown): string {
  const plain = typeof value === 'string' && value !== '' && value === value.trim() && !value.includes('\n');
  return plain && readValue(value) === value ? value : JSON.stringify(value);
}

function readValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Words without quotation marks are the usual way to write a text here.
    return text;
  }
}

const FACT = /^\s*([\p{L}_][\p{L}\p{N}_.]*)\s*[:：]\s*(.*?)\s*$/u;

/** The facts of some lines; the first line that is none instead. */
export function readFacts(text: string): { facts: Facts } | { wrong: string } {
  const facts: Facts = {};
  for (const line of text.split('\n').filter((each) => each.trim())) {
    const [, name, value] = FACT.exec(line) ?? [];
    if (name === undefined || value === undefined || value === '') return { wrong: line.trim() };
    facts[name] = readValue(value);
  }
  return { facts };
}

// -- actions: one call on each line, `tag` or `tag tags: ["a"], to: owner` with its arguments as JSON

/** `send {"text": "hello"}`; without arguments any will do. */
export function printActions(actions: readonly ExpectedAction[]): string {
  return actions
    .map(({ action, arguments: given }) => (given ? `${action} ${JSON.stringify(given)}` : action))
    .join('\n');
}

export function readActions(text: string): { actions: ExpectedAction[] } | { wrong: string } {
  const actions: ExpectedAction[] = [];
  for (const line of text.split('\n').filter((each) => each.trim())) {
    const [, action, rest = ''] = /^\s*([a-z_][a-z0-9_]*)\s*(.*)$/su.exec(line) ?? [];
    const given = rest ? readValue(rest.trim()) : undefined;
    if (!action || (given !== undefined && !isFacts(given))) return { wrong: line.trim() };
    actions.push(given === undefined ? { action } : { action, arguments: given });
  }
  return { actions };
}

const isFacts = (value: unknown): value is Facts =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Of an update: `level: ["normal", "vip"]` on each line. */
export function readChanges(text: string): { changes: Record<string, [unknown, unknown]> } | { wrong: string } {
  const read = readFacts(text);
  if ('wrong' in read) return read;
  const wrong = Object.entries(read.facts).find(([, value]) => !Array.isArray(value) || value.length !== 2);
  return wrong
    ? { wrong: printFacts({ [wrong[0]]: wrong[1] }) }
    : { changes: read.facts as Record<string, [unknown, unknown]> };
}

// -- times

const MINUTE = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2})?$/;
export const isMoment = (text: string): boolean => MINUTE.test(text);

/** A moment as the company's clock shows it, to the minute. */
export function wallTime(moment: string, timezone: string): string {
  const parts = new Intl.DateTimeFormat('sv-SE', {
    timeZone: timezone,
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  }).format(new Date(moment));
  return parts.replace(' ', 'T');
}

// -- made from what was found

/** A test that what fired in a dry run fires again, on what it was seen to read. */
export function testFrom(firing: DryFiring, timezone: string): RuleTest {
  const at = wallTime(firing.at, timezone);
  const said = firing.event?.text?.slice(0, 24) || firing.person?.name || at;
  const title = { zh: `应触发：${said}`, en: `Fires on: ${said}` };
  const { values, person } = readingOf(firing);
  const event = firing.event?.type ?? 'social.post';
  const expected = firing.status === 'fired';
  const actions = firing.actions.filter(({ later }) => !later).map(({ action }) => ({ action }));
  return {
    title,
    given: [{ at, event, values, person }],
    expect: expected ? [{ at, branch: firing.branch, actions }] : [],
  };
}

const PERSON = new Set(['person', 'customer']);

/** What the trace says of the event and of the person, by their fields. */
function readingOf({ trace, event, person }: DryFiring): { values: Facts; person: Facts | null } {
  const values: Facts = event?.text ? { text: event.text } : {};
  const about: Facts = person?.name ? { name: person.name } : {};
  for (const [path, value] of Object.entries(trace)) {
    const [owner = '', field, ...deeper] = path.split('.');
    if (!field || deeper.length > 0 || !/^[a-z_0-9]+$/.test(field)) continue;
    (PERSON.has(owner) ? about : values)[field] = value;
  }
  return { values, person: person ? about : null };
}

/** A test to begin from: the event that is waited for; else a record, and time that passes. */
export function blankTest(event: string | undefined, { at, entity }: { at: string; entity: string | null }): RuleTest {
  return {
    title: { zh: '新用例', en: 'New case' },
    given: event ? [{ at, event, values: {}, person: {} }] : [{ at, wait: true }],
    ...(event ? {} : { records: { [entity ?? 'person']: [{}] } }),
    expect: [{ at, actions: [] }],
  };
}

// -- what differs

/** A firing in one line, the same for the same. */
export function outcomeLine(
  { at, branch, actions = [] }: Outcome | ExpectedFiring,
  named?: ReadonlySet<string>,
): string {
  const done = actions.map(({ action, arguments: given }) => {
    const shown = Object.entries(given ?? {}).filter(([name]) => !named || named.has(name));
    return shown.length > 0
      ? `${action}(${shown.map(([name, value]) => `${name}: ${printValue(value)}`).join(', ')})`
      : action;
  });
  return [at.replace('T', ' ').slice(0, 16), branch ?? '', done.join(', ')].filter(Boolean).join(' · ');
}
