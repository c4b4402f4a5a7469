/** The head of a task: what it is, what it is about, how it stands, and its flow a tap away. */
import { Box, Button, IconButton, Tooltip, Typography, useMediaQuery } from '@mui/material';
import type { Theme } from '@mui/material/styles';
import { ArrowLeft, Workflow } from 'lucide-react';
import { Link } from 'react-router-dom';
import { StatusChip, Time } from '@/components';
import { useText } from '@/i18n';
import { useEntity } from '@/metadata';
import { useRights } from '@/providers/me';
import { recordPath } from '@/records/paths';
import { DueChip } from './Due';
import { ALONE, resultOf } from './labels';
import type { TaskDetail } from './types';

export interface TaskHeadProps {
  task: TaskDetail;
  onBack?: () => void;
  /** The task is the page: its title is the first heading. */
  page?: boolean;
  onDrawing: () => void;
}

export function TaskHead({ task, onBack, page, onDrawing }: TaskHeadProps) {
  const t = useText();
  const back = t({ zh: '返回列表', en: 'Back to the list' });
  return (
    <Box component="header" sx={{ px: { xs: 2, sm: 3 }, pt: 2, pb: 1.5, borderBottom: 1, borderColor: 'divider' }}>
      <Box sx={{ display: 'flex', gap: 1, alignItems: 'flex-start' }}>
        {onBack && (
          <Tooltip title={back}>
            <IconButton aria-label={back} onClick={onBack} sx={{ ml: -0.75 }}>
              <ArrowLeft size={18} />
            </IconButton>
          </Tooltip>
        )}
        <Box sx={{ flex: 1, minWidth: 0 }}>
          <Typography
            id={`task-${task.id}`}
            variant="h2"
            component={page ? 'h1' : 'h2'}
            sx={{ overflowWrap: 'anywhere' }}
          >
            {t(task.title)}
          </Typography>
          <RecordLink task={task} />
        </Box>
        {task.instance_id && <FlowButton onDrawing={onDrawing} />}
      </Box>
      <Chips task={task} />
    </Box>
  );
}

/** The record behind the task; a link for those who may read it. */
function RecordLink({ task }: { task: TaskDetail }) {
  const rights = useRights(task.entity ?? '');
  const entity = useEntity(task.entity);
  const t = useText();
  const label = [t(entity?.label), task.subject].filter(Boolean).join(' · ');
  if (!task.entity || !task.record_id || !rights.read) {
    return <Box sx={{ color: 'text.secondary' }}>{task.subject}</Box>;
  }
  return <Link to={recordPath(task.entity, task.record_id)}>{label}</Link>;
}

function FlowButton({ onDrawing }: { onDrawing: () => void }) {
  const t = useText();
  const phone = useMediaQuery((theme: Theme) => theme.breakpoints.down('sm'));
  const label = t({ zh: '流程图', en: 'Flow' });
  if (phone) {
    return (
      <IconButton aria-label={label} aria-haspopup="dialog" onClick={onDrawing} sx={{ mr: -0.75 }}>
        <Workflow size={18} />
      </IconButton>
    );
  }
  return (
    <Button variant="outlined" startIcon={<Workflow size={15} />} onClick={onDrawing} aria-haspopup="dialog">
      {label}
    </Button>
  );
}

function Chips({ task }: { task: TaskDetail }) {
  const t = useText();
  const open = task.status === 'open';
  return (
    <Box
      sx={{
        display: 'flex',
        gap: 1,
        alignItems: 'center',
        flexWrap: 'wrap',
        mt: 1,
        fontSize: 13,
        color: 'text.secondary',
      }}
    >
      {!open && <StatusChip label={t(resultOf(task).label)} color={resultOf(task).color} />}
      {open && <DueChip due={task.due_at} />}
      {open && task.escalated && <StatusChip label={t({ zh: '已升级', en: 'Escalated' })} color="red" />}
      {open && task.priority > 0 && <StatusChip label={t({ zh: '紧急', en: 'Urgent' })} color="orange" />}
      {task.round > 1 && (
        <StatusChip label={t({ zh: '第 {n} 轮', en: 'Round {n}' }, { n: task.round })} color="orange" />
      )}
      {task.on_behalf_of && (
        <StatusChip
          label={t({ zh: '代 {name} 处理', en: 'For {name}' }, { name: task.on_behalf_of.name })}
          color="purple"
        />
      )}
      {task.claimed_by && (
        <StatusChip
          label={t({ zh: '{name} 已认领', en: 'Claimed by {name}' }, { name: task.claimed_by.name })}
          color="blue"
        />
      )}
      <span>{t(task.flow_label ?? ALONE)}</span>
      <span>
        {open ? t({ zh: '收到于 ', en: 'Received ' }) : t({ zh: '结束于 ', en: 'Closed ' })}
        <Time value={open ? task.opened_at : task.closed_at} />
      </span>
    </Box>
  );
}
