/**
 * Expressions over standard input and output, for what compares the three back ends: a line of JSON with `tree`, `rows`, `now`,
 * `zone` and `calendar` is answered by a line with `values` (as `write` gives them) or `error`; one with `about` by the names of
 * the operations and functions there are. Bundled by scripts/language-runner.mjs.
 */
import { createInterface } from 'node:readline';
import { Calendar, type CalendarJson } from './calendar';
import { compile } from './evaluate';
import { FUNCTIONS } from './functions';
import { OPERATIONS } from './operations';
import type { Tree } from './tree';
import type { Json, Raw } from './values';

interface Request {
  readonly tree: Tree;
  readonly rows: readonly Raw[];
  readonly now?: string;
  readonly zone?: string;
  readonly calendar?: CalendarJson;
}

interface Answer {
  readonly values?: Json[];
  readonly error?: string;
  readonly operations?: string[];
  readonly functions?: string[];
}

function answer(line: string): Answer {
  try {
    const asked = JSON.parse(line) as Request | { readonly about: true };
    return 'tree' in asked
      ? evaluated(asked)
      : { operations: Object.keys(OPERATIONS), functions: Object.keys(FUNCTIONS) };
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

function evaluated({ tree, rows, now, zone, calendar }: Request): Answer {
  const expression = compile(tree);
  const kept = calendar && new Calendar(calendar);
  return { values: rows.map((row) => expression(row, now, zone, kept)) };
}

for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim()) process.stdout.write(`${JSON.stringify(answer(line))}\n`);
}
