/** Pages of those who keep it running: firings, outbox, messages, channels, GraphQL. */
import { Braces, MessageSquareText, OctagonAlert, PlugZap, Send, Zap } from 'lucide-react';
import { lazy } from 'react';
import type { Page } from '@/pages';

export const operatePages: Page[] = [
  {
    path: '/operate/incidents',
    element: lazy(() => import('./IncidentsPage')),
    group: 'run',
    label: { zh: '流程异常', en: 'Flow incidents' },
    icon: OctagonAlert,
    permission: 'operate',
  },
  {
    path: '/operate/firings',
    element: lazy(() => import('./FiringsPage')),
    group: 'run',
    label: { zh: '规则触发', en: 'Rule firings' },
    icon: Zap,
    permission: 'operate',
  },
  {
    path: '/operate/messages',
    element: lazy(() => import('./MessagesPage')),
    group: 'run',
    label: { zh: '已发消息', en: 'Messages' },
    icon: MessageSquareText,
    permission: 'operate',
  },
  {
    path: '/operate/outbox',
    element: lazy(() => import('./OutboxPage')),
    group: 'run',
    label: { zh: '发件箱', en: 'Outbox' },
    icon: Send,
    permission: 'operate',
  },
  {
    path: '/operate/channels',
    element: lazy(() => import('./ChannelsPage')),
    group: 'run',
    label: { zh: '渠道', en: 'Channels' },
    icon: PlugZap,
    permission: 'operate',
  },
  {
    path: '/graphql',
    element: lazy(() => import('./GraphqlPage')),
    group: 'administer',
    label: { zh: 'GraphQL', en: 'GraphQL' },
    icon: Braces,
    permission: 'operate',
  },
];
