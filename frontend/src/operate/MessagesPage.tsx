/** /operate/messages — every message to a customer as its channel took it; the log channel shows what would be sent. */
import { Box, Button, Link as MuiLink, Stack, Tab, Tabs, Typography } from '@mui/material';
import { MessageSquareText } from 'lucide-react';
import { Link } from 'react-router-dom';
import { EmptyState, PagedList, PageHeader, Panel, StatusChip, Time, useFilter } from '@/components';
import { type Text, useText } from '@/i18n';
import { useEntity } from '@/metadata';
import { recordPath } from '@/records/paths';
import { rulePath } from '@/rules/api';
import { channelLabel } from '@/social/labels';
import { type MessageItem, useMessages } from './api';

const LOG = 'log';
const STATUS: Record<string, Text> = {
  '': { zh: '全部', en: 'All' },
  sent: { zh: '已发出', en: 'Sent' },
  refused: { zh: '未发出', en: 'Not sent' },
};

export default function MessagesPage() {
  const t = useText();
  const [{ person, status }, change] = useFilter('person', 'status');
  const query = useMessages(person, status);
  return (
    <>
      <PageHeader
        title={t({ zh: '已发消息', en: 'Messages' })}
        subtitle={t({
          zh: '发给客户的每一句话。没有接通平台的渠道只记录，不真正发出。',
          en: 'Every word to a customer. A channel without a carrier only logs what would be sent.',
        })}
      >
        <Tabs
          value={status in STATUS ? status : ''}
          onChange={(_, value: string) => change('status', value)}
          aria-label={t({ zh: '状态', en: 'Status' })}
        >
          {Object.entries(STATUS).map(([key, label]) => (
            <Tab key={key} value={key} label={t(label)} />
          ))}
        </Tabs>
        {person && (
          <Button variant="outlined" onClick={() => change('person', '')}>
            {t({ zh: '只看一位客户 ×', en: 'One person only ×' })}
          </Button>
        )}
      </PageHeader>
      <Panel flush>
        <PagedList
          query={query}
          empty={
            <EmptyState
              icon={MessageSquareText}
              title={t({ zh: '还没有发过消息', en: 'No messages yet' })}
              hint={t({
                zh: '流程走到“回复客户”时，回复会出现在这里。',
                en: 'When a flow reaches its reply to the customer, the reply appears here.',
              })}
            />
          }
        >
          {(messages) => (
            <Stack component="ol" sx={{ listStyle: 'none', m: 0, p: 0 }}>
              {messages.map((message) => (
                <Message key={message.id} message={message} />
              ))}
            </Stack>
          )}
        </PagedList>
      </Panel>
    </>
  );
}

function Message({ message }: { message: MessageItem }) {
  const t = useText();
  return (
    <Box
      component="li"
      sx={{ px: 2, py: 1.5, borderTop: 1, borderColor: 'divider', '&:first-of-type': { borderTop: 0 } }}
    >
      <Stack direction="row" sx={{ gap: 1, alignItems: 'flex-start' }}>
        <Stack direction="row" sx={{ gap: 1, flexWrap: 'wrap', alignItems: 'center', flex: 1, minWidth: 0 }}>
          {message.channel && <StatusChip label={t(channelLabel(message.channel))} color="blue" />}
          <Recipient message={message} />
          <State message={message} />
          {message.read_at && <StatusChip label={t({ zh: '已读', en: 'Read' })} color="green" />}
        </Stack>
        <Typography component="span" variant="body2" sx={{ color: 'text.secondary', flex: 'none' }}>
          <Time value={message.sent_at} />
        </Typography>
      </Stack>
      <Typography sx={{ mt: 0.75, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{message.text}</Typography>
      {message.reason_text && (
        <Typography variant="body2" sx={{ mt: 0.5, color: 'text.secondary' }}>
          {t(message.reason_text)}
        </Typography>
      )}
      <Context context={message.context} />
    </Box>
  );
}

/** Whether it left, was only logged, or was refused. */
function State({ message }: { message: MessageItem }) {
  const t = useText();
  if (message.status === 'refused') return <StatusChip label={t({ zh: '未发出', en: 'Not sent' })} color="red" />;
  if (message.via !== LOG) return <StatusChip label={message.status} color="green" title={message.via} />;
  return (
    <StatusChip
      label={t({ zh: '仅记录', en: 'Logged only' })}
      color="orange"
      title={t({
        zh: '这个渠道没有接通平台，消息没有真正发出',
        en: 'The channel has no carrier: nothing was really sent',
      })}
    />
  );
}

function Recipient({ message }: { message: MessageItem }) {
  if (!message.person_id) return <span>{message.recipient}</span>;
  return (
    <MuiLink
      component={Link}
      to={`/people/${message.person_id}`}
      title={message.recipient}
      underline="hover"
      sx={{ fontWeight: 550, color: 'text.primary' }}
    >
      {message.person_name ?? message.recipient}
    </MuiLink>
  );
}

/** Why it was sent: the record, the flow, the rule, the post it answers. */
function Context({ context }: { context: Record<string, unknown> }) {
  const t = useText();
  const read = (key: string) => (typeof context[key] === 'string' ? (context[key] as string) : null);
  const [entity, record, instance, rule] = [read('entity'), read('record_id'), read('instance_id'), read('rule')];
  const label = useEntity(entity)?.label;
  const links: [Text | string, string][] = [
    ...(entity && record ? ([[label ?? entity, recordPath(entity, record)]] as [Text | string, string][]) : []),
    ...(instance ? ([[{ zh: '流程实例', en: 'Instance' }, `/instances/${instance}`]] as [Text, string][]) : []),
    ...(rule ? ([[{ zh: '规则', en: 'Rule' }, rulePath(rule)]] as [Text, string][]) : []),
  ];
  if (links.length === 0) return null;
  return (
    <Stack direction="row" sx={{ gap: 1.5, mt: 0.5, fontSize: 13 }}>
      {links.map(([text, to]) => (
        <MuiLink key={to} component={Link} to={to}>
          {t(text)}
        </MuiLink>
      ))}
    </Stack>
  );
}
