/** Pages of measuring. */
import { ChartColumn } from 'lucide-react';
import { lazy } from 'react';
import type { Page } from '@/pages';

export const analyticsPages: Page[] = [
  {
    path: '/dashboard',
    element: lazy(() => import('./DashboardPage')),
    group: 'measure',
    label: { zh: '仪表盘', en: 'Dashboard' },
    icon: ChartColumn,
    permission: 'analytics',
  },
];
