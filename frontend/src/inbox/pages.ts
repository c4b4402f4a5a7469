/** Pages of the inbox. */
import { FilePlus2, Inbox } from 'lucide-react';
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
    path: '/start',
    element: lazy(() => import('./start/StartPage')),
    group: 'work',
    label: { zh: '发起申请', en: 'New request' },
    icon: FilePlus2,
  },
  {
    path: '/start/:flow',
    element: lazy(() => import('./start/StartFormPage')),
    group: 'work',
    label: { zh: '发起申请', en: 'New request' },
    icon: FilePlus2,
    hidden: true,
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
