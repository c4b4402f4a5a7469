/** The one list of pages: routes, the left rail, the phone's bar and the command palette are made from it. */
import { Building2, KeyRound, type LucideIcon, ShieldCheck, UserRound, Users } from 'lucide-react';
import { type ComponentType, lazy } from 'react';
import { agentPages } from '@/agents/pages';
import { analyticsPages } from '@/analytics/pages';
import { buildPages } from '@/build/pages';
import { calendarPages } from '@/calendars/pages';
import { decisionPages } from '@/decisions/pages';
import { flowPages } from '@/flows/pages';
import { handoverPages } from '@/handover/pages';
import type { Text } from '@/i18n';
import { inboxPages } from '@/inbox/pages';
import { operatePages } from '@/operate/pages';
import type { Permission } from '@/providers/me';
import { rulePages } from '@/rules/pages';
import { socialPages } from '@/social/pages';

export type GroupKey = 'work' | 'customers' | 'social' | 'measure' | 'build' | 'run' | 'administer';

export interface Page {
  /** Absolute; `:id` marks a page that is reached from another one and is not in the rail. */
  path: string;
  /** Lazy, so that each page's code is loaded when it is opened. */
  element: ComponentType;
  group: GroupKey;
  label: Text;
  icon: LucideIcon;
  /** Any of several is enough. */
  permission?: Permission | readonly Permission[];
  /** Not in the rail (detail pages). */
  hidden?: boolean;
  /** How much waits there, beside its name. */
  Badge?: ComponentType;
}

/** Groups of the rail, in order. Entities stand in `customers` or in a group of their app. */
export const GROUPS: { key: GroupKey; label: Text }[] = [
  { key: 'work', label: { zh: '工作', en: 'Work' } },
  { key: 'customers', label: { zh: '客户', en: 'Customers' } },
  { key: 'social', label: { zh: '社交', en: 'Social' } },
  { key: 'measure', label: { zh: '度量', en: 'Measure' } },
  { key: 'build', label: { zh: '搭建', en: 'Build' } },
  { key: 'run', label: { zh: '运行', en: 'Run' } },
  { key: 'administer', label: { zh: '管理', en: 'Administer' } },
];

const administration: Page[] = [
  {
    path: '/account',
    element: lazy(() => import('@/admin/AccountPage')),
    group: 'work',
    label: { zh: '我的账号', en: 'My account' },
    icon: UserRound,
    hidden: true,
  },
  {
    path: '/users',
    element: lazy(() => import('@/admin/UsersPage')),
    group: 'administer',
    label: { zh: '用户', en: 'Users' },
    icon: Users,
    permission: 'administer',
  },
  {
    path: '/departments',
    element: lazy(() => import('@/admin/DepartmentsPage')),
    group: 'administer',
    label: { zh: '部门', en: 'Departments' },
    icon: Building2,
    permission: 'administer',
  },
  {
    path: '/roles',
    element: lazy(() => import('@/admin/RolesPage')),
    group: 'administer',
    label: { zh: '角色', en: 'Roles' },
    icon: ShieldCheck,
    permission: 'administer',
  },
  {
    path: '/api-keys',
    element: lazy(() => import('@/admin/ApiKeysPage')),
    group: 'administer',
    label: { zh: 'API 密钥', en: 'API keys' },
    icon: KeyRound,
    permission: 'administer',
  },
];

// Each engineer's folder adds its own array here, e.g. `...inboxPages` from '@/inbox/pages'.
export const PAGES: Page[] = [
  ...inboxPages,
  ...agentPages,
  ...socialPages,
  ...analyticsPages,
  ...buildPages,
  ...rulePages,
  ...decisionPages,
  ...calendarPages,
  ...flowPages,
  ...operatePages,
  ...administration,
  ...handoverPages,
];
