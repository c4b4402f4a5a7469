/** Who changed what and when: the record's entries in the event log. */
import { Box, Stack, Typography } from '@mui/material';
import { Avatar, EmptyState, PagedList, Time } from '@/components';
import { FieldValue, fieldOf } from '@/fields';
import { type Text, useText } from '@/i18n';
import type { Entity } from '@/metadata';
import { type Page, usePages } from '@/providers/paging';
import { resourceOf } from './paths';
import type { HistoryItem } from './types';

const VERBS: Record<string, Text> = {
  created: { zh: '创建', en: 'created it' },
  updated: { zh: '修改', en: 'changed it' },
  deleted: { zh: '移到回收站', en: 'moved it to the trash' },
  restored: { zh: '恢复', en: 'restored it' },
};

const SYSTEM: Text = { zh: '系统', en: 'Weft' };

export function History({ entity, id }: { entity: Entity; id: string }) {
  const t = useText();
  const topic = [resourceOf(entity.key), 'history', id];
  const query = usePages<Page<HistoryItem>>(topic, `/api/records/${entity.key}/${id}/history`, { limit: 50 });
  return (
    <PagedList
      dense
      query={query}
      skeletonRows={4}
      empty={<EmptyState dense title={t({ zh: '还没有历史', en: 'No history yet' })} />}
      more={t({ zh: '更多', en: 'More' })}
    >
      {(items) => (
        <Box sx={{ p: 2 }}>
          <HistoryLines entity={entity} items={items} />
        </Box>
      )}
    </PagedList>
  );
}

export function HistoryLines({ entity, items }: { entity: Entity; items: HistoryItem[] }) {
  return (
    <Stack component="ol" spacing={2} sx={{ listStyle: 'none', m: 0, p: 0 }}>
      {items.map((item) => (
        <HistoryLine key={item.id} entity={entity} item={item} />
      ))}
    </Stack>
  );
}

function HistoryLine({ entity, item }: { entity: Entity; item: HistoryItem }) {
  const t = useText();
  const verb = item.type.split('.').pop() ?? '';
  const who = item.actor?.name ?? t(SYSTEM);
  return (
    <Stack component="li" direction="row" sx={{ gap: 1.25 }}>
      <Avatar name={who} size={26} />
      <Box sx={{ minWidth: 0, flex: 1 }}>
        <Typography variant="body2">
          <Box component="span" sx={{ fontWeight: 600 }}>
            {who}
          </Box>{' '}
          {t(VERBS[verb] ?? verb)}
          <Box component="span" sx={{ color: 'text.secondary', ml: 1, fontSize: 12.5 }}>
            <Time value={item.at} />
          </Box>
        </Typography>
        {verb === 'updated' && <Changes entity={entity} changes={item.changes ?? {}} />}
      </Box>
    </Stack>
  );
}

interface ChangesProps {
  entity: Pick<Entity, 'fields'>;
  changes: NonNullable<HistoryItem['changes']>;
}

/** Each field with what it was and what it is. */
export function Changes({ entity, changes }: ChangesProps) {
  const t = useText();
  const known = Object.entries(changes).flatMap(([key, change]) => {
    const field = fieldOf(entity, key);
    return field && !['updated_at', 'updated_by'].includes(key) ? [{ field, change }] : [];
  });
  return (
    <Box component="dl" sx={{ m: 0, mt: 0.5, fontSize: 13 }}>
      {known.map(({ field, change: [before, after] }) => (
        <Box key={field.key} sx={{ display: 'flex', flexWrap: 'wrap', gap: 0.75, alignItems: 'center', py: 0.25 }}>
          <Box component="dt" sx={{ color: 'text.secondary' }}>
            {t(field.label)}
          </Box>
          <Box
            component="dd"
            sx={{ m: 0, display: 'flex', flexWrap: 'wrap', gap: 0.75, alignItems: 'center', minWidth: 0 }}
          >
            <FieldValue field={field} value={before} />
            <span aria-label={t({ zh: '改为', en: 'to' })} role="img">
              →
            </span>
            <FieldValue field={field} value={after} />
          </Box>
        </Box>
      ))}
    </Box>
  );
}
