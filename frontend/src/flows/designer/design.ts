/** What the parts of the designer share: the flow, what is chosen, and the commands on both. */
import { createContext, useContext } from 'react';
import type { Content, DefinitionProblem } from '@/build/api';
import type { About } from '@/expressions';
import type { Text } from '@/i18n';
import type { Flow, FlowEdge, FlowNode, NodeType } from '../types';
import type { ActionInfo } from './api';
import type { Where } from './flowDocument';

export interface Chosen {
  kind: 'node' | 'edge';
  id: string;
}

export interface Design {
  flow: Flow;
  /** All of the definition, as it would be saved. */
  document: Content;
  readOnly: boolean;
  chosen: Chosen | null;
  choose: (chosen: Chosen | null) => void;
  /** One command: what it is called, what it makes. Commands of the same run become one. */
  change: (label: Text, flow: Flow, run?: string) => void;
  setNode: (label: Text, node: FlowNode, change: Partial<FlowNode>, run?: string) => void;
  setEdge: (label: Text, edge: FlowEdge, change: Partial<FlowEdge>, run?: string) => void;
  add: (type: NodeType, where: Where) => void;
  remove: (chosen: Chosen) => void;
  problems: DefinitionProblem[];
  actions: ActionInfo[];
}

export const DesignContext = createContext<Design | null>(null);

export function useDesign(): Design {
  const design = useContext(DesignContext);
  if (!design) throw new Error('a part of the designer stands outside of it');
  return design;
}

/** What expressions at a node may name: the flow's variables and what the loops around it give. */
export function aboutOf(flow: Flow, node?: FlowNode, counters = false): About {
  const label = (key: string) => ({ zh: key, en: key });
  const found = (flow.variables ?? []).map(({ key, type, label: said, entity, currency }) => ({
    ...{ key, type: type as 'text', label: said },
    entity: entity ?? null,
    currency: currency ?? null,
  }));
  const names = new Map<string, string>();
  let at = node;
  for (let depth = 0; at && depth < flow.nodes.length; depth += 1) {
    if (at.loop) names.set('loop_counter', 'number');
    if (at.loop?.element) names.set(at.loop.element, 'unknown');
    at = flow.nodes.find(({ id }) => id === at?.parent);
  }
  if (counters) for (const key of COUNTERS) names.set(key, 'number');
  for (const [key, type] of names)
    if (!found.some((each) => each.key === key))
      found.push({ key, type: type as 'text', label: label(key), entity: null, currency: null });
  return { flow: flow.key, draft: { entity: flow.entity, variables: found } };
}

export const COUNTERS = ['instances', 'active_instances', 'completed_instances'];
