/** Pages of decision tables: all of them, and one as a grid. */
import { TableProperties } from 'lucide-react';
import { lazy } from 'react';
import type { Page } from '@/pages';

export const decisionPages: Page[] = [
  {
    path: '/decision-tables',
    element: lazy(() => import('./DecisionTablesPage')),
    group: 'build',
    label: { zh: '决策表', en: 'Decision tables' },
    icon: TableProperties,
    permission: 'build',
  },
  {
    path: '/decision-tables/:key',
    element: lazy(() => import('./DecisionTablePage')),
    group: 'build',
    label: { zh: '决策表', en: 'Decision table' },
    icon: TableProperties,
    permission: 'build',
    hidden: true,
  },
];
