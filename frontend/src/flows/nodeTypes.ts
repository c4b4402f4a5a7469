/** Every node type in one list: its name, its shape and sign, where the palette has it and what can be set on it. */
import {
  Asterisk,
  AtSign,
  Bell,
  Box,
  Circle,
  CircleDot,
  ClipboardCheck,
  Clock,
  Cog,
  CornerUpLeft,
  Diamond,
  Disc,
  FileClock,
  FilePen,
  FilePlus2,
  FileSearch,
  FileText,
  Hand,
  Hourglass,
  Layers,
  Lock,
  type LucideIcon,
  Mail,
  Pentagon,
  Plus,
  ScrollText,
  Send,
  SquareArrowOutUpRight,
  Stamp,
  Table2,
  Tag,
  UserRound,
  UserRoundPlus,
  Waves,
  X,
  Zap,
} from 'lucide-react';
import type { Text } from '@/i18n';
import type { FlowNode, NodeType } from './types';

export type ShapeName = 'circle' | 'ring' | 'box' | 'diamond' | 'frame';

export type PaletteGroup = 'people' | 'automatic' | 'ways' | 'waiting' | 'tasks' | 'gateways' | 'scopes' | 'events';

/** A part of the panel in which a node is set up. */
export type Section =
  | 'assignment'
  | 'form'
  | 'outcomes'
  | 'due'
  | 'service'
  | 'action'
  | 'script'
  | 'decision'
  | 'events'
  | 'call'
  | 'ad_hoc'
  | 'condition'
  | 'required'
  | 'target'
  | 'outcome'
  | 'interrupting'
  | 'loop'
  | 'compensation';

export interface NodeKind {
  type: NodeType;
  label: Text;
  /** Which outline is drawn. */
  shape: ShapeName;
  /** What stands inside the outline, as in BPMN; of events the sign of what they wait for or do. */
  sign: LucideIcon | null;
  /** For lists. */
  icon: LucideIcon;
  group: PaletteGroup;
  /** What it does, in plain words. */
  help: Text;
  sections: readonly Section[];
  /** For those who know BPMN: not among what the palette shows first. */
  advanced?: boolean;
  /** What a new one begins with. */
  first?: Partial<FlowNode>;
}

const TIMER: Partial<FlowNode> = { events: [{ kind: 'timer', timer: { duration: 'PT1H' } }] };
const WHO: Partial<FlowNode> = { assignment: { candidates: [{ initiator: true }], mode: 'any' } };
const PERSON = ['assignment', 'form', 'outcomes', 'due'] as const;
const AGAIN = ['loop', 'compensation'] as const;

