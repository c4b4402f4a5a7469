/** A task: what it is about, the form with this step's rights, who decided what, who comes next, and the decision bar. */
import { Box, Stack, Typography } from '@mui/material';
import { useEffect, useMemo, useRef, useState } from 'react';
import { Loaded, PageSkeleton } from '@/components';
import { fieldOf } from '@/fields';
import { FlowDialog } from '@/flows/FlowDialog';
import {
  type FieldsByKey,
  FormView,
  fieldsUnder,
  formUnder,
  type LiveForm,
  type LiveFormState,
  useLiveForm,
  withoutShownColumns,
  withShownColumns,
} from '@/forms';
import { useText } from '@/i18n';
import { type Entity, useEntity } from '@/metadata';
import { useMe } from '@/providers/me';
import { useTask } from './api';
import { DecisionBar } from './DecisionBar';
import { RestoredDraft } from './DraftLine';
import { OperationDialog } from './OperationDialog';
import { Overtaken } from './Overtaken';
import { QuestionDialog } from './questions';
import { SentBack } from './SentBack';
import { TaskHead } from './TaskHead';
import { TaskParts } from './TaskParts';
import type { TaskDetail, TaskOutcome } from './types';
import { useDecision } from './useDecision';
import { useDraft } from './useDraft';
import { useOperations } from './useOperations';
import { useSayDecided } from './useSayDecided';
import { useTaskActions } from './useTaskActions';

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

const NO_FORM: LiveForm = { key: '', label: { zh: '', en: '' }, entity: '', sections: [] };

/** The form and its fields as this step has them. */
function useTaskForm(task: TaskDetail): { form: LiveForm; fields: FieldsByKey } {
  const entity: Entity | undefined = useEntity(task.entity);
  return useMemo(() => {
    const whole = task.form ?? NO_FORM;
    const found: FieldsByKey = { ...task.fields };
    for (const { field: key } of whole.sections.flatMap(({ items }) => items)) {
      const field = fieldOf(entity, key);
      if (field && !found[key]) found[key] = field;
    }
    return { form: formUnder(whole, task.rights), fields: fieldsUnder(found, task.rights) };
  }, [entity, task.form, task.fields, task.rights]);
}

/** A value as it was when something held last. */
function useLastWhile<Value>(holds: boolean, value: Value): Value {
  const last = useRef(value);
  if (holds) last.current = value;
  return last.current;
}

/** Sending back where there is nobody before is no choice. */
const isPossible = ({ kind, targets }: TaskOutcome) => kind !== 'send_back' || targets?.length !== 0;

function OpenTask({ task, onDecided, onBack, page }: { task: TaskDetail } & Omit<TaskPaneProps, 'id'>) {
  const t = useText();
  const { form: definition, fields } = useTaskForm(task);
  const [entered] = useState(() => withShownColumns(task.draft?.data ?? {}, fields, task.values));
  const acting = task.can_act && task.status === 'open';
  const form = useLiveForm(definition, fields, task.values, useMe(), entered, acting);
  const sayDecided = useSayDecided(task);
  const decision = useDecision(task, task.form ? form : null, fields, () => {
    void sayDecided();
    onDecided();
  });
  const operations = useOperations(task, onDecided);
  const [drawing, setDrawing] = useState(false);
  const [couldAct] = useState(task.can_act);
  const data = withoutShownColumns(form.entered(), fields);
  const content = { data, ...(decision.comment.trim() && { comment: decision.comment }) };
  const draft = useDraft(task, content, acting && !decision.decided && !decision.sending);
  const unsent = useLastWhile(acting, { ...content, fields });
  const opinion = useRef<HTMLTextAreaElement>(null);
  const menu = useRef<HTMLButtonElement>(null);
  const outcomes = acting ? task.outcomes.filter(isPossible) : [];
  const onDrawing = task.instance_id ? () => setDrawing(true) : null;
  useTaskActions({ outcomes, operations, opinion, menu, onDrawing });
  useEffect(() => {
    document.title = `${t(task.title)} · Weft`;
  }, [task.title, t]);
  const dropDraft = () => {
    form.reset();
    decision.setComment('');
  };
  const { question } = decision;
  const { asking } = operations;
  return (
    <Box
      component="article"
      aria-labelledby={`task-${task.id}`}
      sx={{ display: 'flex', flexDirection: 'column', minHeight: '100%' }}
    >
      <TaskHead task={task} onBack={onBack} page={page} onDrawing={() => setDrawing(true)} />
      <Stack spacing={3} sx={{ p: { xs: 2, sm: 3 }, flex: 1 }}>
        {couldAct && !acting && <Overtaken task={task} decision={decision} unsent={unsent} />}
        {acting && <SentBack task={task} />}
        {acting && <RestoredDraft draft={draft} onDrop={dropDraft} />}
        <Content task={task} form={form} definition={definition} fields={fields} acting={acting} page={page} />
        <TaskParts task={task} page={page} />
      </Stack>
      {(acting || operations.listed.length + operations.beside.length > 0) && (
        <DecisionBar
          outcomes={outcomes}
          decision={decision}
          operations={operations}
          draft={acting ? draft : null}
          opinion={opinion}
          menu={menu}
        />
      )}
      {question && (
        <QuestionDialog question={question} onAnswer={decision.answer} onClose={() => decision.forget(question)} />
      )}
      {asking && (
        <OperationDialog
          operation={asking}
          task={task}
          onClose={operations.close}
          onSend={(input) => operations.send(asking, input)}
        />
      )}
      {drawing && task.instance_id && <FlowDialog instanceId={task.instance_id} onClose={() => setDrawing(false)} />}
    </Box>
  );
}

interface ContentProps {
  task: TaskDetail;
  form: LiveFormState;
  definition: LiveForm;
  fields: FieldsByKey;
  acting: boolean;
  page?: boolean;
}

/** What is to be looked at and filled in. */
function Content({ task, form, definition, fields, acting, page }: ContentProps) {
  const t = useText();
  if (task.form) {
    return (
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
    );
  }
  if (task.instance_id) {
    const said = t({ zh: '这一步没有要填写的内容。', en: 'There is nothing to fill in at this step.' });
    return <Typography sx={{ color: 'text.secondary' }}>{said}</Typography>;
  }
  return (
    <Typography sx={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
      {task.note ?? t({ zh: '没有说明', en: 'No note' })}
    </Typography>
  );
}
