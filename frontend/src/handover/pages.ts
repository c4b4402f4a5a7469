/** Pages of hand-overs. */
import { Handshake } from 'lucide-react';
import { lazy } from 'react';
import type { Page } from '@/pages';

export const handoverPages: Page[] = [
  {
    path: '/handovers',
    element: lazy(() => import('./HandoversPage')),
    group: 'administer',
    label: { zh: '工作交接', en: 'Hand-over' },
    icon: Handshake,
    permission: 'administer',
  },
  {
    path: '/handovers/:id',
    element: lazy(() => import('./HandoverPage')),
    group: 'administer',
    label: { zh: '工作交接', en: 'Hand-over' },
    icon: Handshake,
    permission: 'administer',
    hidden: true,
  },
];
