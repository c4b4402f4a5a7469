/** The files of a run, by the task they were attached at; whoever started it attaches to the run itself. */
import { Box, Stack, Typography } from '@mui/material';
import { type ReactNode, useId, useRef } from 'react';
import { Link } from 'react-router-dom';
import { Panel } from '@/components';
import { useText } from '@/i18n';
import { AttachmentList, Uploading } from '@/inbox/Attachments';
import type { Attachment } from '@/inbox/types';
import type { Instance } from './types';

/** Stands for the run itself, where others are tasks. */
const RUN = '';

/** Files attached at the same task; `task` none: at the run itself. */
interface Group {
  task: NonNullable<Attachment['task']> | null;
  /** How often it had to be done by then, where that was more than once. */
  round: number | null;
  attachments: Attachment[];
}

/** Those of the run itself first, also where there are none yet and the reader may attach some; then task by task as they were opened. */
function groupsOf({ attachments = [], tasks, may_attach }: Instance): Group[] {
  const groups = new Map<string, Group>();
  if (may_attach) groups.set(RUN, { task: null, round: null, attachments: [] });
  for (const one of attachments) {
    const { task = null } = one;
    const id = task?.id ?? RUN;
    const round = tasks.find((each) => each.id === id)?.round ?? 1;
    const group = groups.get(id) ?? { task, round: round > 1 ? round : null, attachments: [] };
    groups.set(id, { ...group, attachments: [...group.attachments, one] });
  }
  const place = ({ task }: Group) => tasks.findIndex(({ id }) => id === task?.id);
  return [...groups.values()].sort((a, b) => place(a) - place(b));
}

export function InstanceAttachments({ instance }: { instance: Instance }) {
  const t = useText();
  const frame = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const groups = groupsOf(instance);
  if (groups.length === 0) return null;
  return (
    <Panel title={t({ zh: '附件', en: 'Attachments' })}>
      <Stack ref={frame} tabIndex={-1} spacing={2} sx={{ outline: 'none' }}>
        {groups.map((group) => (
          <GroupFiles
            key={group.task?.id ?? RUN}
            group={group}
            onRemoved={() => (button.current ?? frame.current)?.focus()}
          >
            {!group.task && (
              <Uploading to={`/api/instances/${instance.id}/attachments`} may={!!instance.may_attach} button={button} />
            )}
          </GroupFiles>
        ))}
      </Stack>
    </Panel>
  );
}

interface GroupFilesProps {
  group: Group;
  onRemoved: () => void;
  /** Below the files. */
  children: ReactNode;
}

function GroupFiles({ group, onRemoved, children }: GroupFilesProps) {
  const t = useText();
  const id = useId();
  const { task, round } = group;
  return (
    <Stack spacing={1}>
      <Typography id={id} component="h3" sx={{ fontWeight: 550 }}>
        {task ? (
          <Link to={`/tasks/${task.id}`} style={{ color: 'inherit' }}>
            {t(task.title) || task.node_id}
          </Link>
        ) : (
          t({ zh: '整个流程', en: 'The whole run' })
        )}
        {round && (
          <Box component="span" sx={{ fontWeight: 400, fontSize: 12.5, color: 'text.secondary' }}>
            {' · '}
            {t({ zh: '第 {n} 轮', en: 'round {n}' }, { n: round })}
          </Box>
        )}
      </Typography>
      <AttachmentList attachments={group.attachments} labelledBy={id} onRemoved={onRemoved} />
      {children}
    </Stack>
  );
}
