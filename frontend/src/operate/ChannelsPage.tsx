/** /operate/channels — where events come in, how much came, and how a sender signs. */
import { Box, Stack, Tab, Tabs, Typography } from '@mui/material';
import { useState } from 'react';
import {
  Choice,
  type Column,
  CopyButton,
  DataTable,
  ListSkeleton,
  Loaded,
  PageHeader,
  Panel,
  StatusChip,
  Time,
  useFilter,
  useFormat,
} from '@/components';
import { useText } from '@/i18n';
import { monospace } from '@/theme';
import { type ChannelItem, useChannels } from './api';
import { recipes } from './signing';

const USUAL_CHANNEL = 'weibo';

export default function ChannelsPage() {
  const t = useText();
  return (
    <>
      <PageHeader
        title={t({ zh: '渠道', en: 'Channels' })}
        subtitle={t({
          zh: '平台把事件签名后送到这些地址；同一条内容送几次都只收一次。',
          en: 'Platforms deliver signed events to these addresses; what comes twice is taken once.',
        })}
      />
      <Loaded query={useChannels()} skeleton={<Loading />}>
        {(channels) => (
          <Stack spacing={2}>
            <Panel flush>
              <ChannelTable channels={channels} />
            </Panel>
            <Signing channels={channels} />
          </Stack>
        )}
      </Loaded>
    </>
  );
}

function Loading() {
  return (
    <Panel flush>
      <ListSkeleton rows={6} />
    </Panel>
  );
}

function ChannelTable({ channels }: { channels: ChannelItem[] }) {
  const t = useText();
  const format = useFormat();
  const columns: Column<ChannelItem>[] = [
    { key: 'label', label: t({ zh: '渠道', en: 'Channel' }), render: (channel) => t(channel.label) },
    {
      key: 'enabled',
      label: t({ zh: '状态', en: 'Status' }),
      render: ({ enabled }) =>
        enabled ? (
          <StatusChip label={t({ zh: '接收中', en: 'Open' })} color="green" dot />
        ) : (
          <StatusChip label={t({ zh: '已停用', en: 'Off' })} />
        ),
    },
    {
      key: 'received',
      label: t({ zh: '已收', en: 'Received' }),
      align: 'right',
      render: (channel) => `${channel.received_exact ? '' : '≈ '}${format.number(channel.received)}`,
    },
    {
      key: 'last_at',
      label: t({ zh: '最近', en: 'Last' }),
      render: (channel) => channel.last_at && <Time value={channel.last_at} />,
    },
    { key: 'endpoint', label: t({ zh: '地址', en: 'Address' }), render: (channel) => <code>{channel.endpoint}</code> },
    { key: 'note', label: t({ zh: '说明', en: 'Note' }), wrap: true, render: (channel) => t(channel.note) },
  ];
  return (
    <DataTable
      label={t({ zh: '渠道', en: 'Channels' })}
      rows={channels}
      rowKey={(channel) => channel.key}
      columns={columns}
    />
  );
}

function Signing({ channels }: { channels: ChannelItem[] }) {
  const t = useText();
  const [filter, change] = useFilter('channel');
  const [language, setLanguage] = useState('shell');
  const asked = filter.channel || USUAL_CHANNEL;
  const channel = channels.find(({ key }) => key === asked) ?? channels[0];
  if (!channel) return null;
  const all = recipes(window.location.origin, channel.endpoint, channel.key);
  const recipe = all.find(({ key }) => key === language) ?? all[0];
  return (
    <Panel title={t({ zh: '怎样签名', en: 'How to sign' })}>
      <Typography variant="body2" sx={{ color: 'text.secondary', maxWidth: 720 }}>
        {t({
          zh: '每个渠道有自己的密钥，用 weft channel secret 查看。对“时间戳.正文”做 HMAC-SHA256，放进请求头；时间相差五分钟以上、签名不符、正文超过 1 MB 的请求会被拒绝。',
          en: 'Each channel has a secret of its own; `weft channel secret` prints it. Sign “timestamp.body” with HMAC-SHA256 and send it in the header. Old timestamps, wrong signatures and bodies over 1 MB are refused.',
        })}
      </Typography>
      <Stack direction="row" sx={{ gap: 2, mt: 2, mb: 1, alignItems: 'center', flexWrap: 'wrap' }}>
        <Choice
          label={t({ zh: '渠道', en: 'Channel' })}
          value={channel.key}
          options={channels.map(({ key, label }) => [key, t(label)])}
          onChange={(key) => change('channel', key)}
        />
        <Tabs
          value={recipe?.key}
          onChange={(_, key: string) => setLanguage(key)}
          aria-label={t({ zh: '写法', en: 'Way of writing' })}
        >
          {all.map(({ key, label }) => (
            <Tab key={key} value={key} label={label} />
          ))}
        </Tabs>
        <Box sx={{ flex: 1 }} />
        {recipe && <CopyButton text={recipe.code} />}
      </Stack>
      <Box
        component="pre"
        tabIndex={0}
        role="region"
        aria-label={recipe?.label}
        sx={{
          m: 0,
          p: 2,
          overflow: 'auto',
          borderRadius: 1.5,
          border: 1,
          borderColor: 'divider',
          backgroundColor: 'action.hover',
          fontFamily: monospace,
          fontSize: 13,
          lineHeight: 1.65,
        }}
      >
        <code style={{ fontFamily: 'inherit' }}>{recipe?.code}</code>
      </Box>
    </Panel>
  );
}
