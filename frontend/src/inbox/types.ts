/** Tasks as the API sends them. */

import type { FieldRights, FieldsByKey, LiveForm, Values } from '@/forms';
import type { Text } from '@/i18n';
import type { Page } from '@/providers/paging';
import type { HistoryItem } from '@/records/types';

export type Box = 'todo' | 'done' | 'started' | 'cc' | 'drafts';

export interface Named {
  id: string;
  name: string;
}

export interface TaskItem {
  id: string;
  title: Text;
  subject: string;
  /** None for a task that stands alone. */
  flow: string | null;
  flow_label: Text | null;
  instance_id: string | null;
  node_id: string;
  entity: string | null;
  record_id: string | null;
  status: 'open' | 'completed' | 'cancelled';
  outcome: string | null;
  outcome_label?: Text | null;
  outcome_kind?: TaskOutcome['kind'] | null;
  priority: number;
  due_at: string | null;
  opened_at: string;
  closed_at: string | null;
  overdue: boolean;
  escalated: boolean;
  read: boolean;
  round: number;
  /** The kind of the reader's part. */
  part?: ItemKind | null;
  /** Whom the reader acts for, as their agent. */
  on_behalf_of?: Named | null;
  claimed_by?: Named | null;
  /** What agreeing to several at once sends; none where this one must be looked at. */
  approve?: { key: string; label: Text } | null;
  /** In the box of drafts: when it was last written. */
  draft?: { updated_at: string } | null;
}

export interface Counts {
  todo: number;
  overdue: number;
  unread: number;
  done?: number;
  cc_unread?: number;
  drafts?: number;
  started_open?: number;
}

export interface TaskPage extends Page<TaskItem> {
  counts: Counts;
}

/** Haste was asked for a moment ago: when it may be again, and whom it reminded. */
export interface Urged {
  again: string;
  reminded: Named[];
}

export type ItemKind =
  | 'assignee'
  | 'before'
  | 'after'
  | 'alongside'
  | 'delegate'
  | 'agent'
  | 'escalation'
  | 'cc'
  | 'consult';
export type ItemStatus = 'waiting' | 'open' | 'done' | 'skipped' | 'moved' | 'removed';
export type Sign = 'agree' | 'refuse' | 'abstain';

/** One person's part in a task. */
export interface WorkItem {
  /** Its number in the task; none for copies and consulted people. */
  item: number | null;
  user: Named | null;
  kind: ItemKind;
  status: ItemStatus;
  outcome: string | null;
  outcome_label?: Text | null;
  sign: Sign | null;
  comment: string | null;
  signature: string | null;
  weight: number;
  veto: boolean;
  /** The item it was added to, delegated by or acts for. */
  parent: number | null;
  /** Whom the responsibility was with at first. */
  owner: Named | null;
  /** Why it was decided without its person. */
  reason: string | null;
  at: string | null;
  /** Of whoever is consulted: what was asked, and by whom. */
  question?: string | null;
  asked_by?: Named | null;
  /** Of a copy: it has been seen. */
  read?: boolean;
}

/** A button of a task. */
export interface TaskOutcome {
  key: string;
  label: Text;
  kind: 'complete' | 'refuse' | 'abstain' | 'send_back';
  /** An opinion must be given. */
  comment?: boolean;
  /** A drawn signature must be given. */
  signature?: boolean;
  target?: string | null;
  /** Comes straight back here afterwards. */
  straight?: boolean;
  rounds?: number | null;
  /** Where the person chooses what to send it back to. */
  targets?: { node_id: string; title: Text }[];
}

export type Mode = 'one' | 'any' | 'all' | 'sequence' | 'vote' | 'claim' | 'random';

export interface Progress {
  mode: Mode;
  agreed: number;
  refused: number;
  abstained: number;
  left: number;
  /** How much it takes, where the mode does not say it. */
  needed?: Text | string | null;
}

export interface TaskDraft {
  data: Values;
  comment: string | null;
  outcome: string | null;
  updated_at: string;
}

export interface Attachment {
  id: string;
  name: string;
  size: number | null;
  url: string;
  by?: Named | null;
  at?: string | null;
  /** At which it was attached; none where that was the run itself. */
  task?: { id: string; node_id: string; title: Text } | null;
  /** The reader attached it, and may take it away again. */
  removable?: boolean;
}

export interface Decision {
  node_id: string;
  title: Text;
  user: Named | null;
  outcome: string | null;
  outcome_label?: Text | null;
  outcome_kind?: TaskOutcome['kind'] | null;
  comment: string | null;
  signature?: string | null;
  at: string;
  round: number;
  kind?: ItemKind;
  reason?: string | null;
  owner?: Named | null;
}

export interface TaskDetail extends Omit<TaskItem, 'draft'> {
  draft?: TaskDraft | null;
  form: LiveForm | null;
  /** What a task that stands alone is about. */
  note?: string | null;
  fields?: FieldsByKey | null;
  values: Values & { _labels?: Record<string, string>; _title?: string };
  record_version: number | null;
  outcomes: TaskOutcome[];
  can_act: boolean;
  decisions: Decision[];
  instance: { id: string; flow: string; status: string } | null;
  assignees?: { user: Named; status: string; kind?: string }[];
  items?: WorkItem[];
  /** What the reader may do here and now. */
  allowed?: string[];
  /** Why the reader may not ask for haste just now. */
  urged?: Urged | null;
  /** Numbers of the items that the reader may take out again. */
  removable?: number[];
  my_item?: number | null;
  mode?: Mode | null;
  progress?: Progress | null;
  rights?: FieldRights | null;
  attachments?: Attachment[];
  /** The reader may attach files. */
  may_attach?: boolean;
  history?: HistoryItem[];
}

/** Somebody who will get a task, and why. */
export interface PredictedPerson {
  user: Named | null;
  kind?: ItemKind;
  status?: ItemStatus;
  reason?: string | null;
  because?: Text | null;
}

export interface PredictedTask {
  node_id: string;
  title: Text;
  round?: number;
  /** It is open already. */
  now: boolean;
  mode?: Mode | null;
  people: PredictedPerson[];
  /** False where what nobody knows yet may lead elsewhere. */
  sure?: boolean;
  /** Who chooses among the people, where that has not been done yet. */
  choice?: { by: 'initiator' | 'previous' | 'random' } | null;
  /** When it is opened at the earliest, after a delay. */
  at?: string | null;
}

export interface Prediction {
  tasks: PredictedTask[];
  ended: boolean;
  /** There is no end in sight. */
  cut?: boolean;
  outcome?: string | null;
  waits?: { node_id: string; title: Text; for?: Text | string | null }[];
}

/** Where a decision leads to somebody who is to be chosen. */
export interface PeopleChoice {
  node_id: string;
  title: Text | string;
  most?: number | null;
  candidates: Named[];
}
