/** What is said of a node type: its name, its shape and sign, where the palette has it and what can be set on it. */
import type { LucideIcon } from 'lucide-react';
import type { Text } from '@/i18n';
import type { Section } from './designer/sections';
import type { FlowNode, NodeType, Outcome } from './types';

export type ShapeName = 'circle' | 'ring' | 'box' | 'diamond' | 'frame';

export type PaletteGroup = 'people' | 'automatic' | 'ways' | 'waiting' | 'tasks' | 'gateways' | 'scopes' | 'events';

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
  /** The buttons of a task that says none, as the engine has them. */
  usual?: Outcome[];
  /** For those who know BPMN: not among what the palette shows first. */
  advanced?: boolean;
  /** What a new one begins with. */
  first?: Partial<FlowNode>;
}

/** What several begin with, and have sections of. */
export const TIMER: Partial<FlowNode> = { events: [{ kind: 'timer', timer: { duration: 'PT1H' } }] };
export const WHO: Partial<FlowNode> = { assignment: { candidates: [{ initiator: true }], mode: 'any' } };
export const PERSON: readonly Section[] = [
  'who',
  'mode',
  'outcomes',
  'due',
  'form',
  'operations',
  'policies',
  'copies',
  'prediction',
];
export const AGAIN = ['loop', 'compensation'] as const;
