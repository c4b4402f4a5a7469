/** What the server was asked for: its answer, else the error with a way to ask again, else grey rows. */
import type { ReactNode } from 'react';
import { ErrorState, ListSkeleton } from './states';

export interface LoadedProps<Answer> {
  /** Of `useQuery` or `useInfiniteQuery`. An answer that could not be refreshed is still shown. */
  query: { data: Answer | undefined; error: unknown; refetch: () => unknown };
  /** Less air around the error. */
  dense?: boolean;
  /** Shown while the answer is on its way. */
  skeleton?: ReactNode;
  /** What the error stands in. */
  frame?: (error: ReactNode) => ReactNode;
  children: (answer: Answer) => ReactNode;
}

export function Loaded<Answer>(props: LoadedProps<Answer>): ReactNode {
  const { query, dense, skeleton = <ListSkeleton />, frame = (error) => error, children } = props;
  const { data, error, refetch } = query;
  if (data !== undefined) return children(data);
  if (error) return frame(<ErrorState dense={dense} error={error} retry={() => void refetch()} />);
  return skeleton;
}
