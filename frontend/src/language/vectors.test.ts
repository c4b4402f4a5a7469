/** The vectors that Python and PostgreSQL run too (tests/language/README.md). */
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Calendar, type CalendarJson } from './calendar';
import { compile, runsHere } from './evaluate';
import type { Tree } from './tree';
import { type Raw, readerOf, same, type Value } from './values';

interface Case {
  expr: string;
  scope?: string;
  rows: string | Raw[];
  expect: unknown[];
  targets?: string[];
  now?: string;
}

interface Scopes {
  now: string;
  scopes: Record<string, { like?: string; defaults: Raw; parameters: Raw }>;
  context: { calendar: CalendarJson };
}

const folder = resolve(import.meta.dirname, '../../../tests/language');
const load = <Content>(name: string): Content => JSON.parse(readFileSync(resolve(folder, name), 'utf8'));

const { now, scopes, context } = load<Scopes>('scopes.json');
const rowSets = load<Record<string, Raw[]>>('rows.json');
const groups = readdirSync(resolve(folder, 'trees')).map((name) => name.replace(/\.json$/, ''));
const calendar = new Calendar(context.calendar);

function alike(left: Value, right: Value): boolean {
  if (!Array.isArray(left) || !Array.isArray(right)) return same(left, right);
  return left.length === right.length && left.every((each, index) => alike(each, right[index]));
}

function disagreements(each: Case, tree: Tree): string[] {
  const scope = scopes[each.scope ?? 'ticket'] as Scopes['scopes'][string];
  const { defaults, parameters } = { ...scopes[scope.like ?? ''], ...scope };
  const [expression, read] = [compile(tree), readerOf(tree.type)];
  const rows = typeof each.rows === 'string' ? (rowSets[each.rows] ?? []) : each.rows;
  return rows.flatMap((row, position) => {
    const found = expression({ ...defaults, ...row, ...parameters }, each.now ?? now, undefined, calendar);
    const wanted = each.expect[position];
    const agrees = alike(read(found), read(wanted)) && (found === null) === (wanted === null);
    return agrees ? [] : [`row ${position}: ${JSON.stringify(found)} is not ${JSON.stringify(wanted)}`];
  });
}

for (const group of groups) {
  const cases = load<Case[]>(`vectors/${group}.json`);
  const trees = load<Tree[]>(`trees/${group}.json`);

  // What the browser must have is held to the registry by tests/engine/language/test_browser.py.
  const here = cases.map((each, index) =>
    each.targets ? each.targets.includes('browser') : runsHere(trees[index] as Tree),
  );
  if (!here.includes(true)) continue;

  describe(`vectors: ${group}`, () => {
    cases.forEach((each, index) => {
      const tree = trees[index] as Tree;
      if (!here[index]) return;
      it(`${index}: ${each.expr}`, () => {
        expect(tree.text).toBe(each.expr);
        expect(disagreements(each, tree)).toEqual([]);
      });
    });
  });
}
