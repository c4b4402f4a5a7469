/** The operations allowed on a task here and now, and doing one: asked about first where something is to be said. */
import { useState } from 'react';
import { useNotify } from 'react-admin';
import { useSayError } from '@/components';
import { useText } from '@/i18n';
import { type OperationRequest, useCommand } from './commands';
import { isAsked, OPERATIONS, type Operation, sendOperation } from './operations';
import type { TaskDetail } from './types';
import { useCommandId } from './useCommandId';

export type OperationInput = Pick<OperationRequest, 'users' | 'comment' | 'item'>;

export interface OperationsState {
  /** For the menu. */
  listed: Operation[];
  /** Buttons beside the decision. */
  beside: Operation[];
  /** The one whose dialog is open. */
  asking: Operation | null;
  pending: boolean;
  choose: (operation: Operation) => void;
  close: () => void;
  /** Throws what the server refused. */
  send: (operation: Operation, input: OperationInput) => Promise<void>;
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
  const allowed = OPERATIONS.filter(({ key }) => task.allowed?.includes(key));
  const decides = !!task.allowed?.includes('decide');
  const isBeside = ({ beside }: Operation) => (beside === 'alone' ? !decides : !!beside);
  return {
    listed: allowed.filter((one) => !isBeside(one)),
    beside: allowed.filter(isBeside),
    asking,
    pending: command.isPending,
    choose: (operation) => {
      if (isAsked(operation)) setAsking(operation);
      else send(operation, {}).catch(sayError);
    },
    close: () => setAsking(null),
    send,
  };
}
