/** Incidents of running flows: the list, and trying many again at once. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { newCommandId } from '@/flows/commandId';
import type { Text } from '@/i18n';
import { api } from '@/providers/http';
import { type Page, usePages } from '@/providers/paging';

export interface FlowIncident {
  instance_id: string;
  title: string | null;
  flow: string;
  flow_label: Text | null;
  node_id: string | null;
  node_title?: Text | null;
  code: string;
  detail: string | null;
  message?: Text | null;
  mending?: Text | null;
  since: string | null;
  blocking?: boolean;
}

/** What became of one: its status, or why it was refused. */
export interface Retried {
  id: string;
  ok: boolean;
  status?: string;
  code?: string;
  message?: Text;
}

interface IncidentPage extends Page<FlowIncident> {
  /** How many there are of each code, whatever the page and the chosen code. */
  counts: Record<string, number>;
}

/** '' for whatever is not asked. */
export function useFlowIncidents(filter: { flow: string; code: string }) {
  return usePages<IncidentPage>(['incidents', 'flows'], '/api/incidents', filter);
}

export function useRetryIncidents() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (asked: { ids: string[]; variables: Record<string, unknown> }) =>
      api.post<{ items: Retried[] }>('/api/incidents/retry', { ...asked, command_id: newCommandId() }),
    onSettled: () => {
      for (const topic of ['incidents', 'instances', 'tasks']) void client.invalidateQueries({ queryKey: [topic] });
    },
  });
}
