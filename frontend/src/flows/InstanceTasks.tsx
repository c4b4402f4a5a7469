/** The tasks an instance opened, and who has them. */
import { Box } from '@mui/material';
import { Link } from 'react-router-dom';
import { EmptyState, Panel, StatusChip, Time } from '@/components';
import { useText } from '@/i18n';
import type { ToneName } from '@/theme';
import { useActorName } from './describe';
import { outcomeOf } from './nodeTypes';
import type { Instance, InstanceTask } from './types';

const TASK_STATUS: Record<string, { zh: string; en: string; color: ToneName }> = {
  open: { zh: '待处理', en: 'Open', color: 'blue' },
  completed: { zh: '已完成', en: 'Completed', color: 'green' },
  cancelled: { zh: '已撤回', en: 'Withdrawn', color: 'grey' },
};

export function InstanceTasks({ instance }: { instance: Instance }) {
  const t = useText();
  return (
    <Panel flush title={t({ zh: '任务', en: 'Tasks' })}>
      {instance.tasks.length === 0 ? (
        <EmptyState dense title={t({ zh: '还没有人工任务', en: 'No tasks for people yet' })} />
      ) : (
        <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0, borderTop: 1, borderColor: 'divider' }}>
          {inOrder(instance.tasks).map((task) => (
            <TaskLine key={task.id} task={task} instance={instance} />
          ))}
        </Box>
      )}
    </Panel>
  );
}

/** Open ones first, then the latest. */
function inOrder(tasks: InstanceTask[]): InstanceTask[] {
  const open = (task: InstanceTask) => (task.status === 'open' ? 1 : 0);
  return [...tasks].sort((a, b) => open(b) - open(a) || b.opened_at.localeCompare(a.opened_at));
}

/** Who decided a task that is done, else everybody who may. */
function whose(task: InstanceTask): NonNullable<InstanceTask['assignees']> {
  const people = (task.assignees ?? []).filter(({ kind }) => kind !== 'cc');
  return task.status === 'open' ? people : people.filter(({ status }) => status === 'done');
}

function TaskLine({ task, instance }: { task: InstanceTask; instance: Instance }) {
  const t = useText();
  const actor = useActorName();
  const node = instance.definition.nodes.find(({ id }) => id === task.node_id);
  const outcome = node && outcomeOf(node, task.outcome);
  const status = TASK_STATUS[task.status];
  const people = whose(task)
    .map(({ user }) => actor(user))
    .join(t({ zh: '、', en: ', ' }));
  return (
    <Box
      component="li"
      sx={{ px: 2, py: 1.25, borderBottom: 1, borderColor: 'divider', '&:last-child': { borderBottom: 0 } }}
    >
      <Box sx={{ display: 'flex', gap: 1, alignItems: 'center' }}>
        <Box sx={{ flex: 1, minWidth: 0, fontWeight: 550 }}>
          <Link to={`/tasks/${task.id}`} style={{ color: 'inherit' }}>
            {t(task.title ?? node?.title) || task.node_id}
          </Link>
        </Box>
        <StatusChip
          label={task.outcome ? t(outcome?.label) || task.outcome : status ? t(status) : task.status}
          color={status?.color}
        />
      </Box>
      <Box sx={{ fontSize: 12.5, color: 'text.secondary' }}>
        {people && `${people} · `}
        <Time value={task.closed_at ?? task.opened_at} />
      </Box>
    </Box>
  );
}
