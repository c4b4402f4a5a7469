/** One event stream for the whole page: what changed on the server, told to whoever listens. */
import { type QueryKey, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from 'react';

/** A signal from /api/live: something of this kind changed. It carries no content; who may read it asks for it. */
export interface LiveEvent {
  kind: LiveKind;
  /** What happened, e.g. `updated` for a record, `opened` for a task. */
  type?: string;
  entity?: string | null;
  id?: string | null;
  event_id?: number;
  version?: number;
  box?: string;
}

const KINDS = ['record', 'task', 'instance', 'social', 'notification', 'metadata', 'rule'] as const;
export type LiveKind = (typeof KINDS)[number];

type Listener = (event: LiveEvent) => void;
export type LiveState = 'connecting' | 'open' | 'closed';

class LiveStream {
  private readonly listeners = new Set<Listener>();
  private source: EventSource | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private wait = 1000;
  onState: (state: LiveState) => void = () => undefined;

  listen(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  open(): void {
    this.onState('connecting');
    const source = new EventSource('/api/live');
    this.source = source;
    source.onopen = () => {
      this.wait = 1000;
      this.onState('open');
    };
    for (const kind of KINDS) source.addEventListener(kind, (message) => this.tell(kind, message));
    source.onerror = () => this.again();
  }

  close(): void {
    this.source?.close();
    this.source = null;
    if (this.timer) clearTimeout(this.timer);
  }

  /** Reconnects with growing pauses, so that a server coming back is not stormed. */
  private again(): void {
    this.close();
    this.onState('closed');
    this.timer = setTimeout(() => this.open(), this.wait * (0.75 + Math.random() / 2));
    this.wait = Math.min(this.wait * 2, 15_000);
  }

  private tell(kind: LiveKind, message: MessageEvent<string>): void {
    const event: LiveEvent = { ...JSON.parse(message.data), kind };
    for (const listener of this.listeners) listener(event);
  }
}

const StreamContext = createContext<LiveStream | null>(null);
const StateContext = createContext<LiveState>('closed');

export function LiveProvider({ children }: { children: ReactNode }) {
  const [stream] = useState(() => new LiveStream());
  const [state, setState] = useState<LiveState>('connecting');
  useEffect(() => {
    stream.onState = setState;
    stream.open();
    return () => stream.close();
  }, [stream]);
  return (
    <StreamContext.Provider value={stream}>
      <StateContext.Provider value={state}>
        <Invalidate />
        {children}
      </StateContext.Provider>
    </StreamContext.Provider>
  );
}

/** Calls back for every live event the predicate accepts, gathered so that a burst causes one call per 300 ms. */
export function useLive(predicate: (event: LiveEvent) => boolean, callback: (events: LiveEvent[]) => void): void {
  const stream = useContext(StreamContext);
  const latest = useRef({ predicate, callback });
  latest.current = { predicate, callback };
  useEffect(() => {
    if (!stream) return;
    let waiting: LiveEvent[] = [];
    let timer: ReturnType<typeof setTimeout> | null = null;
    const flush = () => {
      timer = null;
      const events = waiting;
      waiting = [];
      latest.current.callback(events);
    };
    const stop = stream.listen((event) => {
      if (!latest.current.predicate(event)) return;
      waiting.push(event);
      timer ??= setTimeout(flush, 300);
    });
    return () => {
      stop();
      if (timer) clearTimeout(timer);
    };
  }, [stream]);
}

/** Queries whose topic has no signal of its own, or not of all that moves them, follow these. */
export function useFollow(key: QueryKey, kinds: LiveKind[]): void {
  const client = useQueryClient();
  useLive(
    ({ kind }) => kinds.includes(kind),
    () => void client.invalidateQueries({ queryKey: key }),
  );
}

export function useLiveState(): LiveState {
  return useContext(StateContext);
}

/** Queries begin with their topic (`records/case`, `tasks`, `instances`, ...): a signal makes those of its topic stale. */
export function topicsOf(event: LiveEvent): string[] {
  return TOPICS[event.kind](event);
}

const TOPICS: Record<LiveKind, (event: LiveEvent) => string[]> = {
  record: ({ entity }) => (entity ? [`records/${entity}`, 'timeline', 'dashboard'] : []),
  task: () => ['tasks'],
  instance: () => ['instances', 'tasks'],
  social: () => ['posts', 'timeline', 'firings', 'dashboard'],
  notification: () => ['notifications'],
  metadata: () => ['metadata', 'definitions', 'me'],
  rule: () => ['rules', 'firings', 'posts', 'timeline', 'dashboard', 'outbox', 'messages'],
};

function Invalidate() {
  const client = useQueryClient();
  const state = useLiveState();
  const lost = useRef(false);
  useEffect(() => {
    if (state === 'closed') lost.current = true;
    if (state !== 'open' || !lost.current) return;
    lost.current = false;
    void client.invalidateQueries();
  }, [state, client]);
  useLive(
    () => true,
    (events) => {
      for (const topic of new Set(events.flatMap(topicsOf))) void client.invalidateQueries({ queryKey: [topic] });
    },
  );
  return null;
}
