/** One task in the list. */
import { Box, ButtonBase } from '@mui/material';
import { StatusChip, Time } from '@/components';
import { useText } from '@/i18n';
import { useTokens } from '@/theme';
import type { TaskItem } from './api';
import { DueNote } from './Due';
import { ALONE, resultOf } from './labels';

export interface TaskRowProps {
  task: TaskItem;
  selected: boolean;
  onOpen: () => void;
}

export function TaskRow({ task, selected, onOpen }: TaskRowProps) {
  const tokens = useTokens();
  const unread = task.status === 'open' && !task.read;
  return (
    <ButtonBase
      component="a"
      href={`/tasks/${task.id}`}
      data-task={task.id}
      aria-current={selected ? 'true' : undefined}
      onClick={(event: React.MouseEvent) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        onOpen();
      }}
      sx={{
        display: 'block',
        textAlign: 'left',
        color: 'text.primary',
        px: 2,
        py: 1.25,
        borderBottom: 1,
        borderColor: 'divider',
        bgcolor: selected ? tokens.accentSoft : 'transparent',
        boxShadow: selected ? `inset 3px 0 0 ${tokens.accent}` : 'none',
        '&:hover': { bgcolor: selected ? tokens.accentSoft : tokens.hover },
        '&.Mui-focusVisible': { outline: `2px solid ${tokens.accent}`, outlineOffset: -2 },
      }}
    >
      <FirstLine task={task} unread={unread} />
      <Box sx={{ fontSize: 13.5, color: 'text.secondary', ...oneLine }}>{task.subject || '—'}</Box>
      <LastLine task={task} />
    </ButtonBase>
  );
}

const oneLine = { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' } as const;

function FirstLine({ task, unread }: { task: TaskItem; unread: boolean }) {
  const t = useText();
  const tokens = useTokens();
  return (
    <Box sx={{ display: 'flex', alignItems: 'center', gap: 0.75 }}>
      {unread && (
        <Box
          component="span"
          role="img"
          aria-label={t({ zh: '未读', en: 'Unread' })}
          sx={{ width: 8, height: 8, borderRadius: '50%', bgcolor: tokens.accent, flex: 'none' }}
        />
      )}
      <Box sx={{ fontWeight: unread ? 650 : 550, flex: 1, minWidth: 0, ...oneLine }}>{t(task.title)}</Box>
      <Box sx={{ fontSize: 12.5, color: 'text.secondary', flex: 'none' }}>
        <Time value={task.closed_at ?? task.opened_at} />
      </Box>
    </Box>
  );
}

function LastLine({ task }: { task: TaskItem }) {
  const t = useText();
  const open = task.status === 'open';
  return (
    <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, mt: 0.5, fontSize: 12.5, color: 'text.secondary' }}>
      <Box component="span" sx={{ ...oneLine, minWidth: 0 }}>
        {t(task.flow_label ?? ALONE)}
      </Box>
      {task.round > 1 && <span>{t({ zh: '第 {n} 轮', en: 'Round {n}' }, { n: task.round })}</span>}
      <Box sx={{ flex: 1 }} />
      {task.escalated && open && <StatusChip label={t({ zh: '已升级', en: 'Escalated' })} color="red" />}
      {open ? (
        <DueNote due={task.due_at} />
      ) : (
        <StatusChip label={t(resultOf(task).label)} color={resultOf(task).color} />
      )}
    </Box>
  );
}
