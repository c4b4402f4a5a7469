/** A run goes on under the published version of its flow: steps that are gone are given another, and it is tried out first. */
import { Alert, Typography } from '@mui/material';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import type { Definition } from '@/build/api';
import { FormDialog, Loaded } from '@/components';
import { useText } from '@/i18n';
import { api } from '@/providers/http';
import { newCommandId } from '../commandId';
import { readFlow } from '../designer/flowDocument';
import { ChoiceInput } from '../designer/inputs';
import { nodeKind } from '../nodeTypes';
import { useOrder } from '../orders';
import type { Flow, Instance } from '../types';
import { type Foreseen, Preview } from './Preview';

interface MigrateDialogProps {
  instance: Instance;
  onClose: () => void;
}

export function MigrateDialog({ instance, onClose }: MigrateDialogProps) {
  const query = useQuery({
    queryKey: ['definitions', 'flow', instance.flow],
    queryFn: () => api.get<Definition>(`/api/definitions/flow/${instance.flow}`),
  });
  return (
    <Loaded query={query} skeleton={null}>
      {(definition) => <Migrating instance={instance} definition={definition} onClose={onClose} />}
    </Loaded>
  );
}

function Migrating({ instance, definition, onClose }: MigrateDialogProps & { definition: Definition }) {
  const t = useText();
  const order = useOrder(instance.id);
  const target = useMemo(() => readFlow(definition.content ?? {}), [definition.content]);
  const [nodes, setNodes] = useState<Record<string, string>>({});
  const gone = [...new Set(instance.tokens.map(({ node_id }) => node_id))].filter(
    (id) => !target.nodes.some((node) => node.id === id),
  );
  const mapped = gone.every((id) => nodes[id]);
  const current = definition.version === instance.flow_version;
  const { mutate, reset, ...tried } = useMutation({
    mutationFn: (mapping: Record<string, string>) =>
      api.post<Foreseen>(`/api/instances/${instance.id}/migrate`, {
        nodes: mapping,
        command_id: newCommandId(),
        dry_run: true,
      }),
  });
  useEffect(() => {
    if (mapped && !current) mutate(nodes);
    else reset();
  }, [mapped, current, nodes, mutate, reset]);
  const name = (flow: Flow, id: string) => {
    const node = flow.nodes.find((one) => one.id === id);
    return (node && (t(node.title) || `${t(nodeKind(node.type).label)} ${id}`)) || id;
  };
  return (
    <FormDialog
      open
      title={t({ zh: '换到已发布的版本', en: 'Go on under the published version' })}
      action={t({ zh: '换过去', en: 'Go over' })}
      ready={tried.isSuccess}
      changed={Object.keys(nodes).length > 0}
      onClose={onClose}
      onSubmit={() => order.ask('migrate', { nodes })}
    >
      {current ? (
        <Alert severity="info" variant="outlined">
          {t({ zh: '它已经是已发布的版本。', en: 'It runs the published version already.' })}
        </Alert>
      ) : (
        <Typography variant="body2" sx={{ color: 'text.secondary' }}>
          {t(
            {
              zh: '从版本 {from} 到版本 {to}。同名的步骤留在原处，任务和计时照旧。',
              en: 'From version {from} to version {to}. Steps with the same id stay where they are, with their tasks and timers.',
            },
            { from: instance.flow_version ?? '', to: definition.version },
          )}
        </Typography>
      )}
      {gone.map((id) => (
        <ChoiceInput
          key={id}
          label={t(
            { zh: '“{step}”没有了，改到', en: '“{step}” is gone; go to' },
            { step: name(instance.definition, id) },
          )}
          value={nodes[id] ?? ''}
          options={target.nodes.map((node) => ({ value: node.id, label: name(target, node.id) }))}
          onChange={(to) => setNodes({ ...nodes, [id]: to })}
        />
      ))}
      <Preview flow={target} query={tried} />
    </FormDialog>
  );
}
