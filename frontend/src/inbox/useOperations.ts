/** The operations allowed on a task here and now, and doing one: asked about first where something is to be said. */
import { useState } from 'react';
import { useNotify } from 'react-admin';
import { useSayError } from '@/components';
import { useText } from '@/i18n';
import { type OperationRequest, useCommand } from './commands';
import { isAsked, OPERATIONS, type Operation, sendOperation, URGE } from './operations';
import type { TaskDetail } from './types';
import { useCommandId } from './useCommandId';
import { useUrged } from './useUrged';

export type OperationInput = Pick<OperationRequest, 'users' | 'comment' | 'item'>;

/** An operation that is offered: it stays where it is while it cannot be done again yet. */
export interface Offered extends Operation {
  /** Why it cannot be done now, and when it can. */
  paused?: string;
}

export interface OperationsState {
  /** For the menu. */
  listed: Offered[];
  /** Buttons beside the decision. */
  beside: Offered[];
  /** The one whose dialog is open. */
  asking: Operation | null;
  pending: boolean;
  choose: (operation: Offered) => void;
  close: () => void;
  /** Throws what the server refused. */
  send: (operation: Operation, input: OperationInput) => Promise<void>;
}

/** What is allowed here and now, and what was until a moment ago and will be again. */
function useOffered(task: TaskDetail): Pick<OperationsState, 'listed' | 'beside'> {
  const paused = useUrged(task.urged);
  const decides = !!task.allowed?.includes('decide');
  const offered = OPERATIONS.flatMap((operation): Offered[] => {
    if (operation.key === URGE && task.urged) return [paused ? { ...operation, paused } : operation];
    return task.allowed?.includes(operation.key) ? [operation] : [];
  });
  const isBeside = ({ beside }: Operation) => (beside === 'alone' ? !decides : !!beside);
  return { listed: offered.filter((one) => !isBeside(one)), beside: offered.filter(isBeside) };
}

export function useOperations(task: TaskDetail, onLeft: () => void): OperationsState {
  const t = useText();
  const notify = useNotify();
  const sayError = useSayError();
  const [asking, setAsking] = useState<Operation | null>(null);
  const commandId = useCommandId();
  const command = useCommand(({ operation, input }: { operation: Operation; input: OperationInput }) => {
    const request = { ...(task.my_item != null && { item: task.my_item }), ...input };
    return sendOperation(operation, task, { ...request, command_id: commandId([operation.key, request]) });
  });
  const send = async (operation: Operation, input: OperationInput) => {
    await command.mutateAsync({ operation, input });
    notify(t(operation.done), { type: 'success', autoHideDuration: 2500 });
    if (operation.leaves) onLeft();
  };
  const { listed, beside } = useOffered(task);
  return {
    listed,
    beside,
    asking,
    pending: command.isPending,
    choose: (operation) => {
      if (operation.paused) notify(operation.paused, { type: 'info' });
      else if (isAsked(operation)) setAsking(operation);
      else send(operation, {}).catch(sayError);
    },
    close: () => setAsking(null),
    send,
  };
}
