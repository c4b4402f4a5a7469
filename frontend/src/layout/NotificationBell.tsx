/** Notices for the reader: how many are unread, what they say, where they lead. */
import { Badge, Box, Button, IconButton, Popover, Stack, Tooltip, Typography } from '@mui/material';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Bell } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router-dom';
import { EmptyState, ListSkeleton, Loaded, Time } from '@/components';
import { type Text, useText } from '@/i18n';
import { api } from '@/providers/http';
import { useTokens } from '@/theme';

interface Notice {
  id: string;
  text: Text;
  link: string | null;
  created_at: string;
  read_at: string | null;
}

const TOPIC = ['notifications'];

const useNotices = () =>
  useQuery({ queryKey: TOPIC, queryFn: () => api.get<{ items: Notice[]; unread?: number }>('/api/notifications') });

function useMarkRead() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (ids: string[]) => api.post('/api/notifications/read', { ids }),
    onSuccess: () => client.invalidateQueries({ queryKey: TOPIC }),
  });
}

export function NotificationBell() {
  const t = useText();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const { data } = useNotices();
  const unread = data?.unread ?? data?.items.filter(({ read_at }) => !read_at).length ?? 0;
  const label = t({ zh: '通知，{n} 条未读', en: 'Notifications, {n} unread' }, { n: unread });
  return (
    <>
      <Tooltip title={label}>
        <IconButton aria-label={label} aria-haspopup="dialog" onClick={(event) => setAnchor(event.currentTarget)}>
          <Badge
            badgeContent={unread}
            max={99}
            color="primary"
            slotProps={{ badge: { 'aria-hidden': true, sx: { whiteSpace: 'nowrap' } } }}
          >
            <Bell size={17} />
          </Badge>
        </IconButton>
      </Tooltip>
      <Popover
        open={!!anchor}
        anchorEl={anchor}
        onClose={() => setAnchor(null)}
        anchorOrigin={{ vertical: 'bottom', horizontal: 'right' }}
        transformOrigin={{ vertical: 'top', horizontal: 'right' }}
        slotProps={{ paper: { role: 'dialog', 'aria-label': t({ zh: '通知', en: 'Notifications' }) } }}
      >
        <Notices onGo={() => setAnchor(null)} />
      </Popover>
    </>
  );
}

function Notices({ onGo }: { onGo: () => void }) {
  const t = useText();
  const query = useNotices();
  const read = useMarkRead();
  const unread = (query.data?.items ?? []).filter(({ read_at }) => !read_at).map(({ id }) => id);
  return (
    <Box sx={{ width: 360, maxWidth: 'calc(100vw - 32px)' }}>
      <Stack direction="row" sx={{ alignItems: 'center', px: 2, py: 1, borderBottom: 1, borderColor: 'divider' }}>
        <Typography variant="h3" component="h2" sx={{ flex: 1 }}>
          {t({ zh: '通知', en: 'Notifications' })}
        </Typography>
        <Button disabled={unread.length === 0} loading={read.isPending} onClick={() => read.mutate(unread)}>
          {t({ zh: '全部已读', en: 'Mark all read' })}
        </Button>
      </Stack>
      <Loaded dense query={query} skeleton={<ListSkeleton rows={3} />}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState dense icon={Bell} title={t({ zh: '没有通知', en: 'No notifications' })} />
          ) : (
            <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0, maxHeight: '60vh', overflowY: 'auto' }}>
              {items.map((notice) => (
                <NoticeLine
                  key={notice.id}
                  notice={notice}
                  onGo={() => {
                    if (!notice.read_at) read.mutate([notice.id]);
                    onGo();
                  }}
                />
              ))}
            </Box>
          )
        }
      </Loaded>
    </Box>
  );
}

function NoticeLine({ notice, onGo }: { notice: Notice; onGo: () => void }) {
  const t = useText();
  const tokens = useTokens();
  const content = (
    <>
      <Box component="span" sx={{ display: 'block', fontWeight: notice.read_at ? 400 : 600, overflowWrap: 'anywhere' }}>
        {t(notice.text)}
      </Box>
      <Box component="span" sx={{ color: 'text.secondary', fontSize: 12.5 }}>
        <Time value={notice.created_at} />
      </Box>
    </>
  );
  const style = {
    display: 'block',
    px: 2,
    py: 1.25,
    color: tokens.text,
    textDecoration: 'none',
    '&:hover': { bgcolor: tokens.hover },
  };
  return (
    <Box component="li" sx={{ borderBottom: 1, borderColor: 'divider', '&:last-child': { borderBottom: 0 } }}>
      {notice.link ? (
        <Box component={Link} to={notice.link} onClick={onGo} sx={style}>
          {content}
        </Box>
      ) : (
        <Box sx={style}>{content}</Box>
      )}
    </Box>
  );
}
