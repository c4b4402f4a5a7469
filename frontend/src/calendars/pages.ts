/** Pages of business calendars: all of them, and one with its week, its days and its quiet periods. */
import { CalendarDays } from 'lucide-react';
import { lazy } from 'react';
import type { Page } from '@/pages';

export const calendarPages: Page[] = [
  {
    path: '/calendars',
    element: lazy(() => import('./CalendarsPage')),
    group: 'build',
    label: { zh: '日历', en: 'Calendars' },
    icon: CalendarDays,
    permission: 'build',
  },
  {
    path: '/calendars/:key',
    element: lazy(() => import('./CalendarPage')),
    group: 'build',
    label: { zh: '日历', en: 'Calendar' },
    icon: CalendarDays,
    permission: 'build',
    hidden: true,
  },
];
