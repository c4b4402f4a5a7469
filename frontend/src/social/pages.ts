/** Pages of the social side. */
import { Radio, UserRound, UsersRound } from 'lucide-react';
import { lazy } from 'react';
import type { Page } from '@/pages';

export const socialPages: Page[] = [
  {
    path: '/wall',
    element: lazy(() => import('./WallPage')),
    group: 'social',
    label: { zh: '社交墙', en: 'Wall' },
    icon: Radio,
    permission: 'social',
  },
  {
    path: '/segments',
    element: lazy(() => import('./SegmentsPage')),
    group: 'social',
    label: { zh: '分群', en: 'Segments' },
    icon: UsersRound,
  },
  {
    path: '/people/:id',
    element: lazy(() => import('./PersonPage')),
    group: 'customers',
    label: { zh: '客户', en: 'Person' },
    icon: UserRound,
    hidden: true,
  },
];
