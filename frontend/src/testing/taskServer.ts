/** A server with two tasks for tests of the inbox: it keeps what was sent, and can be told what to refuse and what others have changed. */
import { vi } from 'vitest';
import type { StartDraftLine } from '@/inbox/start/types';
import type { TaskDetail, TaskItem } from '@/inbox/types';

export const text = (en: string) => ({ zh: en, en });

export function taskItem(id: string): TaskItem {
  return {
    id,
    title: text(`Triage ${id}`),
    subject: `Complaint ${id}`,
    flow: 'complaint',
    flow_label: text('Urgent complaint'),
    instance_id: 'instance',
    node_id: 'triage',
    entity: 'ticket',
    record_id: 'record',
    status: 'open',
    outcome: null,
    priority: 0,
    due_at: new Date(Date.now() - 90_000).toISOString(),
    opened_at: new Date().toISOString(),
    closed_at: null,
    overdue: true,
    escalated: id === 'one',
    read: false,
    round: 1,
    approve: { key: 'confirm', label: text('Confirm') },
  };
}

export function taskDetail(id: string): TaskDetail {
  return {
    ...taskItem(id),
    form: {
      key: 'triage',
      label: text('Triage'),
      entity: 'ticket',
      sections: [{ items: [{ field: 'plan', required: true }] }],
    },
    fields: { plan: { key: 'plan', type: 'text', label: text('Plan') } },
    values: {},
    record_version: 1,
    outcomes: [
      { key: 'confirm', label: text('Confirm'), kind: 'complete' },
      { key: 'refuse', label: text('Refuse'), kind: 'refuse', comment: true },
    ],
    can_act: true,
    decisions: [],
    draft: null,
    items: [],
    allowed: ['decide'],
    instance: { id: 'instance', flow: 'complaint', status: 'running' },
  };
}

/** What was sent: the method, the path and the body. */
export interface Sent {
  method: string;
  path: string;
  body: Record<string, unknown>;
}

type Refusal = { status: number; body: object };

export class TaskServer {
  open = ['one', 'two'];
  closed = new Set<string>();
  /** What others have made of a task since, or what it is in this test. */
  changed = new Map<string, Partial<TaskDetail>>();
  counts: Record<string, number> = {};
  /** Answers by the end of their path, before anything else. */
  answers = new Map<string, object>();
  /** In the box of drafts beside those of tasks. */
  startDrafts: StartDraftLine[] = [];
  reads = 0;
  lists: URLSearchParams[] = [];
  requests: Sent[] = [];
  /** Of the next decisions. */
  failures: Refusal[] = [];
  /** What drafts are refused with. */
  draftRefusal: object | null = null;

  /** Stands in for `fetch` from here on. */
  listen(): void {
    vi.stubGlobal('fetch', async (path: string, init?: RequestInit) => {
      const body = typeof init?.body === 'string' ? JSON.parse(init.body) : null;
      const url = new URL(path, 'http://localhost');
      const method = init?.method ?? 'GET';
      if (method !== 'GET') this.requests.push({ method, path: url.pathname, body: body ?? {} });
      const [status, json] = this.answer(method, url, body);
      return new Response(JSON.stringify(json), { status, headers: { 'content-type': 'application/json' } });
    });
  }

  /** The bodies sent to paths that end so. */
  sent(path: string): Record<string, unknown>[] {
    return this.requests.filter((request) => request.path.endsWith(path)).map(({ body }) => body);
  }

  get decisions(): Record<string, unknown>[] {
    return this.sent('/complete');
  }

  private answer(method: string, url: URL, body: Record<string, unknown> | null): [number, object] {
    const { pathname } = url;
    const known = [...this.answers].find(([end]) => pathname.endsWith(end));
    if (known) return [200, known[1]];
    if (pathname === '/api/start-drafts') return [200, { items: this.startDrafts }];
    if (!pathname.startsWith('/api/tasks')) return [404, { error: { code: 'not_found' } }];
    const id = pathname.split('/')[3] ?? '';
    if (pathname.endsWith('/draft') && this.draftRefusal) return [409, { error: this.draftRefusal }];
    if (pathname.endsWith('/draft')) return [200, { updated_at: new Date().toISOString() }];
    if (pathname.endsWith('/complete') && body) return this.complete(id, String(body.outcome));
    if (method === 'POST') return [200, { task_id: id, status: 'open', outcome: null, next_tasks: [] }];
    return id ? this.read(id) : this.list(url);
  }

  private read(id: string): [number, object] {
    this.reads += 1;
    if (this.closed.has(id)) return [200, { ...taskDetail(id), status: 'completed', can_act: false, allowed: [] }];
    return [200, { ...taskDetail(id), ...this.changed.get(id) }];
  }

  private list({ searchParams }: URL): [number, object] {
    if (Number(searchParams.get('limit')) > 1) this.lists.push(searchParams);
    const shown = searchParams.get('box') === 'todo' ? this.open : [];
    const items = shown.map((id) => ({
      ...taskItem(id),
      approve: this.changed.get(id)?.approve ?? taskItem(id).approve,
    }));
    const { length } = this.open;
    return [200, { items, next: null, counts: { todo: length, overdue: length, unread: length, ...this.counts } }];
  }

  private complete(id: string, outcome: string): [number, object] {
    const failure = this.failures.shift();
    if (failure) return [failure.status, failure.body];
    this.open = this.open.filter((one) => one !== id);
    return [200, { task_id: id, status: 'completed', outcome, instance_status: 'running', next_tasks: [] }];
  }
}
