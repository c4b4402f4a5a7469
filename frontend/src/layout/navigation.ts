/** Where one can go: pages and entities in their groups, by what the reader may see. */
import { type LucideIcon, Plus } from 'lucide-react';
import { type ComponentType, useMemo } from 'react';
import { iconOf } from '@/components';
import type { Text } from '@/i18n';
import { type Entity, useMetadata } from '@/metadata';
import { useMay, useMe } from '@/providers/me';
import { createPath, listPath } from '@/records/paths';
import { GROUPS, type GroupKey, PAGES } from '../pages';

export interface NavItem {
  path: string;
  label: Text;
  icon: LucideIcon;
  /** How much waits there. */
  Badge?: ComponentType;
}

export interface NavGroup {
  key: string;
  label: Text;
  items: NavItem[];
}

function entityItem(entity: Entity): NavItem {
  return { path: listPath(entity.key), label: entity.plural ?? entity.label, icon: iconOf(entity.icon) };
}

/** The product's group that an entity names in either language; none means a group of its app. */
function productGroup(entity: Entity): GroupKey | undefined {
  if (!entity.group) return 'customers';
  return GROUPS.find(({ label }) => label.zh === entity.group?.zh || label.en === entity.group?.en)?.key;
}

function ownGroups(entities: Entity[]): NavGroup[] {
  const groups = new Map<string, NavGroup>();
  for (const entity of entities) {
    if (!entity.group || productGroup(entity)) continue;
    const key = `app:${entity.group.en}`;
    const group = groups.get(key) ?? { key, label: entity.group, items: [] };
    group.items.push(entityItem(entity));
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** Entities stand in the order the server lists them. */
export function buildNavigation(entities: Entity[], may: ReturnType<typeof useMay>): NavGroup[] {
  const visible = PAGES.filter((page) => !page.hidden && !page.path.includes(':') && may(page.permission));
  const product = GROUPS.map(({ key, label }) => ({
    key,
    label,
    items: [
      ...visible.filter((page) => page.group === key),
      ...entities.filter((entity) => productGroup(entity) === key).map(entityItem),
    ],
  }));
  const customers = product.findIndex(({ key }) => key === 'customers');
  const groups: NavGroup[] = [
    ...product.slice(0, customers + 1),
    ...ownGroups(entities),
    ...product.slice(customers + 1),
  ];
  return groups.filter(({ items }) => items.length > 0);
}

export function useNavigation(): NavGroup[] {
  const { entities } = useMetadata();
  const may = useMay();
  return useMemo(() => buildNavigation(entities, may), [entities, may]);
}

export interface Place extends NavItem {
  group: Text;
}

/** Everything the palette can lead to: all places, and "new ..." for what the reader may create. */
export function usePlaces(): Place[] {
  const groups = useNavigation();
  const { entities } = useMetadata();
  const me = useMe();
  return useMemo(() => {
    const places = groups.flatMap((group) => group.items.map((item) => ({ ...item, group: group.label })));
    const creatable = entities.filter((entity) => me?.entities[entity.key]?.create);
    return [...places, ...creatable.map(newRecord)];
  }, [groups, entities, me]);
}

function newRecord(entity: Entity): Place {
  const { zh, en } = entity.label;
  const label = { zh: `新建${zh || en}`, en: `New ${(en || zh).toLowerCase()}` };
  return { path: createPath(entity.key), label, icon: Plus, group: { zh: '操作', en: 'Command' } };
}

export function isCurrent(path: string, at: string): boolean {
  return at === path || at.startsWith(`${path}/`);
}