export const NODE_KINDS: NodeKind[] = [
  {
    type: 'approval',
    label: { zh: '审批', en: 'Approval' },
    help: { zh: '有人同意或驳回', en: 'Somebody agrees or rejects' },
    shape: 'box',
    sign: Stamp,
    icon: Stamp,
    group: 'people',
    sections: [...PERSON, ...AGAIN],
    first: WHO,
  },
  {
    type: 'handle',
    label: { zh: '办理', en: 'Handle' },
    help: { zh: '有人把事情办完，不用决定', en: 'Somebody gets it done; nothing to decide' },
    shape: 'box',
    sign: ClipboardCheck,
    icon: ClipboardCheck,
    group: 'people',
    sections: [...PERSON, ...AGAIN],
    first: WHO,
  },
  {
    type: 'initiator',
    label: { zh: '发起人填写', en: 'Initiator' },
    help: { zh: '由发起人填写或补充', en: 'The one who started fills in or adds' },
    shape: 'box',
    sign: UserRoundPlus,
    icon: UserRoundPlus,
    group: 'people',
    sections: [...PERSON, ...AGAIN],
  },
  {
    type: 'cc',
    label: { zh: '抄送', en: 'Copy' },
    help: { zh: '让人知道，不等回应', en: 'Lets people know; does not wait' },
    shape: 'box',
    sign: AtSign,
    icon: AtSign,
    group: 'people',
    sections: ['assignment', 'loop'],
    first: WHO,
  },
  {
    type: 'user_task',
    label: { zh: '人工任务', en: 'User task' },
    help: { zh: '有人处理，结果自定', en: 'Somebody does it; with outcomes of your own' },
    shape: 'box',
    sign: UserRound,
    icon: UserRound,
    group: 'people',
    sections: [...PERSON, ...AGAIN],
    first: { ...WHO, outcomes: [{ key: 'done', label: { zh: '完成', en: 'Done' }, kind: 'complete' }] },
  },
  {
    type: 'notify',
    label: { zh: '发通知', en: 'Notify' },
    help: { zh: '给同事发一条站内通知', en: 'Sends colleagues a notification' },
    shape: 'box',
    sign: Bell,
    icon: Bell,
    group: 'automatic',
    sections: ['action', ...AGAIN],
  },
  {
    type: 'create_record',
    label: { zh: '新建记录', en: 'Create a record' },
    help: { zh: '自动新建一条记录', en: 'Makes a record by itself' },
    shape: 'box',
    sign: FilePlus2,
    icon: FilePlus2,
    group: 'automatic',
    sections: ['action', ...AGAIN],
  },
  {
    type: 'update_record',
    label: { zh: '更新记录', en: 'Update the record' },
    help: { zh: '自动修改记录的字段', en: 'Changes fields of a record by itself' },
    shape: 'box',
    sign: FilePen,
    icon: FilePen,
    group: 'automatic',
    sections: ['action', ...AGAIN],
  },
  {
    type: 'find_record',
    label: { zh: '查找记录', en: 'Find a record' },
    help: { zh: '找到一条记录，放进变量', en: 'Finds a record and keeps it in variables' },
    shape: 'box',
    sign: FileSearch,
    icon: FileSearch,
    group: 'automatic',
    sections: ['action', ...AGAIN],
  },
  {
    type: 'set_tag',
    label: { zh: '打标签', en: 'Set tags' },
    help: { zh: '给客户打上标签', en: 'Tags the customer' },
    shape: 'box',
    sign: Tag,
    icon: Tag,
    group: 'automatic',
    sections: ['action', ...AGAIN],
  },
  {
    type: 'call_rule',
    label: { zh: '问决策表', en: 'Ask a table' },
    help: { zh: '按决策表得出结果', en: 'Takes the answer from a decision table' },
    shape: 'box',
    sign: Table2,
    icon: Table2,
    group: 'automatic',
    sections: ['decision', ...AGAIN],
  },
  {
    type: 'exclusive_gateway',
    label: { zh: '条件分支', en: 'Branch' },
    help: {
      zh: '只走第一条满足条件的路（BPMN：排他网关）',
      en: 'The first way whose condition holds (BPMN: exclusive gateway)',
    },
    shape: 'diamond',
    sign: X,
    icon: Diamond,
    group: 'ways',
    sections: [],
  },
  {
    type: 'parallel_gateway',
    label: { zh: '同时进行', en: 'In parallel' },
    help: {
      zh: '所有的路同时走，或等齐再走（BPMN：并行网关）',
      en: 'All ways at once, or waits for all of them (BPMN: parallel gateway)',
    },
    shape: 'diamond',
    sign: Plus,
    icon: Diamond,
    group: 'ways',
    sections: [],
  },
  {
    type: 'jump',
    label: { zh: '跳转', en: 'Jump' },
    help: { zh: '跳到另一步', en: 'Goes to another step' },
    shape: 'box',
    sign: CornerUpLeft,
    icon: CornerUpLeft,
    group: 'ways',
    sections: ['target'],
  },
  {
    type: 'start_event',
    label: { zh: '开始', en: 'Start' },
    help: { zh: '从这里开始', en: 'Begins here' },
    shape: 'circle',
    sign: null,
    icon: Circle,
    group: 'ways',
    sections: ['events', 'interrupting'],
  },
  {
    type: 'end_event',
    label: { zh: '结束', en: 'End' },
    help: { zh: '这条路到此结束', en: 'This way ends here' },
    shape: 'circle',
    sign: null,
    icon: CircleDot,
    group: 'ways',
    sections: ['outcome', 'events'],
  },
  {
    type: 'delay',
    label: { zh: '等一段时间', en: 'Wait a while' },
    help: { zh: '过一段时间，或到某个时刻再继续', en: 'Goes on after a while, or at a moment' },
    shape: 'box',
    sign: Hourglass,
    icon: Hourglass,
    group: 'waiting',
    sections: ['events'],
    first: TIMER,
  },
  {
    type: 'wait_for_record',
    label: { zh: '等记录变化', en: 'Wait for the record' },
    help: { zh: '等到记录满足条件', en: 'Waits until the record fulfils a condition' },
    shape: 'box',
    sign: FileClock,
    icon: FileClock,
    group: 'waiting',
    sections: ['condition'],
  },
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

export const isFrame = ({ type }: Pick<FlowNode, 'type'>): boolean => nodeKind(type).shape === 'frame';
const PASSED = new Set<NodeType>(['event_sub_process', 'jump', 'cc', 'delay', 'wait_for_record']);
/** What boundary events may sit on. */
export const isActivity = ({ type }: Pick<FlowNode, 'type'>): boolean =>
  !PASSED.has(type) && ['box', 'frame'].includes(nodeKind(type).shape);
