/** Filters live in the address, so that a filtered page can be shared, bookmarked and linked to. */
import { useSearchParams } from 'react-router-dom';

/** `const [filter, change] = useFilter('flow', 'status')`: what the address says of each, '' for nothing, and a way to change one. */
export function useFilter<Key extends string>(
  ...keys: Key[]
): [filter: Record<Key, string>, change: (key: Key, value: string) => void] {
  const [params, setParams] = useSearchParams();
  const filter = Object.fromEntries(keys.map((key) => [key, params.get(key) ?? ''])) as Record<Key, string>;
  const change = (key: Key, value: string) => {
    const next = new URLSearchParams(params);
    if (value) next.set(key, value);
    else next.delete(key);
    setParams(next, { replace: true });
  };
  return [filter, change];
}
