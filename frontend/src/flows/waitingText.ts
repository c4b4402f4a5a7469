/** What a token waits for, in a sentence, from one table of the kinds of waiting. */
import { useFormat } from '@/components';
import { type Text, useText } from '@/i18n';
import { OVERDUE_ACTIONS, useActorName } from './describe';
import { eventKind } from './eventKinds';
import { incidentText } from './historyText';
import { nodeKind } from './nodeTypes';
import type { EventKind, Flow, Instance, Listening, Token, WaitingDetail } from './types';

interface Said {
  /** Without anything known about it. */
  plain: Text;
  /** With what is known, in `{about}`. */
  about?: Text;
}

const WAITING: Record<string, Said> = {
  task: {
    plain: { zh: '等人处理', en: 'Waits for somebody' },
    about: { zh: '等{about}处理', en: 'Waits for {about}' },
  },
  timer: {
    plain: { zh: '等到时间', en: 'Waits for its time' },
    about: { zh: '等到 {about}', en: 'Waits until {about}' },
  },
  held: {
    plain: { zh: '等时间到（已暂停，继续后接着计时）', en: 'Waits for its time (held; it counts on once resumed)' },
  },
  message: {
    plain: { zh: '等一条消息', en: 'Waits for a message' },
    about: { zh: '等消息“{about}”', en: 'Waits for the message “{about}”' },
  },
  signal: {
    plain: { zh: '等一个信号', en: 'Waits for a signal' },
    about: { zh: '等信号“{about}”', en: 'Waits for the signal “{about}”' },
  },
  condition: {
    plain: { zh: '等条件满足', en: 'Waits until a condition holds' },
    about: { zh: '等到 {about}', en: 'Waits until {about}' },
  },
  event: {
    plain: { zh: '等几个事件', en: 'Waits for several events' },
    about: { zh: '等：{about}', en: 'Waits for: {about}' },
  },
  race: {
    plain: { zh: '等最先发生的事件', en: 'Waits for whichever event comes first' },
    about: { zh: '等最先发生的：{about}', en: 'Waits for the first of: {about}' },
  },
  join: {
    plain: { zh: '等其他分支', en: 'Waits for other branches' },
    about: { zh: '等其他分支：{about}', en: 'Waits for other branches: {about}' },
  },
  scope: { plain: { zh: '等里面的步骤', en: 'Waits for the steps inside' } },
  loop: {
    plain: { zh: '等每一次做完', en: 'Waits for each repetition' },
    about: { zh: '等每一次做完（{about}）', en: 'Waits for each repetition ({about})' },
  },
  service: {
    plain: { zh: '等外部系统回应', en: 'Waits for another system' },
    about: { zh: '等外部系统回应：{about}', en: 'Waits for another system: {about}' },
  },
  child: {
    plain: { zh: '等被调用的流程', en: 'Waits for the called flow' },
    about: { zh: '等被调用的流程“{about}”', en: 'Waits for the called flow “{about}”' },
  },
  compensation: {
    plain: { zh: '等撤回完成', en: 'Waits for the compensation' },
    about: { zh: '正在撤回，还有：{about}', en: 'Undoes; still to come: {about}' },
  },
  ad_hoc: { plain: { zh: '等人开始一步', en: 'Waits until somebody starts a step' } },
  incident: { plain: { zh: '异常，等人处理', en: 'An incident; waits for an operator' } },
};

/** Names of ours that are data, not words. */
const asText = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

