/** Every node type in one list: its name, what it is to people, and its sign on the canvas. */
import { Circle, CircleDot, Clock, Cog, Diamond, type LucideIcon, Plus, UserRound, X } from 'lucide-react';
import type { Text } from '@/i18n';
import type { NodeType } from './types';

export type ShapeName = 'circle' | 'ring' | 'box' | 'diamond';

export interface NodeKind {
  type: NodeType;
  label: Text;
  /** Which outline is drawn. */
  shape: ShapeName;
  /** What stands inside the outline, as in BPMN; nothing for start and end. */
  sign: LucideIcon | null;
  /** For lists. */
  icon: LucideIcon;
}

export const NODE_KINDS: NodeKind[] = [
  { type: 'start_event', label: { zh: '开始', en: 'Start' }, shape: 'circle', sign: null, icon: Circle },
  { type: 'end_event', label: { zh: '结束', en: 'End' }, shape: 'circle', sign: null, icon: CircleDot },
  { type: 'user_task', label: { zh: '人工任务', en: 'User task' }, shape: 'box', sign: UserRound, icon: UserRound },
  { type: 'service_task', label: { zh: '自动任务', en: 'Service task' }, shape: 'box', sign: Cog, icon: Cog },
  {
    type: 'exclusive_gateway',
    label: { zh: '排他网关', en: 'Exclusive gateway' },
    shape: 'diamond',
    sign: X,
    icon: Diamond,
  },
  {
    type: 'parallel_gateway',
    label: { zh: '并行网关', en: 'Parallel gateway' },
    shape: 'diamond',
    sign: Plus,
    icon: Diamond,
  },
  { type: 'timer_event', label: { zh: '定时', en: 'Timer' }, shape: 'ring', sign: Clock, icon: Clock },
  { type: 'boundary_timer', label: { zh: '边界定时', en: 'Boundary timer' }, shape: 'ring', sign: Clock, icon: Clock },
];

const BY_TYPE = new Map(NODE_KINDS.map((kind) => [kind.type, kind]));
const FALLBACK: NodeKind = {
  type: 'service_task',
  label: { zh: '节点', en: 'Node' },
  shape: 'box',
  sign: null,
  icon: Circle,
};

export function nodeKind(type: NodeType): NodeKind {
  return BY_TYPE.get(type) ?? FALLBACK;
}
