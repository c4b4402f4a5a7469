/** Flows in short, for tests. */
import type { FlowEdge, FlowNode, NodeType } from '@/flows/types';

export const text = (en: string) => ({ zh: en, en });

export const node = (id: string, type: NodeType, more: Partial<FlowNode> = {}): FlowNode => ({
  id,
  type,
  title: text(id),
  ...more,
});

/** Edges as `from>to`, which is their id too. */
export const edges = (...pairs: string[]): FlowEdge[] =>
  pairs.map((pair) => {
    const [source = '', target = ''] = pair.split('>');
    return { id: pair, source, target };
  });
