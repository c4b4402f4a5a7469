/** A failure, said in a notice. */
import { useCallback } from 'react';
import { useNotify } from 'react-admin';
import { useText } from '@/i18n';
import { errorText } from './errorText';

/** `const say = useSayError(); mutation.mutate(x, { onError: say })`. */
export function useSayError(): (error: unknown) => void {
  const t = useText();
  const notify = useNotify();
  return useCallback(
    (error) => {
      const { message, suggestion } = errorText(error, t);
      notify([message, suggestion].filter(Boolean).join(' '), { type: 'error' });
    },
    [t, notify],
  );
}
