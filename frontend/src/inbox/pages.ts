/** Pages of the inbox. */
import { Inbox } from 'lucide-react';
import { lazy } from 'react';
import type { Page } from '@/pages';
import { TodoBadge } from './TodoBadge';

export const inboxPages: Page[] = [
  {
    path: '/inbox',
    element: lazy(() => import('./InboxPage')),
    group: 'work',
    label: { zh: '收件箱', en: 'Inbox' },
    icon: Inbox,
    Badge: TodoBadge,
  },
  {
    path: '/tasks/:id',
    element: lazy(() => import('./TaskPage')),
    group: 'work',
    label: { zh: '任务', en: 'Task' },
    icon: Inbox,
    hidden: true,
  },
];
