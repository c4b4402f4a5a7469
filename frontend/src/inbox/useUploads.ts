/** Files on their way to a task or a run: one after the other, each with how far it is and what went wrong; sent again as the same wish. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { useSayError } from '@/components';
import { newCommandId } from '@/flows/commandId';
import type { Text } from '@/i18n';
import { ApiError } from '@/providers/http';
import { upload } from '@/providers/upload';
import { useTasksChanged } from './commands';
import type { Attachment } from './types';

export const MOST_MB = 20;
const MOST_BYTES = MOST_MB * 1024 * 1024;

export interface Upload {
  /** Also the id of the command. */
  id: string;
  file: File;
  /** From 0 to 1. */
  sent: number;
  error: unknown;
}

export interface Uploads {
  uploads: Upload[];
  /** The last that arrived whole. */
  arrived: string | null;
  add: (files: Iterable<File>) => void;
  retry: (upload: Upload) => void;
  /** Gives up what is on its way, and forgets what failed. */
  drop: (upload: Upload) => void;
}

const TOO_LARGE: Text = { zh: `附件太大，最多 ${MOST_MB} MB`, en: `A file may have at most ${MOST_MB} MB` };
const EMPTY: Text = { zh: '文件是空的', en: 'The file is empty' };

/** What need not be sent to be refused; in the server's words. */
function refusal({ size }: File): ApiError | null {
  if (size > MOST_BYTES) return new ApiError(413, { code: 'attachment.too_large', message: TOO_LARGE });
  return size === 0 ? new ApiError(422, { code: 'attachment.empty', message: EMPTY }) : null;
}

/** `to`: the address they are posted to. */
export function useUploads(to: string): Uploads {
  const [uploads, setUploads] = useState<Upload[]>([]);
  const [arrived, setArrived] = useState<string | null>(null);
  const changed = useTasksChanged();
  const sayError = useSayError();
  const queue = useRef(Promise.resolve());
  const stops = useRef(new Map<string, AbortController>());
  const shown = useRef(true);
  useEffect(() => {
    shown.current = true;
    return () => {
      shown.current = false;
    };
  }, []);

  const change = useCallback((id: string, members: Partial<Upload>) => {
    setUploads((known) => known.map((one) => (one.id === id ? { ...one, ...members } : one)));
  }, []);
  const forget = useCallback((id: string) => setUploads((known) => known.filter((one) => one.id !== id)), []);

  const send = useCallback(
    async ({ id, file }: Upload, signal: AbortSignal) => {
      try {
        const query = { name: file.name, command_id: id };
        const onProgress = (sent: number) => change(id, { sent });
        await upload<Attachment>(to, file, { query, onProgress, signal });
        await changed();
        forget(id);
        setArrived(file.name);
      } catch (error) {
        if (signal.aborted) return;
        change(id, { error });
        if (!shown.current) sayError(error); // the page was left meanwhile
      }
    },
    [to, change, changed, forget, sayError],
  );

  const start = useCallback(
    (one: Upload) => {
      const stop = new AbortController();
      stops.current.set(one.id, stop);
      queue.current = queue.current.then(() => send(one, stop.signal));
    },
    [send],
  );

  const add = useCallback(
    (files: Iterable<File>) => {
      const added = [...files].map((file) => ({ id: newCommandId(), file, sent: 0, error: refusal(file) }));
      setUploads((known) => [...known, ...added]);
      for (const one of added) if (!one.error) start(one);
    },
    [start],
  );

  const retry = useCallback(
    (one: Upload) => {
      change(one.id, { sent: 0, error: null });
      start(one);
    },
    [change, start],
  );

  const drop = useCallback(
    ({ id }: Upload) => {
      stops.current.get(id)?.abort();
      forget(id);
    },
    [forget],
  );

  return { uploads, arrived, add, retry, drop };
}
