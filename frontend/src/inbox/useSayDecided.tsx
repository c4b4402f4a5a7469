/** Says that a decision was taken, and offers to take it back for as long as nobody has acted on it. */
import { useNotify } from 'react-admin';
import { UndoNotice, useSayError } from '@/components';
import { newCommandId } from '@/flows/commandId';
import { useText } from '@/i18n';
import { ApiError, api } from '@/providers/http';
import { reclaim, useCommand } from './commands';
import type { TaskDetail } from './types';

/** As long as the offer stands. */
const UNDO_MS = 10_000;

/** Whether the decision can be taken back; whoever may not look any more may not. */
async function isReclaimable(id: string): Promise<boolean> {
  try {
    const { allowed } = await api.get<TaskDetail>(`/api/tasks/${id}`);
    return allowed?.includes('reclaim') ?? false;
  } catch (problem) {
    if (problem instanceof ApiError) return false;
    throw problem;
  }
}

export function useSayDecided(task: TaskDetail): () => Promise<void> {
  const t = useText();
  const notify = useNotify();
  const sayError = useSayError();
  const undo = useCommand((command: string) => reclaim(task, command));
  return async () => {
    // The next task is often the same step of another record: it is told which of them was decided.
    const about = [t(task.title), task.subject].filter(Boolean).join(' · ');
    const text = t({ zh: '已提交：{task}', en: 'Decided: {task}' }, { task: about });
    if (task.instance_id && (await isReclaimable(task.id))) {
      const takeBack = () =>
        undo.mutateAsync(newCommandId()).then(
          () =>
            notify(t({ zh: '已拿回：{task}', en: 'Taken back: {task}' }, { task: t(task.title) }), {
              type: 'success',
            }),
          sayError,
        );
      const label = t({ zh: '拿回', en: 'Take back' });
      const notice = <UndoNotice text={text} label={label} onUndo={() => void takeBack()} />;
      return notify(notice, { autoHideDuration: UNDO_MS });
    }
    notify(text, { type: 'success', autoHideDuration: 2500 });
  };
}
