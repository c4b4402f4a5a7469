/** Who has this task, and how far each is. */
import { Box, Stack } from '@mui/material';
import { Avatar } from '@/components';
import { useActorName } from '@/flows/describe';
import { useText } from '@/i18n';
import type { TaskDetail } from './api';
import { ASSIGNEE_STATUS } from './labels';

export function Assignees({ assignees }: { assignees: TaskDetail['assignees'] }) {
  const t = useText();
  const nameOf = useActorName();
  return (
    <Stack component="ul" spacing={1} sx={{ listStyle: 'none', m: 0, p: 0 }}>
      {assignees.map((assignee, index) => {
        const name = nameOf(assignee.user);
        const status = ASSIGNEE_STATUS[assignee.status];
        return (
          <Box component="li" key={index} sx={{ display: 'flex', alignItems: 'center', gap: 1 }}>
            <Avatar name={name} size={24} />
            <span>{name}</span>
            <Box component="span" sx={{ color: 'text.secondary', fontSize: 12.5 }}>
              {status ? t(status) : assignee.status}
              {assignee.kind === 'escalation' && ` · ${t({ zh: '升级', en: 'escalated' })}`}
              {assignee.kind === 'cc' && ` · ${t({ zh: '抄送', en: 'CC' })}`}
            </Box>
          </Box>
        );
      })}
    </Stack>
  );
}
