/** The kinds of definitions, in the order in which one may refer to another, and a first document of each. */
import {
  CalendarDays,
  Database,
  FileText,
  ListChecks,
  type LucideIcon,
  ShieldCheck,
  Table2,
  TableProperties,
  UsersRound,
  WholeWord,
  Workflow,
} from 'lucide-react';
import type { Text } from '@/i18n';

export type Kind =
  | 'entity'
  | 'form'
  | 'view'
  | 'segment'
  | 'flow'
  | 'rule'
  | 'role'
  | 'word_list'
  | 'calendar'
  | 'decision_table';

export interface KindInfo {
  key: Kind;
  label: Text;
  plural: Text;
  icon: LucideIcon;
  /** Where it has pages of its own; else the list of all definitions and the editor of JSON are its pages. */
  pages?: { list: string; one: (key: string) => string };
  /** What a definition of this kind says besides its kind, key and label. */
  blank: (key: string) => Record<string, unknown>;
}

const NAME = { zh: '名称', en: 'Name' };

export const KINDS: KindInfo[] = [
  {
    key: 'entity',
    label: { zh: '实体', en: 'Entity' },
    plural: { zh: '实体', en: 'Entities' },
    icon: Database,
    blank: () => ({ fields: [{ key: 'name', type: 'text', label: NAME, required: true }], title: 'name' }),
  },
  {
    key: 'form',
    label: { zh: '表单', en: 'Form' },
    plural: { zh: '表单', en: 'Forms' },
    icon: FileText,
    blank: () => ({ entity: 'ticket', sections: [{ items: [{ field: 'title' }] }] }),
  },
  {
    key: 'view',
    label: { zh: '视图', en: 'View' },
    plural: { zh: '视图', en: 'Views' },
    icon: Table2,
    blank: () => ({ entity: 'ticket', columns: ['title'] }),
  },
  {
    key: 'segment',
    label: { zh: '分群', en: 'Segment' },
    plural: { zh: '分群', en: 'Segments' },
    icon: UsersRound,
    blank: () => ({ entity: 'ticket', condition: 'created_at >= today() - 30 days' }),
  },
  {
    key: 'flow',
    label: { zh: '流程', en: 'Flow' },
    plural: { zh: '流程', en: 'Flows' },
    icon: Workflow,
    pages: { list: '/flows', one: (key) => `/flows/${key}` },
    blank: () => ({
      entity: 'ticket',
      nodes: [
        { id: 'start', type: 'start_event', title: { zh: '开始', en: 'Start' } },
        { id: 'end', type: 'end_event', title: { zh: '结束', en: 'End' } },
      ],
      edges: [{ id: 'to_end', source: 'start', target: 'end' }],
    }),
  },
  {
    key: 'rule',
    label: { zh: '规则', en: 'Rule' },
    plural: { zh: '规则', en: 'Rules' },
    icon: ListChecks,
    pages: { list: '/rules', one: (key) => `/rules/${key}` },
    blank: (key) => ({
      text: `rule ${key}\n  when social.post as p\n  if p.sentiment = "negative"\n  then tag(["负面"])\nend\n`,
    }),
  },
  {
    key: 'role',
    label: { zh: '角色', en: 'Role' },
    plural: { zh: '角色', en: 'Roles' },
    icon: ShieldCheck,
    blank: () => ({ grants: [], permissions: [] }),
  },
  {
    key: 'word_list',
    label: { zh: '词表', en: 'Word list' },
    plural: { zh: '词表', en: 'Word lists' },
    icon: WholeWord,
    blank: () => ({ words: ['漏水'] }),
  },
  {
    key: 'calendar',
    label: { zh: '日历', en: 'Calendar' },
    plural: { zh: '日历', en: 'Calendars' },
    icon: CalendarDays,
    pages: { list: '/calendars', one: (key) => `/calendars/${key}` },
    blank: () => ({ week: Object.fromEntries(['0', '1', '2', '3', '4'].map((day) => [day, [['09:00', '18:00']]])) }),
  },
  {
    key: 'decision_table',
    label: { zh: '决策表', en: 'Decision table' },
    plural: { zh: '决策表', en: 'Decision tables' },
    icon: TableProperties,
    pages: { list: '/decision-tables', one: (key) => `/decision-tables/${key}` },
    blank: () => ({
      inputs: [{ key: 'amount', label: { zh: '金额', en: 'Amount' }, type: 'money:CNY' }],
      outputs: [{ key: 'rate', label: { zh: '折扣', en: 'Rate' }, type: 'number' }],
      rules: [],
    }),
  },
];

const BY_KEY = new Map(KINDS.map((kind) => [kind.key, kind]));

export function isKind(key: string): key is Kind {
  return BY_KEY.has(key as Kind);
}

export function kindOf(key: Kind): KindInfo {
  const found = BY_KEY.get(key);
  if (!found) throw new Error(`there is no kind ${key}`);
  return found;
}

export function blankDocument(kind: Kind, key: string): Record<string, unknown> {
  return { kind, key, label: { zh: key, en: key }, ...kindOf(kind).blank(key) };
}
