/** Pages of flows and their instances. */
import { Workflow } from 'lucide-react';
import { lazy } from 'react';
import type { Page } from '@/pages';

export const flowPages: Page[] = [
  {
    path: '/flows',
    element: lazy(() => import('./designer/FlowsPage')),
    group: 'build',
    label: { zh: '流程', en: 'Flows' },
    icon: Workflow,
    permission: 'build',
  },
  {
    path: '/flows/:key',
    element: lazy(() => import('./designer/FlowPage')),
    group: 'build',
    label: { zh: '流程', en: 'Flow' },
    icon: Workflow,
    permission: 'build',
    hidden: true,
  },
  {
    path: '/instances',
    element: lazy(() => import('./InstancesPage')),
    group: 'run',
    label: { zh: '流程实例', en: 'Instances' },
    icon: Workflow,
  },
  {
    path: '/instances/:id',
    element: lazy(() => import('./InstancePage')),
    group: 'run',
    label: { zh: '流程实例', en: 'Instance' },
    icon: Workflow,
    hidden: true,
  },
];
