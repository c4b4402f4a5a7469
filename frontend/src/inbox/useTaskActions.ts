/** The keys of an open task. A key only goes to the button of an outcome; Enter presses it, so that no stray letter decides. */
import { Check, MessageSquare, MoreHorizontal, Undo2, Workflow, X } from 'lucide-react';
import type { RefObject } from 'react';
import type { Text } from '@/i18n';
import { type Action, useActions } from '@/providers/actions';
import { isAsked } from './operations';
import type { TaskOutcome } from './types';
import type { OperationsState } from './useOperations';

const KEYS: Record<TaskOutcome['kind'], { shortcut?: string; icon: Action['icon'] }> = {
  complete: { shortcut: 'a', icon: Check },
  refuse: { shortcut: 'r', icon: X },
  abstain: { icon: MessageSquare },
  send_back: { shortcut: 'b', icon: Undo2 },
};

const goTo = (outcome: TaskOutcome) => () =>
  document.querySelector<HTMLElement>(`[data-outcome="${CSS.escape(outcome.key)}"]`)?.focus();

const around = (label: Text, zh: string, en: string): Text => ({ zh: `${label.zh}${zh}`, en: `${label.en}${en}` });

interface Around {
  outcomes: TaskOutcome[];
  operations: OperationsState;
  opinion: RefObject<HTMLTextAreaElement | null>;
  menu: RefObject<HTMLButtonElement | null>;
  onDrawing: (() => void) | null;
}

export function useTaskActions({ outcomes, operations, opinion, menu, onDrawing }: Around): void {
  const taken = new Set<string>();
  const deciding = outcomes.map((outcome): Action => {
    const { shortcut, icon } = KEYS[outcome.kind];
    const own = shortcut && !taken.has(shortcut) ? shortcut : undefined;
    if (own) taken.add(own);
    return {
      key: `outcome:${outcome.key}`,
      label: around(outcome.label, '（回车确认）', ' (Enter confirms)'),
      icon,
      shortcut: own,
      run: goTo(outcome),
    };
  });
  const doing = [...operations.beside, ...operations.listed].map((operation): Action => {
    const more = isAsked(operation) ? around(operation.label, '…', '…') : operation.label;
    const run = () => operations.choose(operation);
    return { key: `do:${operation.key}`, label: more, icon: operation.icon, shortcut: operation.shortcut, run };
  });
  const rest: (Action | false)[] = [
    outcomes.length > 0 && {
      key: 'opinion',
      label: { zh: '写意见', en: 'Write an opinion' },
      icon: MessageSquare,
      shortcut: 'c',
      run: () => opinion.current?.focus(),
    },
    operations.listed.length > 0 && {
      key: 'more',
      label: { zh: '更多操作', en: 'More operations' },
      icon: MoreHorizontal,
      shortcut: 'm',
      run: () => menu.current?.click(),
    },
    onDrawing !== null && {
      key: 'drawing',
      label: { zh: '看流程图', en: 'Show the flow' },
      icon: Workflow,
      shortcut: 'f',
      run: onDrawing,
    },
  ];
  useActions([...deciding, ...rest.filter((action) => action !== false), ...doing]);
}
