/** What can be done with an item of the builder: one object for the menu, the key and the pointer. */
import { ArrowDown, ArrowUp, Copy, IndentDecrease, IndentIncrease, type LucideIcon, Trash2 } from 'lucide-react';
import type { Text } from '@/i18n';
import { duplicate, indent, outdent, removeItem, spotOf, step } from './edits';
import type { Group } from './items';

export interface Action {
  key: string;
  /** The command's name in the history, too. */
  label: Text;
  icon: LucideIcon;
  shortcut: { key: string; shown: string; aria: string };
  run: (root: Group, id: number) => Group;
}

const shortcut = (key: string, shown: string) => ({ key, shown: `Alt+${shown}`, aria: `Alt+${key}` });

export const ACTIONS: readonly Action[] = [
  {
    key: 'up',
    label: { zh: '上移', en: 'Move up' },
    icon: ArrowUp,
    shortcut: shortcut('ArrowUp', '↑'),
    run: (root, id) => step(root, id, -1),
  },
  {
    key: 'down',
    label: { zh: '下移', en: 'Move down' },
    icon: ArrowDown,
    shortcut: shortcut('ArrowDown', '↓'),
    run: (root, id) => step(root, id, 1),
  },
  {
    key: 'indent',
    label: { zh: '放进一组', en: 'Put into a group' },
    icon: IndentIncrease,
    shortcut: shortcut('ArrowRight', '→'),
    run: indent,
  },
  {
    key: 'outdent',
    label: { zh: '移出这组', en: 'Take out of the group' },
    icon: IndentDecrease,
    shortcut: shortcut('ArrowLeft', '←'),
    run: outdent,
  },
  {
    key: 'duplicate',
    label: { zh: '复制一份', en: 'Duplicate' },
    icon: Copy,
    shortcut: shortcut('d', 'D'),
    run: duplicate,
  },
  {
    key: 'remove',
    label: { zh: '删除', en: 'Remove' },
    icon: Trash2,
    shortcut: shortcut('Delete', 'Delete'),
    run: removeItem,
  },
];

/** The item to go to when this one is gone: the next, else the one before, else its group. */
export function neighbour(root: Group, id: number): number {
  const spot = spotOf(root, id);
  if (!spot) return root.id;
  const { items } = spot.parent;
  return (items[spot.index + 1] ?? items[spot.index - 1] ?? spot.parent).id;
}
