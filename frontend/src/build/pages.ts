/** Pages of those who build: definitions and publishing. */
import { Blocks, Rocket } from 'lucide-react';
import { lazy } from 'react';
import type { Page } from '@/pages';

export const buildPages: Page[] = [
  {
    path: '/build/definitions',
    element: lazy(() => import('./DefinitionsPage')),
    group: 'build',
    label: { zh: '定义', en: 'Definitions' },
    icon: Blocks,
    permission: 'build',
  },
  {
    path: '/build/definitions/:kind/:key',
    element: lazy(() => import('./DefinitionPage')),
    group: 'build',
    label: { zh: '定义', en: 'Definition' },
    icon: Blocks,
    permission: 'build',
    hidden: true,
  },
  {
    path: '/build/publish',
    element: lazy(() => import('./PublishPage')),
    group: 'build',
    label: { zh: '发布', en: 'Publish' },
    icon: Rocket,
    permission: 'build',
  },
];
