/** The kinds of events in one list: their names, their signs, where each may stand, and which members it has there. */
import {
  ArrowBigRight,
  ChevronsUp,
  Circle,
  Clock,
  FileText,
  type LucideIcon,
  Mail,
  Pentagon,
  Plus,
  Rewind,
  Triangle,
  X,
  Zap,
} from 'lucide-react';
import type { Text } from '@/i18n';
import type { EventKind, Flow, FlowNode } from './types';

/** Where an event stands, which decides what it may be. */
export type EventPlace = 'start' | 'event_start' | 'catch' | 'throw' | 'boundary' | 'end';

export type EventMember =
  | 'name'
  | 'code'
  | 'timer'
  | 'condition'
  | 'correlation'
  | 'arguments'
  | 'outputs'
  | 'handler'
  | 'activity';

export interface EventKindInfo {
  kind: EventKind;
  label: Text;
  /** What it means to whoever draws. */
  help: Text;
  sign: LucideIcon;
  places: readonly EventPlace[];
  members: (throwing: boolean) => readonly EventMember[];
}

export const EVENT_KINDS: readonly EventKindInfo[] = [
  {
    kind: 'timer',
    label: { zh: '定时', en: 'Timer' },
    help: { zh: '到某个时刻，或过了一段时间', en: 'At a moment, or after a while' },
    sign: Clock,
    places: ['start', 'event_start', 'catch', 'boundary'],
    members: () => ['timer'],
  },
  {
    kind: 'message',
    label: { zh: '消息', en: 'Message' },
    help: { zh: '发给正好一个等着它的流程', en: 'Reaches exactly one that waits for it' },
    sign: Mail,
    places: ['start', 'event_start', 'catch', 'throw', 'boundary', 'end'],
    members: (throwing) => (throwing ? ['name', 'correlation', 'arguments'] : ['name', 'correlation', 'outputs']),
  },
  {
    kind: 'signal',
    label: { zh: '信号', en: 'Signal' },
    help: { zh: '所有等着它的流程都收到', en: 'Reaches everyone who waits for it' },
    sign: Triangle,
    places: ['start', 'event_start', 'catch', 'throw', 'boundary', 'end'],
    members: (throwing) => (throwing ? ['name', 'arguments'] : ['name', 'outputs']),
  },
  {
    kind: 'conditional',
    label: { zh: '条件', en: 'Condition' },
    help: { zh: '数据满足条件的时候', en: 'As soon as the data fulfils a condition' },
    sign: FileText,
    places: ['event_start', 'catch', 'boundary'],
    members: () => ['condition'],
  },
  {
    kind: 'error',
    label: { zh: '错误', en: 'Error' },
    help: { zh: '里面出错时接住，或者抛出', en: 'Catches what goes wrong inside, or throws it' },
    sign: Zap,
    places: ['event_start', 'boundary', 'end'],
    members: (throwing) => (throwing ? ['code', 'arguments'] : ['code', 'outputs']),
  },
  {
    kind: 'escalation',
    label: { zh: '升级', en: 'Escalation' },
    help: { zh: '告诉上一层，但不算出错', en: 'Tells the level above without being an error' },
    sign: ChevronsUp,
    places: ['event_start', 'throw', 'boundary', 'end'],
    members: (throwing) => (throwing ? ['code', 'arguments'] : ['code', 'outputs']),
  },
  {
    kind: 'compensation',
    label: { zh: '补偿', en: 'Compensation' },
    help: { zh: '把已经做完的撤回来', en: 'Undoes what is already done' },
    sign: Rewind,
    places: ['event_start', 'throw', 'boundary', 'end'],
    members: (throwing) => (throwing ? ['activity'] : ['handler']),
  },
  {
    kind: 'cancel',
    label: { zh: '取消', en: 'Cancel' },
    help: { zh: '取消整个事务', en: 'Cancels the whole transaction' },
    sign: X,
    places: ['boundary', 'end'],
    members: () => [],
  },
  {
    kind: 'terminate',
    label: { zh: '终止', en: 'Terminate' },
    help: { zh: '立刻结束这一层的所有分支', en: 'Ends every branch of this level at once' },
    sign: Circle,
    places: ['end'],
    members: () => [],
  },
  {
    kind: 'link',
    label: { zh: '链接', en: 'Link' },
    help: { zh: '跳到同名的链接', en: 'Goes on at the link of the same name' },
    sign: ArrowBigRight,
    places: ['catch', 'throw'],
    members: () => ['name'],
  },
];

const BY_KIND = new Map(EVENT_KINDS.map((info) => [info.kind, info]));

export function eventKind(kind: EventKind): EventKindInfo | undefined {
  return BY_KIND.get(kind);
}

const THROWING = new Set(['intermediate_throw_event', 'end_event', 'send_task']);
/** Whether the node's events are what it does; else they are what it waits for. */
export const isThrowing = ({ type }: FlowNode): boolean => THROWING.has(type);

const PLACES: Partial<Record<FlowNode['type'], EventPlace>> = {
  intermediate_catch_event: 'catch',
  intermediate_throw_event: 'throw',
  boundary_event: 'boundary',
  end_event: 'end',
};

/** Where the node's events stand; null for what is no event. */
export function eventPlace(node: FlowNode, flow: Flow): EventPlace | null {
  if (node.type !== 'start_event') return PLACES[node.type] ?? null;
  if (!node.parent) return 'start';
  // What is inside a plain sub-process begins with it, not with an event.
  return flow.nodes.find(({ id }) => id === node.parent)?.type === 'event_sub_process' ? 'event_start' : null;
}

export const kindsAt = (place: EventPlace): EventKindInfo[] =>
  EVENT_KINDS.filter(({ places }) => places.includes(place));

/** The sign inside an event: that of its only definition, else that of several. */
export function eventSign({ events = [], parallel_multiple }: FlowNode): LucideIcon | null {
  if (events.length === 0) return null;
  if (events.length > 1) return parallel_multiple ? Plus : Pentagon;
  return events[0] ? (eventKind(events[0].kind)?.sign ?? null) : null;
}
