/** What stands below a task's form: its people, who comes next, what was decided, what is attached, what became of the record. */
import { Box, Button, Collapse, Typography } from '@mui/material';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { useSayError } from '@/components';
import { useText } from '@/i18n';
import { useEntity } from '@/metadata';
import { HistoryLines } from '@/records/History';
import { Attachments } from './Attachments';
import { operate, useCommand } from './commands';
import { Decisions } from './Decisions';
import { NextPeople, useNext } from './NextPeople';
import { PeopleTree } from './PeopleTree';
import { ProgressLine } from './ProgressLine';
import type { TaskDetail, WorkItem } from './types';
import { useCommandId } from './useCommandId';

export function TaskParts({ task, page }: { task: TaskDetail; page?: boolean }) {
  const t = useText();
  const entity = useEntity(task.entity);
  const next = useNext(task);
  const attachments = task.attachments ?? [];
  const history = task.history ?? [];
  return (
    <>
      {(attachments.length > 0 || task.may_attach) && (
        <Part page={page} title={t({ zh: '附件', en: 'Attachments' })}>
          <Attachments task={task} />
        </Part>
      )}
      <Part page={page} title={t({ zh: '这一步的处理人', en: 'Who decides here' })}>
        <People task={task} />
      </Part>
      {!next.hidden && (
        <Part page={page} title={t({ zh: '接下来', en: 'What comes next' })}>
          <NextPeople task={task} query={next.query} />
        </Part>
      )}
      <Part page={page} title={t({ zh: '处理经过', en: 'What was decided' })}>
        <Decisions decisions={task.decisions} />
      </Part>
      {entity && history.length > 0 && (
        <Part
          page={page}
          folded
          title={t({ zh: '记录的变更（{n}）', en: 'Changes of the record ({n})' }, { n: history.length })}
        >
          <HistoryLines entity={entity} items={history} />
        </Part>
      )}
    </>
  );
}

interface PartProps {
  title: string;
  page?: boolean;
  /** Closed at first. */
  folded?: boolean;
  children: ReactNode;
}

function Part({ title, page, folded, children }: PartProps) {
  const id = useId();
  const [open, setOpen] = useState(!folded);
  const Chevron = open ? ChevronDown : ChevronRight;
  return (
    <Box component="section" aria-labelledby={id} sx={{ borderTop: 1, borderColor: 'divider', pt: 2 }}>
      <Typography id={id} variant="h4" component={page ? 'h2' : 'h3'} sx={{ mb: open ? 1.5 : 0 }}>
        {folded ? (
          <Button
            color="inherit"
            aria-expanded={open}
            startIcon={<Chevron size={16} />}
            onClick={() => setOpen(!open)}
            sx={{ ml: -1, fontWeight: 'inherit' }}
          >
            {title}
          </Button>
        ) : (
          title
        )}
      </Typography>
      {folded ? <Collapse in={open}>{open && children}</Collapse> : children}
    </Box>
  );
}

function People({ task }: { task: TaskDetail }) {
  const sayError = useSayError();
  const commandId = useCommandId();
  const remove = useCommand((item: WorkItem) => {
    const request = { operation: 'remove', item: item.item ?? 0 };
    return operate(task.id, { ...request, command_id: commandId(request) });
  });
  const items = task.items ?? [];
  const removable = ({ item }: WorkItem) => item !== null && !!task.removable?.includes(item);
  return (
    <>
      {task.progress && <ProgressLine progress={task.progress} />}
      <PeopleTree
        items={items}
        mode={task.mode}
        removable={removable}
        onRemove={(item) => remove.mutate(item, { onError: sayError })}
      />
    </>
  );
}
