/** Standing agents: whom one has asked to act in one's place, and for whom one acts. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '@/providers/http';

interface Named {
  id: string;
  name: string;
}

/** `both`: either may act, and acting closes both. `agent_only`: the principal is not asked meanwhile. */
export type AgentMode = 'both' | 'agent_only';
export type AgentStatus = 'planned' | 'active' | 'ended' | 'revoked';

export interface StandingAgent {
  id: string;
  principal: Named;
  agent: Named;
  mode: AgentMode;
  /** Keys; none means all flows. */
  flows: string[] | null;
  starts_at: string;
  /** None: until it is revoked. */
  ends_at: string | null;
  revoked_at: string | null;
  status: AgentStatus;
  created_by: Named | null;
  created_at: string;
  /** The reader may revoke it. */
  mine: boolean;
}

export interface NewAgent {
  agent_id: string;
  mode: AgentMode;
  flows: string[] | null;
  starts_at: string | null;
  ends_at: string | null;
  /** For somebody else: administrators only. */
  principal_id?: string;
  /** Tasks that are open now go to the agent too. */
  open_tasks: boolean;
}

/** `user`: somebody else's, for administrators; '' for one's own. */
export function useAgents(user: string) {
  return useQuery({
    queryKey: ['agents', user],
    queryFn: () => api.get<{ given: StandingAgent[]; received: StandingAgent[] }>('/api/agents', { user }),
  });
}

export function useAgentChange<Input, Output>(change: (input: Input) => Promise<Output>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () => {
      for (const topic of ['agents', 'tasks', 'instances']) void client.invalidateQueries({ queryKey: [topic] });
    },
  });
}

export const appoint = (agent: NewAgent) =>
  api.post<StandingAgent & { applied?: { done: number; failed: number } }>('/api/agents', agent);

export const revoke = (id: string) => api.delete(`/api/agents/${id}`);
