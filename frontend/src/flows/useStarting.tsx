/** Starting a flow by hand: whoever starts it is asked for the people they choose, as often as the server wants to know. */
import { type ReactNode, useState } from 'react';
import { ChoosePeople, type Chosen, choiceIn } from '@/inbox/ChoosePeople';
import type { PeopleChoice } from '@/inbox/types';
import { useStartFlow } from './api';

interface Asked {
  flow: string;
  record: string | null;
  chosen: Chosen;
  choice: PeopleChoice;
}

export interface Starting {
  begin: (flow: string, record: string | null) => void;
  pending: boolean;
  error: unknown;
  /** To be put on the page. */
  dialog: ReactNode;
}

export function useStarting(onStarted: (instance: string) => void, onRefused?: (problem: unknown) => void): Starting {
  const start = useStartFlow();
  const [asked, setAsked] = useState<Asked | null>(null);
  const [error, setError] = useState<unknown>(null);
  const send = async (flow: string, record: string | null, chosen: Chosen) => {
    setError(null);
    try {
      const { id } = await start.mutateAsync({ flow, record, ...(Object.keys(chosen).length > 0 && { chosen }) });
      setAsked(null);
      onStarted(id);
    } catch (problem) {
      const choice = choiceIn(problem);
      setAsked(choice && { flow, record, chosen, choice });
      if (choice) return;
      setError(problem);
      onRefused?.(problem);
    }
  };
  // A question that has come in its place stays when the one before closes.
  const leave = () => setAsked((current) => (current === asked ? null : current));
  return {
    begin: (flow, record) => void send(flow, record, {}),
    pending: start.isPending,
    error,
    dialog: asked && (
      <ChoosePeople
        key={asked.choice.node_id}
        choice={asked.choice}
        action={{ zh: '发起', en: 'Start' }}
        onChoose={(more) => send(asked.flow, asked.record, { ...asked.chosen, ...more })}
        onClose={leave}
      />
    ),
  };
}