/** A function that says what a token waits for. */
export function useWaitingText(
  instance: Pick<Instance, 'definition' | 'tasks' | 'suspended'>,
): (token: Token) => string {
  const t = useText();
  const format = useFormat();
  const actor = useActorName();
  const { definition, tasks, suspended } = instance;
  const list = (said: string[]) => said.filter(Boolean).join(t({ zh: '、', en: ', ' }));
  const people = (token: Token) => {
    const told = token.detail?.people?.map(actor);
    if (told?.length) return list(told);
    const open = tasks.filter(({ node_id, status }) => node_id === token.node_id && status === 'open');
    return list([...new Set(open.flatMap(({ assignees = [] }) => assignees.map(({ user }) => actor(user))))]);
  };
  const about: Record<string, (token: Token, detail: WaitingDetail) => string> = {
    task: people,
    timer: (_, { due }) => (due && !suspended ? format.dateTime(due) : ''),
    message: (_, { name, correlation }) =>
      [asText(name), asText(correlation)].filter(Boolean).join(t({ zh: '，编号 ', en: ', key ' })),
    signal: (_, { name }) => asText(name),
    condition: ({ node_id }) => conditionAt(definition, node_id),
    event: (_, { events = [] }) => list(events.filter(({ happened }) => !happened).map(listening)),
    race: (_, { events = [] }) => list(events.map(listening)),
    join: (_, { missing = [] }) => list(missing.map((id) => stepName(definition, id, t))),
    loop: (_, { completed, total }) => (total ? `${completed ?? 0}/${total}` : ''),
    service: (_, { action }) => asText(action),
    child: (_, { instance: called }) => t(called?.flow_label) || asText(called?.flow),
    compensation: (_, { pending = [] }) => list(pending.map((id) => stepName(definition, id, t))),
  };
  const late = (node: string, rule: number, due: string | undefined): string => {
    const action = definition.nodes.find(({ id }) => id === node)?.assignment?.overdue?.[rule]?.action;
    const when = due && !suspended ? format.dateTime(due) : '';
    return [when, action ? t(OVERDUE_ACTIONS[action]) : ''].filter(Boolean).join(' ');
  };
  const listening = ({ kind, node = '', ...event }: Listening): string => {
    if (event.rule !== undefined) return late(node, event.rule, event.due);
    const reason = kind === 'conditional' ? 'condition' : kind;
    const told = about[reason]?.({ node_id: node, since: null }, event) ?? '';
    const info = eventKind(kind as EventKind);
    return [stepName(definition, node, t) || t(info?.label) || kind, told].filter(Boolean).join(' ');
  };
  const sentence = (reason: string, token: Token): string => {
    // While a run is held its timers are: when they are due is known again when it goes on.
    const said = WAITING[suspended && reason === 'timer' ? 'held' : reason];
    if (!said) return t(incidentText({ code: reason, detail: asText(token.detail?.detail) }));
    const known = about[reason]?.(token, token.detail ?? {}) ?? '';
    return known && said.about ? t(said.about, { about: known }) : t(said.plain);
  };
  return (token) => {
    const { waiting_for: reason, detail } = token;
    if (!reason) return '';
    if (typeof reason !== 'string') return t(reason);
    const said = sentence(reason, token);
    const beside = RACING.has(reason) ? [] : (detail?.events ?? []);
    const [clocks, events] = [beside.filter(isClock), beside.filter((event) => !isClock(event))];
    const also =
      events.length > 0 &&
      t({ zh: '（同时听着：{events}）', en: ' (listening for: {events})' }, { events: list(events.map(listening)) });
    const then =
      clocks.length > 0 &&
      t({ zh: '（逾期时：{rules}）', en: ' (when late: {rules})' }, { rules: list(clocks.map(listening)) });
    return [said, also, then].filter(Boolean).join('');
  };
}

/** What the process itself listens for, as a token that waits for it would. */
export const listenerToken = ({ node = '', kind, scope, ...event }: Listening): Token => ({
  node_id: node,
  since: null,
  scope,
  waiting_for: kind === 'conditional' ? 'condition' : kind,
  detail: event,
});

const isClock = ({ rule }: Listening): boolean => rule !== undefined;

/** Kinds of waiting whose events are told already. */
const RACING = new Set(['timer', 'message', 'signal', 'condition', 'event', 'race']);

const conditionAt = (flow: Flow, id: string): string => {
  const node = flow.nodes.find((one) => one.id === id);
  return node?.condition ?? node?.events?.find(({ kind }) => kind === 'conditional')?.condition ?? '';
};

/** A node by its title; an edge by where it comes from. */
function stepName(flow: Flow, id: string, t: (text: Text) => string): string {
  const from = flow.edges.find((edge) => edge.id === id);
  const node = flow.nodes.find((one) => one.id === (from?.source ?? id));
  if (!node) return id;
  return (from?.label ? t(from.label) : '') || t(node.title) || t(nodeKind(node.type).label);
}
