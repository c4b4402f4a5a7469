/** Starting a flow by hand: whoever starts it is asked for the people they choose, as often as the server wants to know. */
import { type ReactNode, useState } from 'react';
import { ChoosePeople, type Chosen, choiceIn } from '@/inbox/ChoosePeople';
import type { PeopleChoice } from '@/inbox/types';
import { useStartFlow } from './api';

interface Asked<What> {
  what: What;
  chosen: Chosen;
  choice: PeopleChoice;
}

export interface Asking<What> {
  begin: (what: What) => void;
  pending: boolean;
  error: unknown;
  /** To be put on the page. */
  dialog: ReactNode;
}

/** `start` is tried with the people chosen so far, until nobody more is asked for. */
export function useAsking<What>(
  start: (what: What, chosen: Chosen | undefined) => Promise<{ id: string }>,
  onStarted: (instance: string) => void,
  onRefused?: (problem: unknown) => void,
): Asking<What> {
  const [asked, setAsked] = useState<Asked<What> | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [pending, setPending] = useState(false);
  const send = async (what: What, chosen: Chosen) => {
    setError(null);
    setPending(true);
    try {
      const { id } = await start(what, Object.keys(chosen).length > 0 ? chosen : undefined);
      setAsked(null);
      onStarted(id);
    } catch (problem) {
      const choice = choiceIn(problem);
      setAsked(choice && { what, chosen, choice });
      if (choice) return;
      setError(problem);
      onRefused?.(problem);
    } finally {
      setPending(false);
    }
  };
  // A question that has come in its place stays when the one before closes.
  const leave = () => setAsked((current) => (current === asked ? null : current));
  return {
    begin: (what) => void send(what, {}),
    pending,
    error,
    dialog: asked && (
      <ChoosePeople
        key={asked.choice.node_id}
        choice={asked.choice}
        action={{ zh: '发起', en: 'Start' }}
        onChoose={(more) => send(asked.what, { ...asked.chosen, ...more })}
        onClose={leave}
      />
    ),
  };
}

export interface Starting extends Omit<Asking<unknown>, 'begin'> {
  begin: (flow: string, record: string | null) => void;
}

/** Starting one about a record that is there. */
export function useStarting(onStarted: (instance: string) => void, onRefused?: (problem: unknown) => void): Starting {
  const start = useStartFlow();
  const { begin, ...asking } = useAsking(
    ({ flow, record }: { flow: string; record: string | null }, chosen) =>
      start.mutateAsync({ flow, record, ...(chosen && { chosen }) }),
    onStarted,
    onRefused,
  );
  return { ...asking, begin: (flow, record) => begin({ flow, record }) };
}
