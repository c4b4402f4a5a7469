/** Flows and their instances as the API sends them; definitions have the shapes of `engine/definitions/flow.py`. */
import type { Text } from '@/i18n';
import type { Attachment, Urged } from '@/inbox/types';

export type NodeType =
  | 'task'
  | 'user_task'
  | 'service_task'
  | 'send_task'
  | 'receive_task'
  | 'script_task'
  | 'rule_task'
  | 'manual_task'
  | 'call_activity'
  | 'exclusive_gateway'
  | 'parallel_gateway'
  | 'inclusive_gateway'
  | 'event_based_gateway'
  | 'complex_gateway'
  | 'sub_process'
  | 'event_sub_process'
  | 'transaction'
  | 'ad_hoc_sub_process'
  | 'start_event'
  | 'end_event'
  | 'intermediate_catch_event'
  | 'intermediate_throw_event'
  | 'boundary_event'
  | 'initiator'
  | 'approval'
  | 'handle'
  | 'cc'
  | 'delay'
  | 'notify'
  | 'create_record'
  | 'update_record'
  | 'find_record'
  | 'wait_for_record'
  | 'set_tag'
  | 'call_rule'
  | 'jump';

export type EventKind =
  | 'message'
  | 'timer'
  | 'signal'
  | 'conditional'
  | 'error'
  | 'escalation'
  | 'compensation'
  | 'cancel'
  | 'terminate'
  | 'link';

/** Names and the expressions or members they get. */
export type Mapping = Record<string, string>;

export interface Timer {
  duration?: string | null;
  date?: string | null;
  cycle?: string | null;
}

export interface EventDefinition {
  kind: EventKind;
  name?: string | null;
  code?: string | null;
  timer?: Timer | null;
  condition?: string | null;
  correlation?: string | null;
  arguments?: Mapping;
  outputs?: Mapping;
  activity?: string | null;
  handler?: string | null;
  parallel?: boolean;
}

export interface Loop {
  kind: 'standard' | 'parallel' | 'sequential';
  condition?: string | null;
  test_before?: boolean;
  maximum?: number | null;
  cardinality?: string | null;
  collection?: string | null;
  element?: string | null;
  completion?: string | null;
  output?: string | null;
  output_collection?: string | null;
}

export interface Call {
  flow?: string | null;
  flow_expression?: string | null;
  inputs?: Mapping;
  outputs?: Mapping;
  binding?: 'latest' | 'deployment';
  record?: string | null;
}

export interface AdHoc {
  ordering?: 'parallel' | 'sequential';
  start?: string[];
  completion?: string | null;
  cancel_remaining?: boolean;
}

export interface Candidate {
  user?: string | null;
  role?: string | null;
  department?: string | null;
  superior_of?: string | null;
  record_field?: string | null;
  expression?: string | null;
  initiator?: boolean;
  /** How much their vote counts. */
  weight?: number;
}

export type Mode = 'one' | 'any' | 'all' | 'sequence' | 'vote' | 'claim' | 'random';

export interface Vote {
  /** `2/3`, `60%` or `3`. */
  pass_at: string;
  base?: 'all' | 'voted';
  quorum?: string | null;
  /** Whose refusal decides. */
  veto?: Candidate[];
  tie?: 'agree' | 'refuse' | null;
}

/** Superiors one above the other: so many, or up to a position. */
export interface Chain {
  levels?: number | null;
  up_to?: string | null;
}

export type OverdueAction = 'remind' | 'agree' | 'refuse' | 'superior' | 'jump';

export interface Overdue {
  action: OverdueAction;
  /** Counted from the due time; nothing: at the due time. */
  after?: string | null;
  business?: boolean;
  every?: string | null;
  times?: number;
  target?: string | null;
}

export type TaskOperation =
  | 'add_before'
  | 'add_after'
  | 'add_alongside'
  | 'remove'
  | 'transfer'
  | 'delegate'
  | 'reclaim'
  | 'consult';

export interface Assignment {
  candidates: Candidate[];
  mode?: Mode;
  cc?: Candidate[];
  refusal?: 'at_once' | 'wait';
  vote?: Vote | null;
  chain?: Chain | null;
  operations?: TaskOperation[];
  duplicates?: 'never' | 'earlier' | 'consecutive';
  own?: 'approve' | 'skip' | 'superior' | 'head';
  nobody?: 'admin' | 'pass' | 'refuse' | 'user' | 'incident';
  nobody_user?: string | null;
  overdue?: Overdue[];
  chosen_by?: 'initiator' | 'previous' | null;
  clock?: 'restart' | 'pause';
  /** The deadline counts working time. */
  business?: boolean;
}

export interface Outcome {
  key: string;
  label: Text;
  kind?: 'complete' | 'refuse' | 'abstain' | 'send_back';
  /** A node, or `end`, `initiator`, `previous`; of sending back nothing: the person chooses. */
  target?: string | null;
  straight?: boolean;
  rounds?: number | null;
  /** An opinion must be given. */
  comment?: boolean;
  /** A drawn signature must be given. */
  signature?: boolean;
}

/** What a field of the form is at a step; rows of sub-tables: `items.+` and `items.-`. */
export type Right = 'hidden' | 'read' | 'write' | 'required' | 'masked';

