/** The frame around each item: a handle to drag it or to move it by keys, and a menu of what can be done with it. */
import { Box, IconButton, ListItemIcon, ListItemText, Menu, MenuItem, Stack, Tooltip, Typography } from '@mui/material';
import { EllipsisVertical, GripVertical } from 'lucide-react';
import { type DragEvent, type KeyboardEvent, type ReactNode, useState } from 'react';
import { useText } from '@/i18n';
import { useTokens } from '@/theme';
import { ACTIONS, type Action, neighbour } from './actions';
import { type Board, useBoard } from './board';
import { moveTo, spotOf } from './edits';
import type { Item } from './items';

function perform({ root, edit }: Board, action: Action, id: number): void {
  const next = action.run(root, id);
  if (next === root) return;
  edit(action.label, next, { focus: action.key === 'remove' ? neighbour(root, id) : id, part: 'handle' });
}

/** Alt and an arrow anywhere in the item; the inputs inside do not get it. */
function useShortcuts(id: number) {
  const board = useBoard();
  return (event: KeyboardEvent) => {
    if (!event.altKey || event.nativeEvent.isComposing || board.readOnly) return;
    const action = ACTIONS.find(({ shortcut }) => shortcut.key === event.key);
    if (!action || closestItem(event.target) !== id) return;
    event.preventDefault();
    event.stopPropagation();
    perform(board, action, id);
  };
}

function closestItem(target: EventTarget): number | null {
  const element = target instanceof Element ? target.closest('[data-item]') : null;
  return element ? Number(element.getAttribute('data-item')) : null;
}

/** Dropping on the upper half puts what is dragged before this item, on the lower half behind it. */
function useDrop(id: number) {
  const { root, dragged, setDragged, edit } = useBoard();
  const [edge, setEdge] = useState<'above' | 'below' | null>(null);
  const over = (event: DragEvent<HTMLElement>) => {
    if (dragged === null || dragged === id) return;
    event.preventDefault();
    event.stopPropagation();
    const box = event.currentTarget.getBoundingClientRect();
    setEdge(event.clientY < box.top + box.height / 2 ? 'above' : 'below');
  };
  const drop = (event: DragEvent<HTMLElement>) => {
    const spot = spotOf(root, id);
    event.preventDefault();
    event.stopPropagation();
    setEdge(null);
    setDragged(null);
    if (dragged === null || !spot) return;
    const next = moveTo(root, dragged, spot.parent.id, spot.index + (edge === 'below' ? 1 : 0));
    if (next !== root) edit({ zh: '拖动', en: 'Drag' }, next, { focus: dragged, part: 'handle' });
  };
  return { edge, handlers: { onDragOver: over, onDragLeave: () => setEdge(null), onDrop: drop } };
}

interface ItemFrameProps {
  item: Item;
  /** What the item is, for screen readers: "Condition 2". */
  label: string;
  /** The word between it and the one before. */
  joint: ReactNode;
  children: ReactNode;
}

export function ItemFrame({ item, label, joint, children }: ItemFrameProps) {
  const { readOnly } = useBoard();
  const tokens = useTokens();
  const shortcuts = useShortcuts(item.id);
  const { edge, handlers } = useDrop(item.id);
  const line = edge && `inset 0 ${edge === 'above' ? 2 : -2}px 0 ${tokens.accent}`;
  return (
    <Box
      component="li"
      data-item={item.id}
      onKeyDownCapture={shortcuts}
      {...handlers}
      sx={{ py: 0.375, boxShadow: line ?? 'none' }}
    >
      {joint && (
        <Box component="span" sx={{ display: 'block', fontSize: 12, color: 'text.secondary', pl: readOnly ? 0 : 3.5 }}>
          {joint}
        </Box>
      )}
      <Stack direction="row" sx={{ gap: 0.5, alignItems: 'flex-start' }}>
        {!readOnly && <Handle id={item.id} label={label} />}
        <Box sx={{ flex: 1, minWidth: 0 }}>{children}</Box>
        {!readOnly && <ItemMenu id={item.id} label={label} />}
      </Stack>
    </Box>
  );
}

function Handle({ id, label }: { id: number; label: string }) {
  const t = useText();
  const { setDragged } = useBoard();
  const hint = t({
    zh: '拖动，或按 Alt 加方向键移动',
    en: 'Drag, or move with Alt and the arrow keys',
  });
  return (
    <Tooltip title={hint} describeChild>
      <IconButton
        data-handle
        aria-label={t({ zh: '移动{label}', en: 'Move {label}' }, { label })}
        aria-keyshortcuts={ACTIONS.map(({ shortcut }) => shortcut.aria).join(' ')}
        draggable
        onDragStart={(event) => {
          event.dataTransfer.effectAllowed = 'move';
          event.dataTransfer.setData('text/plain', label);
          setDragged(id);
        }}
        onDragEnd={() => setDragged(null)}
        sx={{ cursor: 'grab', mt: '4px', px: 0.25 }}
      >
        <GripVertical size={15} />
      </IconButton>
    </Tooltip>
  );
}

function ItemMenu({ id, label }: { id: number; label: string }) {
  const t = useText();
  const board = useBoard();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const spot = spotOf(board.root, id);
  const nested = spot !== null && spot.parent.id !== board.root.id;
  return (
    <>
      <IconButton
        aria-label={t({ zh: '{label}的操作', en: 'What to do with {label}' }, { label })}
        aria-haspopup="menu"
        onClick={(event) => setAnchor(event.currentTarget)}
        sx={{ mt: '4px' }}
      >
        <EllipsisVertical size={15} />
      </IconButton>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
        {ACTIONS.filter(({ key }) => nested || key !== 'outdent').map((action) => (
          <MenuItem
            key={action.key}
            onClick={() => {
              setAnchor(null);
              perform(board, action, id);
            }}
          >
            <ListItemIcon>
              <action.icon size={15} />
            </ListItemIcon>
            <ListItemText>{t(action.label)}</ListItemText>
            <Typography variant="caption" sx={{ color: 'text.secondary', pl: 3 }} aria-hidden>
              {action.shortcut.shown}
            </Typography>
          </MenuItem>
        ))}
      </Menu>
    </>
  );
}
