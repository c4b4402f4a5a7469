/** Flows and their instances as the API sends them; definitions have the shapes of `engine/definitions/flow.py`. */
import type { Text } from '@/i18n';

export type NodeType =
  | 'start_event'
  | 'end_event'
  | 'user_task'
  | 'service_task'
  | 'exclusive_gateway'
  | 'parallel_gateway'
  | 'timer_event'
  | 'boundary_timer';

export interface Candidate {
  user?: string | null;
  role?: string | null;
  department?: string | null;
  superior_of?: string | null;
  record_field?: string | null;
  initiator?: boolean;
}

export interface Assignment {
  candidates: Candidate[];
  mode?: 'one' | 'any' | 'all';
  cc?: Candidate[];
}

export interface Outcome {
  key: string;
  label: Text;
  kind: 'complete' | 'refuse' | 'send_back';
  target?: string | null;
  /** An opinion must be given. */
  comment?: boolean;
}

export interface FlowNode {
  id: string;
  type: NodeType;
  title: Text;
  form?: string | null;
  assignment?: Assignment | null;
  outcomes?: Outcome[];
  due?: string | null;
  action?: string | null;
  arguments?: Record<string, string>;
  timer?: { duration: string } | null;
  attached_to?: string | null;
  interrupting?: boolean;
  outcome?: string | null;
}

export interface FlowEdge {
  id: string;
  source: string;
  target: string;
  when?: string | null;
  default?: boolean;
  label?: Text | null;
}

export interface Flow {
  key: string;
  label: Text;
  entity: string;
  nodes: FlowNode[];
  edges: FlowEdge[];
  variables?: { key: string; type: string; label: Text; currency?: string | null; entity?: string | null }[];
  layout?: Record<string, { x: number; y: number }>;
  description?: Text | null;
}

/** A person as an id or with a name, as the answer has it. */
export type Actor = string | { id: string | null; name: string } | null | undefined;

export interface HistoryItem {
  at: string;
  type: string;
  node_id: string | null;
  actor: Actor;
  data?: Record<string, unknown> | null;
}

export interface Token {
  node_id: string;
  since: string | null;
  waiting_for?: Text | string | null;
}

export type InstanceStatus = 'starting' | 'running' | 'completed' | 'cancelled' | 'failed' | 'incident';

export interface Incident {
  /** None while the run has not begun. */
  node_id: string | null;
  code: string;
  detail?: string | null;
  blocking?: boolean;
}

export interface InstanceItem {
  id: string;
  flow: string;
  flow_label?: Text | null;
  flow_version?: number;
  status: InstanceStatus;
  outcome: string | null;
  title: string | null;
  entity: string | null;
  record_id: string | null;
  started_at: string;
  ended_at: string | null;
  initiator?: Actor;
  incident?: (Incident & { all?: Incident[] }) | null;
}

export interface InstanceTask {
  id: string;
  node_id: string;
  title?: Text | null;
  status: string;
  outcome: string | null;
  opened_at: string;
  due_at?: string | null;
  closed_at?: string | null;
  round?: number;
  assignees?: { user: Actor; status: string; kind?: string }[];
}

export interface Instance extends InstanceItem {
  variables: Record<string, unknown>;
  tokens: Token[];
  tasks: InstanceTask[];
  history: HistoryItem[];
  definition: Flow;
}