export interface FlowNode {
  id: string;
  type: NodeType;
  title: Text;
  /** The sub-process it is in; nothing: the process itself. */
  parent?: string | null;
  form?: string | null;
  assignment?: Assignment | null;
  outcomes?: Outcome[];
  rights?: Record<string, Right>;
  due?: string | null;
  priority?: number;
  action?: string | null;
  arguments?: Mapping;
  outputs?: Mapping;
  assign?: Mapping;
  decision?: string | null;
  rules?: string[];
  condition?: string | null;
  events?: EventDefinition[];
  parallel_multiple?: boolean;
  attached_to?: string | null;
  interrupting?: boolean;
  for_compensation?: boolean;
  loop?: Loop | null;
  call?: Call | null;
  ad_hoc?: AdHoc | null;
  required?: number | null;
  target?: string | null;
  outcome?: string | null;
  documentation?: Text | null;
}

export interface FlowEdge {
  id: string;
  source: string;
  target: string;
  when?: string | null;
  default?: boolean;
  label?: Text | null;
}

export interface Variable {
  key: string;
  type: string;
  label: Text;
  entity?: string | null;
  currency?: string | null;
  default?: unknown;
}

/** The centre of a node on the drawing, also inside a sub-process; a size for sub-processes. */
export interface Position {
  x: number;
  y: number;
  width?: number | null;
  height?: number | null;
}

export interface Flow {
  key: string;
  label: Text;
  entity: string;
  nodes: FlowNode[];
  edges: FlowEdge[];
  variables?: Variable[];
  layout?: Record<string, Position>;
  /** When whoever started a run may take it back. */
  withdraw?: 'never' | 'before_action' | 'any';
  description?: Text | null;
}

/** A person as an id or with a name, as the answer has it. */
export type Actor = string | { id: string | null; name: string } | null | undefined;

export interface HistoryItem {
  id?: number;
  at: string;
  type: string;
  node_id: string | null;
  actor: Actor;
  data?: Record<string, unknown> | null;
}

/** An event that is listened to. */
export interface Listening {
  node?: string;
  kind: string;
  /** Where it would start, of what the whole process listens for. */
  scope?: number;
  name?: string;
  correlation?: unknown;
  due?: string;
  happened?: boolean;
  /** A clock of the task itself: the number of its rule for what is late. */
  rule?: number;
}

/** The run of a called flow, or of the one that called. */
export interface Relative {
  id: string;
  flow: string;
  flow_label?: Text | null;
  status: InstanceStatus;
  outcome?: string | null;
}

/** What a token waits for, as far as it can be told: who, until when, which message, which branches, which called run. */
export interface WaitingDetail {
  task?: string | null;
  people?: Actor[];
  due?: string | null;
  /** Of a message, a signal. */
  name?: string | null;
  correlation?: unknown;
  /** Edges of a join that something has come by, and that nothing has come by yet. */
  filled?: string[];
  missing?: string[];
  call?: string;
  instance?: Relative | null;
  action?: string | null;
  /** Of an incident. */
  detail?: string | null;
  /** What is listened to; of an activity, what sits on its border. */
  events?: Listening[];
  /** The scope inside; of a loop how many are done, of an ad-hoc sub-process what can be started. */
  scope?: number;
  completed?: number;
  total?: number | null;
  choices?: string[];
  pending?: string[];
}

export interface Token {
  id?: string | number;
  node_id: string;
  since: string | null;
  /** The kind of waiting. */
  waiting_for?: Text | string | null;
  detail?: WaitingDetail | null;
  scope?: number;
}

export type InstanceStatus = 'starting' | 'running' | 'completed' | 'cancelled' | 'failed' | 'incident';

export interface Incident {
  /** None while the run has not begun. */
  node_id: string | null;
  code: string;
  detail?: string | null;
  blocking?: boolean;
  /** In words, and what can be done, where the server says so. */
  message?: Text | null;
  mending?: Text | null;
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
  suspended?: boolean;
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

/** What the reader may do with a run here and now. */
export interface InstanceAllowed {
  withdraw?: boolean;
  urge?: boolean;
  /** Why the reader may not ask for haste just now. */
  urged?: Urged | null;
  /** Steps that the reader decided last and may take back. */
  reclaim?: string[];
  void?: boolean;
  reopen?: boolean;
  cancel?: boolean;
}

export interface Instance extends InstanceItem {
  variables: Record<string, unknown>;
  tokens: Token[];
  tasks: InstanceTask[];
  /** The latest lines. */
  history: HistoryItem[];
  /** The last time that each thing happened at each node, however long ago: what the drawing is coloured by. */
  trail?: HistoryItem[];
  /** What the process itself, or a sub-process, listens for while it runs. */
  listeners?: Listening[];
  /** Of all its tasks and of the run itself, for those with a part in it. */
  attachments?: Attachment[];
  /** The reader may attach files to the run itself. */
  may_attach?: boolean;
  allowed?: InstanceAllowed;
  reopened_from?: string | null;
  /** The run that goes on with this one. */
  reopened_as?: string | null;
  void_reason?: string | null;
  voided_at?: string | null;
  parent?: Relative | null;
  children?: Relative[];
  definition: Flow;
}
