/** The page of standing agents. */
import { UserRoundCog } from 'lucide-react';
import { lazy } from 'react';
import type { Page } from '@/pages';

export const agentPages: Page[] = [
  {
    path: '/agents',
    element: lazy(() => import('./AgentsPage')),
    group: 'work',
    label: { zh: '委托', en: 'Agents' },
    icon: UserRoundCog,
  },
];
