/** A task in the list: what it is about, and whether it presses. */
import { Box, ButtonBase, Checkbox } from '@mui/material';
import { StatusChip, Time } from '@/components';
import { useText } from '@/i18n';
import { useTokens } from '@/theme';
import { DueNote } from './Due';
import { ALONE, MY_PARTS, resultOf } from './labels';
import type { TaskItem } from './types';

export interface TaskRowProps {
  task: TaskItem;
  /** It is open on the right. */
  selected: boolean;
  /** Several are being ticked; false where this one cannot be. */
  ticking?: { ticked: boolean; possible: boolean };
  onOpen: () => void;
  onTick: () => void;
}

export function TaskRow({ ticking, ...row }: TaskRowProps) {
  const t = useText();
  const tokens = useTokens();
  if (!ticking) return <RowLink {...row} />;
  const label = t({ zh: '选中“{task}”', en: 'Select “{task}”' }, { task: row.task.subject || t(row.task.title) });
  const why = t({ zh: '这个任务需要打开处理', en: 'This one must be opened to be decided' });
  return (
    <Box sx={{ display: 'flex', alignItems: 'stretch', borderBottom: 1, borderColor: 'divider' }}>
      <Box
        component="label"
        title={ticking.possible ? undefined : why}
        sx={{
          display: 'grid',
          placeItems: 'center',
          width: 48,
          flex: 'none',
          bgcolor: ticking.ticked ? tokens.accentSoft : undefined,
        }}
      >
        <Checkbox
          size="small"
          checked={ticking.ticked}
          disabled={!ticking.possible}
          onChange={row.onTick}
          slotProps={{ input: { 'aria-label': ticking.possible ? label : `${label} (${why})` } }}
        />
      </Box>
      <Box sx={{ flex: 1, minWidth: 0, '& > a': { borderBottom: 0, pl: 1 } }}>
        <RowLink {...row} ticked={ticking.ticked} />
      </Box>
    </Box>
  );
}

function RowLink({ task, selected, ticked = false, onOpen }: Omit<TaskRowProps, 'ticking'> & { ticked?: boolean }) {
  const tokens = useTokens();
  const unread = task.status === 'open' && !task.read;
  const marked = selected || ticked;
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
        width: '100%',
        borderBottom: 1,
        borderColor: 'divider',
        bgcolor: marked ? tokens.accentSoft : 'transparent',
        boxShadow: selected ? `inset 3px 0 0 ${tokens.accent}` : 'none',
        '&:hover': { bgcolor: marked ? tokens.accentSoft : tokens.hover },
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
        <Time value={task.draft?.updated_at ?? task.closed_at ?? task.opened_at} />
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
      {task.round > 1 && (
        <Box component="span" sx={{ flex: 'none' }}>
          {t({ zh: '第 {n} 轮', en: 'Round {n}' }, { n: task.round })}
        </Box>
      )}
      <MyPart task={task} />
      <Box sx={{ flex: 1 }} />
      {open && task.priority > 0 && <StatusChip label={t({ zh: '紧急', en: 'Urgent' })} color="orange" />}
      {task.escalated && open && <StatusChip label={t({ zh: '已升级', en: 'Escalated' })} color="red" />}
      {open ? (
        <DueNote due={task.due_at} />
      ) : (
        <StatusChip label={t(resultOf(task).label)} color={resultOf(task).color} />
      )}
    </Box>
  );
}

/** Why the reader has it, where it is not simply theirs. */
function MyPart({ task }: { task: TaskItem }) {
  const t = useText();
  const { on_behalf_of: behalf, claimed_by: claimer, part } = task;
  const words = part ? t(MY_PARTS[part]) : '';
  const said = behalf ? t({ zh: '代 {name}', en: 'For {name}' }, { name: behalf.name }) : words;
  const claimed = claimer && t({ zh: '{name} 已认领', en: 'Claimed by {name}' }, { name: claimer.name });
  return (
    <Box component="span" sx={{ flex: 'none' }}>
      {claimed || said}
    </Box>
  );
}
