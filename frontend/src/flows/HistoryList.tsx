/** What happened in an instance, newest first, page by page; every node passed only where that is asked for. */
import { Box, Button } from '@mui/material';
import { useState } from 'react';
import { Loaded, Time } from '@/components';
import { useText } from '@/i18n';
import { useTokens } from '@/theme';
import { useInstanceHistory } from './api';
import { useActorName } from './describe';
import { useHistoryText, withoutEchoes } from './historyText';
import { nodeKind } from './nodeTypes';
import type { HistoryItem, Instance } from './types';

export function HistoryList({ instance }: { instance: Instance }) {
  const t = useText();
  const [every, setEvery] = useState(false);
  const query = useInstanceHistory(instance.id, every);
  return (
    <Loaded query={query} dense>
      {({ pages }) => {
        const items = withoutEchoes(pages.toReversed().flatMap((page) => page.items)).reverse();
        return (
          <>
            <Box component="ol" sx={{ listStyle: 'none', m: 0, p: 0 }}>
              {items.map((item, index) => (
                <Line
                  key={item.id ?? `${item.at}-${index}`}
                  item={item}
                  instance={instance}
                  last={index === items.length - 1}
                />
              ))}
            </Box>
            <Box sx={{ display: 'flex', gap: 1, flexWrap: 'wrap', mt: 0.5 }}>
              {query.hasNextPage && (
                <Button
                  variant="outlined"
                  loading={query.isFetchingNextPage}
                  onClick={() => void query.fetchNextPage()}
                >
                  {t({ zh: '更早', en: 'Earlier' })}
                </Button>
              )}
              <Button onClick={() => setEvery(!every)}>
                {every ? t({ zh: '只看要点', en: 'Only what matters' }) : t({ zh: '看每一步', en: 'Every step' })}
              </Button>
            </Box>
          </>
        );
      }}
    </Loaded>
  );
}

function Line({ item, instance, last }: { item: HistoryItem; instance: Instance; last: boolean }) {
  const t = useText();
  const tokens = useTokens();
  const say = useHistoryText(instance.definition);
  const actor = useActorName();
  const node = instance.definition.nodes.find(({ id }) => id === item.node_id);
  const comment = typeof item.data?.comment === 'string' ? item.data.comment : '';
  return (
    <Box component="li" sx={{ display: 'grid', gridTemplateColumns: '16px 1fr', gap: 1 }}>
      <Box aria-hidden sx={{ position: 'relative' }}>
        <Box
          sx={{
            width: 9,
            height: 9,
            borderRadius: '50%',
            mt: '7px',
            ml: '3px',
            bgcolor: item.actor ? tokens.accent : tokens.lineStrong,
          }}
        />
        {!last && <Box sx={{ position: 'absolute', left: 7, top: 20, bottom: -4, width: '1px', bgcolor: 'divider' }} />}
      </Box>
      <Box sx={{ pb: 1.5, minWidth: 0 }}>
        <Box>
          {node && <strong style={{ fontWeight: 600 }}>{t(node.title) || t(nodeKind(node.type).label)} · </strong>}
          {say(item)}
        </Box>
        {comment && <Box sx={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>“{comment}”</Box>}
        <Box sx={{ fontSize: 12.5, color: 'text.secondary' }}>
          {item.actor && `${actor(item.actor)} · `}
          <Time value={item.at} />
        </Box>
      </Box>
    </Box>
  );
}
