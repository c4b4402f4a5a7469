/** The groups of the palette, in order: for business people first. */
import type { Text } from '@/i18n';
import type { PaletteGroup } from '../nodeTypes';

export const GROUPS: { key: PaletteGroup; label: Text }[] = [
  { key: 'people', label: { zh: '人', en: 'People' } },
  { key: 'automatic', label: { zh: '自动', en: 'By itself' } },
  { key: 'ways', label: { zh: '走向', en: 'Ways' } },
  { key: 'waiting', label: { zh: '等待', en: 'Waiting' } },
  { key: 'tasks', label: { zh: '任务', en: 'Tasks' } },
  { key: 'gateways', label: { zh: '网关', en: 'Gateways' } },
  { key: 'scopes', label: { zh: '子流程', en: 'Sub-processes' } },
  { key: 'events', label: { zh: '事件', en: 'Events' } },
];
