/** A task: what it is about, the form with this step's rights, who decided what, and the decision bar. */
import { Alert, Box, Button, IconButton, Stack, Tooltip, Typography } from '@mui/material';
import { ArrowLeft, Workflow } from 'lucide-react';
import { type ReactNode, useEffect, useId, useMemo, useState } from 'react';
import { useNotify } from 'react-admin';
import { Link } from 'react-router-dom';
import { EmptyState, ErrorLine, Loaded, PageSkeleton, StatusChip, Time } from '@/components';
import { fieldOf } from '@/fields';
import { useActorName } from '@/flows/describe';
import { FlowDialog } from '@/flows/FlowDialog';
import { type FieldsByKey, FormView, type LiveForm, useLiveForm } from '@/forms';
import { useText } from '@/i18n';
import { type Entity, useEntity } from '@/metadata';
import { useMe, useRights } from '@/providers/me';
import { recordPath } from '@/records/paths';
import { Assignees } from './Assignees';
import { type TaskDetail, useTask } from './api';
import { DecisionBar } from './DecisionBar';
import { Decisions } from './Decisions';
import { DueChip } from './Due';
import { ALONE, resultOf } from './labels';
import { type DecisionState, useDecision } from './useDecision';

export interface TaskPaneProps {
  id: string;
  /** After a decision was taken and the lists show it. */
  onDecided: () => void;
  /** Goes back to the list, where there is one column. */
  onBack?: () => void;
  /** The task is the page: its title is the first heading. */
  page?: boolean;
}

export function TaskPane({ id, ...props }: TaskPaneProps) {
  const skeleton = (
    <Box sx={{ p: 3 }}>
      <PageSkeleton />
    </Box>
  );
  return (
    <Loaded query={useTask(id)} skeleton={skeleton}>
      {(task) => <OpenTask key={task.id} task={task} {...props} />}
    </Loaded>
  );
}

function useFields(task: TaskDetail, form: LiveForm): FieldsByKey {
  const entity: Entity | undefined = useEntity(task.entity);
  return useMemo(() => {
    const keys = form.sections.flatMap((section) => section.items.map(({ field }) => field));
    const found: FieldsByKey = { ...task.fields };
    for (const key of keys) {
      const field = fieldOf(entity, key);
      if (field && !found[key]) found[key] = field;
    }
    return found;
  }, [entity, form, task.fields]);
}

const NO_FORM: LiveForm = { key: '', label: { zh: '', en: '' }, entity: '', sections: [] };

function OpenTask({ task, onDecided, onBack, page }: { task: TaskDetail } & Omit<TaskPaneProps, 'id'>) {
  const t = useText();
  const notify = useNotify();
  const definition = task.form ?? NO_FORM;
  const fields = useFields(task, definition);
  const form = useLiveForm(definition, fields, task.values, useMe());
  const decision = useDecision(task, task.form ? form : null, () => {
    notify(t({ zh: '已提交：{task}', en: 'Decided: {task}' }, { task: t(task.title) }), {
      type: 'success',
      autoHideDuration: 2500,
      anchorOrigin: { vertical: 'top', horizontal: 'center' },
    });
    onDecided();
  });
  useEffect(() => {
    document.title = `${t(task.title)} · Weft`;
  }, [task.title, t]);
  const [couldAct] = useState(task.can_act);
  const acting = task.can_act && task.status === 'open';
  return (
    <Box
      component="article"
      aria-labelledby={`task-${task.id}`}
      sx={{ display: 'flex', flexDirection: 'column', minHeight: '100%' }}
    >
      <TaskHead task={task} onBack={onBack} page={page} />
      <Stack spacing={3} sx={{ p: { xs: 2, sm: 3 }, flex: 1 }}>
        {couldAct && !acting && <Overtaken task={task} decision={decision} />}
        {task.form ? (
          <FormView
            form={definition}
            fields={fields}
            values={form.values}
            stored={task.values}
            labels={task.values._labels}
            state={form.state}
            errors={form.errors}
            readOnly={!acting}
            heading={page ? 'h2' : 'h3'}
            onChange={form.change}
          />
        ) : task.instance_id ? (
          <EmptyState dense title={t({ zh: '这一步没有表单', en: 'This step has no form' })} />
        ) : (
          <Typography sx={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
            {task.note ?? t({ zh: '没有说明', en: 'No note' })}
          </Typography>
        )}
        <Part page={page} title={t({ zh: '处理经过', en: 'What was decided' })}>
          <Decisions decisions={task.decisions} />
        </Part>
        <Part page={page} title={t({ zh: '处理人', en: 'Assigned to' })}>
          <Assignees assignees={task.assignees} />
        </Part>
      </Stack>
      {acting && <DecisionBar outcomes={task.outcomes} decision={decision} />}
    </Box>
  );
}

/** The task closed while it was open here, and not by this reader. */
function Overtaken({ task, decision }: { task: TaskDetail; decision: DecisionState }) {
  const t = useText();
  const nameOf = useActorName();
  if (decision.error) return <ErrorLine error={decision.error} />;
  if (decision.decided || decision.sending) return null;
  const last = task.decisions.at(-1);
  return (
    <Alert severity="info" variant="outlined">
      {last
        ? t(
            { zh: '{name} 刚刚处理了这个任务。', en: '{name} has just decided this task.' },
            { name: nameOf(last.user) },
          )
        : t({ zh: '这个任务刚刚关闭了。', en: 'This task has just been closed.' })}
    </Alert>
  );
}

function Part({ title, page, children }: { title: string; page?: boolean; children: ReactNode }) {
  const id = useId();
  return (
    <Box component="section" aria-labelledby={id} sx={{ borderTop: 1, borderColor: 'divider', pt: 2 }}>
      <Typography id={id} variant="h4" component={page ? 'h2' : 'h3'} sx={{ mb: 1.5 }}>
        {title}
      </Typography>
      {children}
    </Box>
  );
}

function TaskHead({ task, onBack, page }: { task: TaskDetail } & Pick<TaskPaneProps, 'onBack' | 'page'>) {
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
        {task.instance_id && <FlowButton instance={task.instance_id} />}
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

function FlowButton({ instance }: { instance: string }) {
  const t = useText();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button
        variant="outlined"
        startIcon={<Workflow size={15} />}
        onClick={() => setOpen(true)}
        aria-haspopup="dialog"
      >
        {t({ zh: '流程图', en: 'Flow' })}
      </Button>
      {open && <FlowDialog instanceId={instance} onClose={() => setOpen(false)} />}
    </>
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
      {task.round > 1 && (
        <StatusChip label={t({ zh: '第 {n} 轮', en: 'Round {n}' }, { n: task.round })} color="orange" />
      )}
      <span>{t(task.flow_label ?? ALONE)}</span>
      <span>
        {open ? t({ zh: '收到于 ', en: 'Received ' }) : t({ zh: '结束于 ', en: 'Closed ' })}
        <Time value={open ? task.opened_at : task.closed_at} />
      </span>
    </Box>
  );
}
