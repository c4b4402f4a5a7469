/** What a node does and who gets it, in words. */
import { type Text, useText } from '@/i18n';
import { useMetadata, usePeopleByEmail } from '@/metadata';
import type { Actor, Candidate, Flow, FlowNode, Loop, Mode, OverdueAction } from './types';

/** `PT30M` -> seconds; null for what is not a duration of days, hours, minutes and seconds. */
export function durationSeconds(duration: string | null | undefined): number | null {
  const match = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(duration ?? '');
  if (!match) return null;
  const [days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0));
  return (((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0);
}

export const MODES: Record<Mode, Text> = {
  one: { zh: '一个人处理', en: 'one person' },
  any: { zh: '任一人处理（或签）', en: 'any of them decides' },
  all: { zh: '所有人同意（会签）', en: 'all must agree' },
  sequence: { zh: '依次同意', en: 'one after the other' },
  vote: { zh: '投票（票签）', en: 'by vote' },
  claim: { zh: '谁认领谁处理', en: 'whoever claims it' },
  random: { zh: '随机一人', en: 'one by lot' },
};

/** What happens to a task that is late. */
export const OVERDUE_ACTIONS: Record<OverdueAction, Text> = {
  remind: { zh: '提醒', en: 'Remind' },
  superior: { zh: '上级也收到', en: 'Their superior gets it too' },
  agree: { zh: '自动同意', en: 'Agree automatically' },
  refuse: { zh: '自动驳回', en: 'Refuse automatically' },
  jump: { zh: '转到另一步', en: 'Go to another step' },
};

export const LOOPS: Record<Loop['kind'], Text> = {
  standard: { zh: '循环', en: 'Loop' },
  parallel: { zh: '多份，同时进行', en: 'For each, all at once' },
  sequential: { zh: '多份，依次进行', en: 'For each, one after the other' },
};

const NO_EMAILS: readonly string[] = [];
const emails = new WeakMap<Flow, readonly string[]>();

/** The e-mails by which a flow names people, wherever in a step they stand; found once for each. */
function emailsIn(flow: Flow | undefined): readonly string[] {
  if (!flow) return NO_EMAILS;
  const known = emails.get(flow);
  if (known) return known;
  const found = new Set<string>();
  JSON.stringify(
    flow.nodes.map(({ assignment }) => assignment),
    (key, value) => {
      if (PERSON_KEYS.includes(key) && typeof value === 'string' && value.includes('@')) found.add(value);
      return value;
    },
  );
  const sorted = [...found].sort();
  emails.set(flow, sorted);
  return sorted;
}

/** Members of an assignment that hold a person: their id or their e-mail. */
const PERSON_KEYS: readonly string[] = ['user', 'nobody_user'];

/** A function that says whom a flow means, by id or by e-mail. */
export function usePersonOf(flow?: Flow): (named: string) => { id: string; name: string } | undefined {
  const { users } = useMetadata();
  const people = usePeopleByEmail(emailsIn(flow));
  return (named) => users.find(({ id }) => id === named) ?? people.get(named);
}

/** A function that says who a candidate is: role and department by their labels. */
export function useCandidateName(flow?: Flow): (candidate: Candidate) => string {
  const t = useText();
  const { roles, departments } = useMetadata();
  const person = usePersonOf(flow);
  const role = (key: string) => t(roles.find((one) => one.key === key)?.label) || key;
  const department = (key: string) => t(departments.find((one) => one.key === key)?.label) || key;
  const step = (id: string) => t(flow?.nodes.find((node) => node.id === id)?.title) || id;
  return (candidate) => {
    const named = [
      candidate.department && department(candidate.department),
      candidate.role && role(candidate.role),
      candidate.user && (person(candidate.user)?.name ?? candidate.user),
      candidate.superior_of &&
        t(
          { zh: '“{step}”处理人的上级', en: 'superior of whoever does “{step}”' },
          { step: step(candidate.superior_of) },
        ),
      candidate.record_field &&
        t({ zh: '记录上的 {field}', en: '{field} of the record' }, { field: candidate.record_field }),
      candidate.expression,
      candidate.initiator && t({ zh: '发起人', en: 'the initiator' }),
    ];
    return named.filter(Boolean).join(' · ');
  };
}

export function useAssigned(flow?: Flow): (node: FlowNode) => string {
  const name = useCandidateName(flow);
  const t = useText();
  return ({ assignment }) => {
    const people = (assignment?.candidates ?? []).map(name).join(t({ zh: '、', en: ', ' }));
    if (!assignment?.chain) return people;
    const from = people || t({ zh: '发起人', en: 'the initiator' });
    return t({ zh: '{from}的逐级上级', en: 'superiors of {from}, level by level' }, { from });
  };
}

/** The name of whoever did something; an id is looked up among colleagues, null is the system. */
export function useActorName(): (actor: Actor) => string {
  const t = useText();
  const { users } = useMetadata();
  return (actor) => {
    if (!actor) return t({ zh: '系统', en: 'System' });
    if (typeof actor !== 'string') return actor.name;
    return users.find((user) => user.id === actor)?.name ?? t({ zh: '系统', en: 'System' });
  };
}
