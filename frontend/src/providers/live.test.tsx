/** A signal reaches who listens for it, gathered; queries of its topic become stale. */
import { act, render } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TestFrame } from '@/testing/TestFrame';
import { type LiveEvent, LiveProvider, topicsOf, useLive } from './live';

class FakeSource extends EventTarget {
  static last: FakeSource;
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  close = vi.fn();

  constructor() {
    super();
    FakeSource.last = this;
  }

  tell(kind: string, data: object) {
    this.dispatchEvent(new MessageEvent(kind, { data: JSON.stringify(data) }));
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('EventSource', FakeSource);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function Listener({ heard }: { heard: (events: LiveEvent[]) => void }) {
  useLive((event) => event.kind === 'record' && event.entity === 'ticket', heard);
  return null;
}

describe('useLive', () => {
  it('hears what it asked for, a burst at once', () => {
    const heard = vi.fn();
    render(
      <TestFrame>
        <LiveProvider>
          <Listener heard={heard} />
        </LiveProvider>
      </TestFrame>,
    );
    FakeSource.last.tell('record', { entity: 'ticket', id: '1', type: 'updated' });
    FakeSource.last.tell('record', { entity: 'person', id: '2', type: 'updated' });
    FakeSource.last.tell('record', { entity: 'ticket', id: '3', type: 'created' });
    act(() => void vi.advanceTimersByTime(300));
    expect(heard).toHaveBeenCalledTimes(1);
    expect(heard.mock.calls[0]?.[0].map(({ id }: LiveEvent) => id)).toEqual(['1', '3']);
  });

  it('connects again after the stream is lost', () => {
    render(
      <TestFrame>
        <LiveProvider>{null}</LiveProvider>
      </TestFrame>,
    );
    const lost = FakeSource.last;
    act(() => lost.onerror?.());
    act(() => void vi.advanceTimersByTime(2_000));
    expect(lost.close).toHaveBeenCalled();
    expect(FakeSource.last).not.toBe(lost);
  });
});

it('makes the lists of a changed entity stale', () => {
  expect(topicsOf({ kind: 'record', entity: 'ticket' })).toContain('records/ticket');
  expect(topicsOf({ kind: 'task' })).toContain('tasks');
});
