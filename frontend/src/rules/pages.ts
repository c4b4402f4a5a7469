/** Pages of rules: all of them, and one with its text, trials, versions and firings. */
import { ListChecks } from 'lucide-react';
import { lazy } from 'react';
import type { Page } from '@/pages';

export const rulePages: Page[] = [
  {
    path: '/rules',
    element: lazy(() => import('./RulesPage')),
    group: 'build',
    label: { zh: '规则', en: 'Rules' },
    icon: ListChecks,
    permission: ['build', 'operate'],
  },
  {
    path: '/rules/:key',
    element: lazy(() => import('./RulePage')),
    group: 'build',
    label: { zh: '规则', en: 'Rule' },
    icon: ListChecks,
    permission: ['build', 'operate'],
    hidden: true,
  },
];
