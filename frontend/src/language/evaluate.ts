/**
 * The browser back end of the expression language: the stored tree (engine/language/tree.py) compiled once to closures.
 * It has no grammar: the server checks text and answers with the tree.
 */
import { type Calendar, OFFICE } from './calendar';
import type { Closure, Place } from './closures';
import { FUNCTIONS } from './functions';
import { type Moment, ownZone, zoneOfOffset } from './moment';
import { OPERATIONS } from './operations';
import { bound, dependencies, nodesOf, type Tree, VERSION } from './tree';
import { type Json, type Raw, readerOf, type Value, write } from './values';
import { UTC, type Zone, zoneNamed } from './zones';

/** An expression ready to run; see `momentOf` for what follows the values. */
export interface Expression {
  (values: Raw, ...when: When): Json;
  /** The paths it reads from its values. */
  readonly dependencies: readonly (readonly string[])[];
  /** The type of its value, as trees write it. */
  readonly type: string;
  /** Whether its value may change though its values do not. */
  readonly readsClock: boolean;
  /** The value itself (see values.ts), for a moment that is shared between evaluations. */
  at(values: Raw, moment: Moment): Value;
}

/** Throws for a tree of another version or with an operation that the browser does not have. */
export function compile(tree: Tree): Expression {
  if (tree.v !== VERSION) throw new Error(`an expression tree of version ${String(tree.v)} cannot be read`);
  const compiler = new Compiler();
  const closure = compiler.closureOf(tree);
  const at = (values: Raw, moment: Moment): Value => closure({ values, ...moment, slots: [] });
  const run = (values: Raw, ...when: When): Json => write(tree.type, at(values, momentOf(...when)));
  const { readsClock } = compiler.found;
  return Object.assign(run, { dependencies: dependencies(tree), type: tree.type, readsClock, at });
}

/** A condition ready to run: empty is not true. */
export function compileCondition(tree: Tree): (values: Raw, ...when: When) => boolean {
  const expression = compile(tree);
  return (values, ...when) => expression(values, ...when) === true;
}

/** Whether the browser has everything a tree needs; the rest is the server's. */
export function runsHere(tree: Tree): boolean {
  if (tree.v !== VERSION) return false;
  return [...nodesOf(tree)].every(({ op, value }) =>
    op === 'call' ? Object.hasOwn(FUNCTIONS, String(value)) : Object.hasOwn(OPERATIONS, op),
  );
}

export type When = Parameters<typeof momentOf>;

const BRACKETED = /^(.*)\[(.+)\]$/;

/**
 * The moment of an evaluation, from what callers hold. Days are counted in `zone` (an IANA name); without one, in that of `now`:
 * the zone in brackets or the offset at the end of an ISO text, the machine's for a Date.
 */
export function momentOf(now?: Date | string, zone?: string, calendar: Calendar = OFFICE): Moment {
  const [, written = now, name = zone] = (typeof now === 'string' && BRACKETED.exec(now)) || [];
  const micros = readerOf('datetime')(written) as Moment['now'];
  return { now: micros, zone: name ? zoneNamed(name) : zoneOfNow(written), calendar };
}

function zoneOfNow(now: Date | string | undefined): Zone {
  return now instanceof Date ? ownZone() : (zoneOfOffset(now ?? '') ?? UTC);
}

class Compiler implements Place {
  private readonly made = new Map<Tree, Closure>();

  constructor(
    private readonly variables: ReadonlyMap<string, number> = new Map(),
    readonly depth = 0,
    readonly found = { readsClock: false },
  ) {}

  slotOf(variable: string): number | undefined {
    return this.variables.get(variable);
  }

  /** Made once: an operation may ask for its operands, and for theirs, again. */
  closureOf(tree: Tree): Closure {
    const closure = this.made.get(tree) ?? this.make(tree);
    this.made.set(tree, closure);
    return closure;
  }

  private make(tree: Tree): Closure {
    const make = Object.hasOwn(OPERATIONS, tree.op) ? OPERATIONS[tree.op] : undefined;
    if (!make) throw new Error(`the browser has no operation ${tree.op}`);
    const operands = (tree.args ?? []).map((arg, index) => this.within(bound(tree, index)).closureOf(arg));
    return make(tree, operands, this);
  }

  noteClock(): void {
    this.found.readsClock = true;
  }

  private within(variable: string | null): Compiler {
    if (variable === null) return this;
    return new Compiler(new Map([...this.variables, [variable, this.depth]]), this.depth + 1, this.found);
  }
}
