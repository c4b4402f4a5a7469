/** The assignment of a step while it is set up: what is said, without what goes without saying. */
import type { Text } from '@/i18n';
import type { Assignment, FlowNode } from '../../types';
import { useDesign } from '../design';

const USUAL: Partial<Assignment> = {
  refusal: 'at_once',
  duplicates: 'never',
  own: 'approve',
  nobody: 'admin',
  clock: 'restart',
};

/** Without members that are empty or as they are when nothing is said; nothing where nobody is named at all. */
export function tidy(assignment: Assignment): Assignment | null {
  const empty = (value: unknown) =>
    value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
  const kept = Object.entries(assignment).filter(
    ([name, value]) => name === 'candidates' || !(empty(value) || value === USUAL[name as keyof Assignment]),
  );
  const said = Object.fromEntries(kept) as unknown as Assignment;
  const names = said.candidates.length > 0 || !!said.chain || !!said.cc;
  return names || kept.length > 2 ? said : null;
}

/** What goes with a mode comes and goes with it. */
export function withMode(assignment: Assignment, mode: NonNullable<Assignment['mode']>): Assignment {
  const unweighted = assignment.candidates.map(({ weight: _, ...candidate }) => candidate);
  return {
    ...assignment,
    mode,
    candidates: mode === 'vote' ? assignment.candidates : unweighted,
    refusal: mode === 'all' ? assignment.refusal : undefined,
    vote: mode === 'vote' ? (assignment.vote ?? { pass_at: '2/3' }) : null,
  } as Assignment;
}

const NONE: Assignment = { candidates: [] };

export function useAssignment(node: FlowNode) {
  const { setNode } = useDesign();
  const assignment = node.assignment ?? NONE;
  const replace = (next: Assignment, label: Text = { zh: '改处理人', en: 'Change who gets it' }, run?: string) =>
    setNode(label, node, { assignment: tidy(next) }, run && `${node.id}:${run}`);
  return {
    assignment,
    replace,
    put: (change: Partial<Assignment>, label?: Text, run?: string) =>
      replace({ ...assignment, ...change } as Assignment, label, run),
  };
}
