/** A list that comes page by page: its states, its rows, and the button that brings more of them. */
import { Box, Button } from '@mui/material';
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useText } from '@/i18n';
import { itemsOf, type Page } from '@/providers/paging';
import { Loaded } from './Loaded';
import { Panel } from './Panel';
import { ListSkeleton } from './states';

export interface PagedListProps<Item> {
  /** Of `usePages`. */
  query: UseInfiniteQueryResult<InfiniteData<Page<Item>>>;
  /** Stands in for the rows when there are none. */
  empty: ReactNode;
  /** On the button below; "Earlier" if absent, as most lists are ordered by time. */
  more?: ReactNode;
  /** Each state stands in a panel of its own, the button below it; without, all of it is in the panel of the caller. */
  panels?: boolean;
  /** Less air around the error, for panels inside a page. */
  dense?: boolean;
  /** Grey rows while the first page is on its way. */
  skeletonRows?: number;
  children: (items: Item[]) => ReactNode;
}

export function PagedList<Item>(props: PagedListProps<Item>) {
  const { query, empty, more, panels = false, dense, skeletonRows, children } = props;
  const frame = (state: ReactNode, flush = false) => (panels ? <Panel flush={flush}>{state}</Panel> : state);
  return (
    <Loaded
      query={query}
      dense={dense}
      skeleton={frame(<ListSkeleton rows={skeletonRows} />, true)}
      frame={(error) => frame(error)}
    >
      {(data) => {
        const items = itemsOf(data);
        return (
          <>
            {items.length === 0 ? frame(empty) : children(items)}
            <More query={query} label={more} below={panels} />
          </>
        );
      }}
    </Loaded>
  );
}

interface MoreProps {
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
  label: ReactNode;
  /** Outside of the panel, at the end of the page. */
  below: boolean;
}

function More({ query, label, below }: MoreProps) {
  const t = useText();
  if (!query.hasNextPage) return null;
  return (
    <Box sx={{ pt: 2, pb: below ? 0 : 2, textAlign: 'center' }}>
      <Button variant="outlined" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
        {label ?? t({ zh: '更早', en: 'Earlier' })}
      </Button>
    </Box>
  );
}
