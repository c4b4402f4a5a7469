/** Ids of commands: what is sent again unchanged keeps its id, so that it is done once; what has changed is a new command. */
import { useCallback, useRef } from 'react';
import { newCommandId } from '@/flows/commandId';

export function useCommandId(): (content: unknown) => string {
  const last = useRef<{ id: string; content: string } | null>(null);
  return useCallback((content) => {
    const text = JSON.stringify(content);
    if (last.current?.content !== text) last.current = { id: newCommandId(), content: text };
    return last.current.id;
  }, []);
}
