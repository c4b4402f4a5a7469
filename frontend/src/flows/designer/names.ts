/** Names that the designer offers: the flow's variables and steps, the entity's fields and forms. */
import { useText } from '@/i18n';
import { useEntity, useMetadata } from '@/metadata';
import { usePersonOf } from '../describe';
import { nodeKind } from '../nodeTypes';
import type { FlowNode } from '../types';
import { useDesign } from './design';
import type { Choice } from './inputs';

export function useNames() {
  const t = useText();
  const { flow } = useDesign();
  const metadata = useMetadata();
  const entity = useEntity(flow.entity);
  const person = usePersonOf(flow);
  const stepName = (node: FlowNode) => t(node.title) || `${t(nodeKind(node.type).label)} ${node.id}`;
  const named = (all: readonly { key: string; label?: { zh: string; en: string } | null }[]): Choice[] =>
    all.map(({ key, label }) => ({ value: key, label: t(label) || key }));
  return {
    stepName,
    steps: (keep: (node: FlowNode) => boolean): Choice[] =>
      flow.nodes.filter(keep).map((node) => ({ value: node.id, label: stepName(node) })),
    variables: named(flow.variables ?? []),
    fields: named(entity?.fields ?? []),
    forms: named(metadata.forms.filter((form) => form.entity === flow.entity)),
    roles: named(metadata.roles),
    departments: named(metadata.departments),
    flows: named(metadata.flows),
    entities: named(metadata.entities),
    /** Everybody; whom the flow names by e-mail keeps being named so. */
    users: (named?: string | null): Choice[] => {
      const meant = named ? person(named)?.id : undefined;
      return metadata.users.map(({ id, name }) => ({ value: id === meant && named ? named : id, label: name }));
    },
  };
}
