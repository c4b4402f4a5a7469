/** The condition builder: groups and rows over the typed tree; what it cannot show stands as text, in its place, whole. */
import { Box, Stack } from '@mui/material';
import { useEffect, useMemo, useRef, useState } from 'react';
import { type Text, useText } from '@/i18n';
import type { Wanted } from '../api';
import type { About } from '../tree';
import { type Board, BoardProvider, type FocusPart } from './board';
import { GroupView } from './GroupView';
import type { Group } from './items';
import type { Subject } from './subjects';

export interface ConditionBuilderProps {
  label: string;
  root: Group;
  /** One command: what was done, and the picture after it. */
  onChange: (root: Group, command: Text, run: string | null) => void;
  about: About;
  wanted?: Wanted;
  subjects: readonly Subject[];
  readOnly?: boolean;
}

/** For screen readers: what was just done. */
const HEARD_ONLY = {
  position: 'absolute',
  width: '1px',
  height: '1px',
  overflow: 'hidden',
  clipPath: 'inset(50%)',
} as const;

const PARTS: Record<FocusPart, string> = { handle: '[data-handle]', first: '[data-first], .cm-content' };

export function ConditionBuilder({
  label,
  root,
  onChange,
  about,
  wanted = {},
  subjects,
  readOnly = false,
}: ConditionBuilderProps) {
  const t = useText();
  const box = useRef<HTMLDivElement>(null);
  const [dragged, setDragged] = useState<number | null>(null);
  const [done, setDone] = useState<Text | null>(null);
  const wish = useRef<{ id: number; part: FocusPart } | null>(null);

  // After the command is drawn, the focus goes where its author goes on.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the picture is what was drawn
  useEffect(() => {
    if (!wish.current || !box.current) return;
    const { id, part } = wish.current;
    wish.current = null;
    const item = box.current.querySelector(`[data-item="${id}"]`) ?? box.current;
    const place = item.querySelector<HTMLElement>(PARTS[part]) ?? item.querySelector<HTMLElement>('[data-add]');
    place?.focus();
  }, [root]);

  const board = useMemo<Board>(
    () => ({
      root,
      about,
      wanted,
      subjects,
      readOnly,
      dragged,
      setDragged,
      edit: (command, next, { run, focus, part = 'handle' } = {}) => {
        if (focus !== undefined) wish.current = { id: focus, part };
        setDone(command);
        onChange(next, command, run ?? null);
      },
    }),
    [root, about, wanted, subjects, readOnly, dragged, onChange],
  );
  return (
    <BoardProvider value={board}>
      <Stack ref={box} sx={{ minWidth: 0 }}>
        <GroupView group={root} label={label} />
        <Box role="status" sx={HEARD_ONLY}>
          {done && t(done)}
        </Box>
      </Stack>
    </BoardProvider>
  );
}
