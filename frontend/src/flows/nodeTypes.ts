/** Every node type in one list: the plain ones, and after them those of BPMN. */
import {
  Asterisk,
  Box,
  Circle,
  Clock,
  Cog,
  Diamond,
  Disc,
  FileText,
  Hand,
  Layers,
  Lock,
  Mail,
  Pentagon,
  ScrollText,
  Send,
  SquareArrowOutUpRight,
  Table2,
  Waves,
  Zap,
} from 'lucide-react';
import { AGAIN, type NodeKind, TIMER } from './nodeKind';
import { PLAIN_NODE_KINDS } from './plainNodeTypes';
import type { FlowNode, NodeType, Outcome } from './types';

export type { NodeKind, PaletteGroup, ShapeName } from './nodeKind';

export const NODE_KINDS: NodeKind[] = [
  ...PLAIN_NODE_KINDS,
  {
    type: 'task',
    label: { zh: '任务', en: 'Task' },
    help: { zh: '只占一个位置，直接经过', en: 'A step that only has a name; passed at once' },
    shape: 'box',
    sign: null,
    icon: Box,
    group: 'tasks',
    sections: [...AGAIN],
    advanced: true,
  },
  {
    type: 'service_task',
    label: { zh: '自动任务', en: 'Service task' },
    help: { zh: '执行一个动作', en: 'Carries out an action' },
    shape: 'box',
    sign: Cog,
    icon: Cog,
    group: 'tasks',
    sections: ['service', ...AGAIN],
    advanced: true,
  },
  {
    type: 'send_task',
    label: { zh: '发送任务', en: 'Send task' },
    help: { zh: '发出一条消息', en: 'Sends a message' },
    shape: 'box',
    sign: Send,
    icon: Send,
    group: 'tasks',
    sections: ['events', ...AGAIN],
    advanced: true,
    first: { events: [{ kind: 'message', name: 'message' }] },
  },
  {
    type: 'receive_task',
    label: { zh: '接收任务', en: 'Receive task' },
    help: { zh: '等一条消息', en: 'Waits for a message' },
    shape: 'box',
    sign: Mail,
    icon: Mail,
    group: 'tasks',
    sections: ['events', ...AGAIN],
    advanced: true,
    first: { events: [{ kind: 'message', name: 'message' }] },
  },
  {
    type: 'script_task',
    label: { zh: '脚本任务', en: 'Script task' },
    help: { zh: '用表达式给变量赋值', en: 'Gives variables the values of expressions' },
    shape: 'box',
    sign: ScrollText,
    icon: ScrollText,
    group: 'tasks',
    sections: ['script', ...AGAIN],
    advanced: true,
  },
  {
    type: 'rule_task',
    label: { zh: '规则任务', en: 'Rule task' },
    help: { zh: '问一张决策表', en: 'Asks a decision table' },
    shape: 'box',
    sign: Table2,
    icon: Table2,
    group: 'tasks',
    sections: ['decision', ...AGAIN],
    advanced: true,
  },
  {
    type: 'manual_task',
    label: { zh: '手工任务', en: 'Manual task' },
    help: { zh: '系统外完成，只作记录', en: 'Done outside the system; only told' },
    shape: 'box',
    sign: Hand,
    icon: Hand,
    group: 'tasks',
    sections: [...AGAIN],
    advanced: true,
  },
  {
    type: 'call_activity',
    label: { zh: '调用流程', en: 'Call activity' },
    help: { zh: '运行另一个流程，等它结束', en: 'Runs another flow and waits for its end' },
    shape: 'box',
    sign: SquareArrowOutUpRight,
    icon: SquareArrowOutUpRight,
    group: 'tasks',
    sections: ['call', ...AGAIN],
    advanced: true,
    first: { call: { binding: 'latest' } },
  },
  {
    type: 'inclusive_gateway',
    label: { zh: '包容网关', en: 'Inclusive gateway' },
    help: { zh: '所有满足条件的路都走', en: 'Every way whose condition holds' },
    shape: 'diamond',
    sign: Circle,
    icon: Diamond,
    group: 'gateways',
    sections: [],
    advanced: true,
  },
  {
    type: 'event_based_gateway',
    label: { zh: '事件网关', en: 'Event-based gateway' },
    help: { zh: '哪个事件先到就走哪条', en: 'The way whose event happens first' },
    shape: 'diamond',
    sign: Pentagon,
    icon: Diamond,
    group: 'gateways',
    sections: [],
    advanced: true,
  },
  {
    type: 'complex_gateway',
    label: { zh: '复杂网关', en: 'Complex gateway' },
    help: { zh: '到了几条就继续', en: 'Goes on once some of its ways have arrived' },
    shape: 'diamond',
    sign: Asterisk,
    icon: Diamond,
    group: 'gateways',
    sections: ['required'],
    advanced: true,
  },
  {
    type: 'sub_process',
    label: { zh: '子流程', en: 'Sub-process' },
    help: { zh: '几步合成一块', en: 'Several steps as one' },
    shape: 'frame',
    sign: null,
    icon: Layers,
    group: 'scopes',
    sections: [...AGAIN],
    advanced: true,
  },
  {
    type: 'event_sub_process',
    label: { zh: '事件子流程', en: 'Event sub-process' },
    help: { zh: '事件发生时才运行的一块', en: 'Runs when its event happens' },
    shape: 'frame',
    sign: null,
    icon: Zap,
    group: 'scopes',
    sections: [],
    advanced: true,
  },
  {
    type: 'transaction',
    label: { zh: '事务', en: 'Transaction' },
    help: { zh: '可以整个取消并补偿的一块', en: 'Can be cancelled and undone as a whole' },
    shape: 'frame',
    sign: null,
    icon: Lock,
    group: 'scopes',
    sections: [...AGAIN],
    advanced: true,
  },
  {
    type: 'ad_hoc_sub_process',
    label: { zh: '自由子流程', en: 'Ad-hoc sub-process' },
    help: { zh: '里面的步骤想做哪个做哪个', en: 'Its steps are begun in any order' },
    shape: 'frame',
    sign: Waves,
    icon: Waves,
    group: 'scopes',
    sections: ['ad_hoc', ...AGAIN],
    advanced: true,
    first: { ad_hoc: { ordering: 'parallel' } },
  },
  {
    type: 'intermediate_catch_event',
    label: { zh: '等待事件', en: 'Catch event' },
    help: { zh: '等某件事发生', en: 'Waits for something to happen' },
    shape: 'ring',
    sign: null,
    icon: Clock,
    group: 'events',
    sections: ['events'],
    advanced: true,
    first: TIMER,
  },
  {
    type: 'intermediate_throw_event',
    label: { zh: '抛出事件', en: 'Throw event' },
    help: { zh: '发出消息、信号、升级', en: 'Sends a message, a signal, an escalation' },
    shape: 'ring',
    sign: null,
    icon: Disc,
    group: 'events',
    sections: ['events'],
    advanced: true,
    first: { events: [{ kind: 'signal', name: 'signal' }] },
  },
  {
    type: 'boundary_event',
    label: { zh: '边界事件', en: 'Boundary event' },
    help: {
      zh: '放在一步的边上：那一步进行中发生时接住',
      en: 'On the border of a step: catches what happens meanwhile',
    },
    shape: 'ring',
    sign: null,
    icon: FileText,
    group: 'events',
    sections: ['events', 'interrupting'],
    advanced: true,
    first: TIMER,
  },
];

const BY_TYPE = new Map(NODE_KINDS.map((kind) => [kind.type, kind]));

/** What a newer server draws is drawn as a plain step. */
export function nodeKind(type: NodeType): NodeKind {
  const found = BY_TYPE.get(type) ?? BY_TYPE.get('task');
  if (!found) throw new Error('the list of node types has no plain task');
  return found;
}

/** The buttons of a task: its own, else those that are usual for its kind. */
export const outcomesOf = ({ type, outcomes }: Pick<FlowNode, 'type' | 'outcomes'>): Outcome[] =>
  outcomes?.length ? outcomes : (nodeKind(type).usual ?? []);

export const outcomeOf = (node: FlowNode, key: string | null): Outcome | undefined =>
  outcomesOf(node).find((outcome) => outcome.key === key);

export const isFrame = ({ type }: Pick<FlowNode, 'type'>): boolean => nodeKind(type).shape === 'frame';
const PASSED = new Set<NodeType>(['event_sub_process', 'jump', 'cc', 'delay', 'wait_for_record']);
/** What boundary events may sit on. */
export const isActivity = ({ type }: Pick<FlowNode, 'type'>): boolean =>
  !PASSED.has(type) && ['box', 'frame'].includes(nodeKind(type).shape);
