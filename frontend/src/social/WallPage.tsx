/** /wall — what people say right now, how it reads, and what our rules did about it. */
import { Box, Button, MenuItem, Stack, TextField } from '@mui/material';
import { Radio } from 'lucide-react';
import { useId, useState } from 'react';
import { useSearchParams } from 'react-router-dom';
import { EmptyState, ErrorState, ListSkeleton, PageHeader, Panel } from '@/components';
import { useText } from '@/i18n';
import { itemsOf, type Post, usePosts, type WallFilter } from './api';
import { CHANNEL_KEYS, channelLabel, SENTIMENTS } from './labels';
import { PostCard } from './PostCard';

const FILTERS = ['sentiment', 'channel', 'rule', 'search'] as const;

export default function WallPage() {
  const t = useText();
  const [params, setParams] = useSearchParams();
  const filter: WallFilter = Object.fromEntries(
    FILTERS.flatMap((key) => (params.get(key) ? [[key, params.get(key) as string]] : [])),
  );
  const query = usePosts(filter);
  const posts = itemsOf(query.data);
  const change = (key: string, value: string) => {
    const next = new URLSearchParams(params);
    if (value) next.set(key, value);
    else next.delete(key);
    setParams(next, { replace: true });
  };
  return (
    <>
      <PageHeader
        title={t({ zh: '社交墙', en: 'Wall' })}
        subtitle={t({
          zh: '客户此刻在说什么，新内容自动出现',
          en: 'What customers say right now; new posts come in live',
        })}
      >
        <Filters filter={filter} ruleLabel={t(labelOf(posts, filter.rule))} onChange={change} />
      </PageHeader>
      {query.error && !query.data ? (
        <Panel>
          <ErrorState error={query.error} retry={() => void query.refetch()} />
        </Panel>
      ) : !query.data ? (
        <Panel flush>
          <ListSkeleton />
        </Panel>
      ) : posts.length === 0 ? (
        <Panel>
          <EmptyState
            icon={Radio}
            title={t({ zh: '还没有内容', en: 'Nothing here yet' })}
            hint={t({
              zh: '渠道送来的帖子会立刻出现。试试在终端运行 weft replay --channel weibo --rate 5。',
              en: 'Posts appear as channels deliver them. Try `weft replay --channel weibo --rate 5` in a terminal.',
            })}
          />
        </Panel>
      ) : (
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
      {query.hasNextPage && (
        <Box sx={{ pt: 2, textAlign: 'center' }}>
          <Button variant="outlined" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t({ zh: '更早', en: 'Earlier' })}
          </Button>
        </Box>
      )}
    </>
  );
}

/** The rule's own name, as the posts on which it fired tell it. */
function labelOf(posts: Post[], rule: string | undefined) {
  return posts.flatMap(({ firings }) => firings).find((firing) => firing.rule === rule)?.label ?? rule;
}

interface FiltersProps {
  filter: WallFilter;
  ruleLabel: string;
  onChange: (key: string, value: string) => void;
}

function Filters({ filter, ruleLabel, onChange }: FiltersProps) {
  const t = useText();
  const [search, setSearch] = useState(filter.search ?? '');
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
        value={filter.sentiment ?? ''}
        options={Object.entries(SENTIMENTS).map(([key, { label }]) => [key, t(label)])}
        onChange={(value) => onChange('sentiment', value)}
      />
      <Choice
        label={t({ zh: '渠道', en: 'Channel' })}
        value={filter.channel ?? ''}
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

interface ChoiceProps {
  label: string;
  value: string;
  options: [string, string][];
  onChange: (value: string) => void;
}

function Choice({ label, value, options, onChange }: ChoiceProps) {
  const t = useText();
  const id = useId();
  return (
    <TextField
      select
      id={id}
      label={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      sx={{ minWidth: 120 }}
      slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
    >
      <MenuItem value="">{t({ zh: '全部', en: 'All' })}</MenuItem>
      {options.map(([key, text]) => (
        <MenuItem key={key} value={key}>
          {text}
        </MenuItem>
      ))}
    </TextField>
  );
}
