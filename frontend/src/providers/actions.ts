/** What can be done on the page at hand: one object for each action gives its key, its line in the palette and in the help. */
import type { LucideIcon } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { Text } from '@/i18n';

export interface Action {
  key: string;
  label: Text;
  icon: LucideIcon;
  /** As `KeyboardEvent.key` has it; works while nothing is being typed. */
  shortcut?: string;
  run: () => void;
}

type Source = () => Action[];

const sources = new Set<Source>();

/** All actions of the page at hand, those registered last first. */
export function actionsAtHand(): Action[] {
  return [...sources].reverse().flatMap((source) => source());
}

/** Where letters mean themselves, or belong to something that lies over the page. */
const TYPING = 'input:not([type=checkbox]), textarea, select, [contenteditable=true], [role=combobox]';
const ABOVE = '[role=dialog] *, [role=menu] *, [role=listbox] *';

const isTaken = ({ isComposing, target }: KeyboardEvent): boolean =>
  isComposing || (target instanceof Element && target.closest(`${TYPING}, ${ABOVE}`) !== null);

function press(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTaken(event)) return;
  const action = actionsAtHand().find(({ shortcut }) => shortcut === event.key);
  if (!action) return;
  event.preventDefault();
  action.run();
}

/** Offers actions for as long as the component is there. */
export function useActions(actions: Action[]): void {
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    const source = () => latest.current;
    if (sources.size === 0) window.addEventListener('keydown', press);
    sources.add(source);
    return () => {
      sources.delete(source);
      if (sources.size === 0) window.removeEventListener('keydown', press);
    };
  }, []);
}
