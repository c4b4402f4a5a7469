/** /wall — what people say right now, how it reads, and what our rules did about it. */
import { Box, Button, Stack, TextField } from '@mui/material';
import { Radio } from 'lucide-react';
import { useState } from 'react';
import { Choice, EmptyState, PagedList, PageHeader, useFilter } from '@/components';
import { useText } from '@/i18n';
import { itemsOf } from '@/providers/paging';
import { type Post, usePosts, type WallFilter } from './api';
import { CHANNEL_KEYS, channelLabel, SENTIMENTS } from './labels';
import { PostCard } from './PostCard';

export default function WallPage() {
  const t = useText();
  const [filter, change] = useFilter('sentiment', 'channel', 'rule', 'search');
  const query = usePosts(filter);
  return (
    <>
      <PageHeader
        title={t({ zh: '社交墙', en: 'Wall' })}
        subtitle={t({
          zh: '客户此刻在说什么，新内容自动出现',
          en: 'What customers say right now; new posts come in live',
        })}
      >
        <Filters filter={filter} ruleLabel={t(labelOf(itemsOf(query.data), filter.rule))} onChange={change} />
      </PageHeader>
      <PagedList
        panels
        query={query}
        empty={
          <EmptyState
            icon={Radio}
            title={t({ zh: '还没有内容', en: 'Nothing here yet' })}
            hint={t({
              zh: '渠道送来的帖子会立刻出现。试试在终端运行 weft replay --channel weibo --rate 5。',
              en: 'Posts appear as channels deliver them. Try `weft replay --channel weibo --rate 5` in a terminal.',
            })}
          />
        }
      >
        {(posts) => (
          <Stack
            component="ul"
            spacing={1.5}
            sx={{ listStyle: 'none', p: 0, m: 0 }}
            aria-label={t({ zh: '帖子', en: 'Posts' })}
          >
            {posts.map((post) => (
              <li key={post.event_id}>
                <PostCard post={post} />
              </li>
            ))}
          </Stack>
        )}
      </PagedList>
    </>
  );
}

/** The rule's own name, as the posts on which it fired tell it. */
function labelOf(posts: Post[], rule: string) {
  return posts.flatMap(({ firings }) => firings).find((firing) => firing.rule === rule)?.label ?? rule;
}

interface FiltersProps {
  filter: WallFilter;
  ruleLabel: string;
  onChange: (key: keyof WallFilter, value: string) => void;
}

function Filters({ filter, ruleLabel, onChange }: FiltersProps) {
  const t = useText();
  const [search, setSearch] = useState(filter.search);
  return (
    <Box
      component="form"
      role="search"
      sx={{ display: 'flex', gap: 1.5, flexWrap: 'wrap', pt: 0.5 }}
      onSubmit={(event) => {
        event.preventDefault();
        onChange('search', search.trim());
      }}
    >
      <Choice
        label={t({ zh: '情绪', en: 'Sentiment' })}
        value={filter.sentiment}
        options={Object.entries(SENTIMENTS).map(([key, { label }]) => [key, t(label)])}
        onChange={(value) => onChange('sentiment', value)}
      />
      <Choice
        label={t({ zh: '渠道', en: 'Channel' })}
        value={filter.channel}
        options={CHANNEL_KEYS.map((key) => [key, t(channelLabel(key))])}
        onChange={(value) => onChange('channel', value)}
      />
      <TextField
        label={t({ zh: '搜索内容或作者', en: 'Search text or author' })}
        value={search}
        onChange={(event) => setSearch(event.target.value)}
        onBlur={() => onChange('search', search.trim())}
        sx={{ flex: '1 1 180px', maxWidth: 320 }}
        slotProps={{ inputLabel: { shrink: true } }}
      />
      {filter.rule && (
        <Button variant="outlined" onClick={() => onChange('rule', '')}>
          {t({ zh: '规则：{rule} ×', en: 'Rule: {rule} ×' }, { rule: ruleLabel })}
        </Button>
      )}
    </Box>
  );
}
