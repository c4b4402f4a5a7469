/** What became of a task while it was open here, and not by this reader's decision; what they were writing is not lost with it. */
import { Alert, Box } from '@mui/material';
import { useEffect, useRef } from 'react';
import { CopyButton, errorText } from '@/components';
import { FieldValue } from '@/fields';
import type { FieldsByKey } from '@/forms';
import { useText } from '@/i18n';
import { type Me, useMe } from '@/providers/me';
import type { DraftRequest } from './commands';
import type { TaskDetail } from './types';
import type { DecisionState } from './useDecision';

/** What was entered when it could still be sent, and the fields it was entered into. */
export interface Unsent extends DraftRequest {
  fields: FieldsByKey;
}

interface OvertakenProps {
  task: TaskDetail;
  decision: DecisionState;
  unsent: Unsent;
}

export function Overtaken({ task, decision, unsent }: OvertakenProps) {
  const t = useText();
  const me = useMe();
  const said = useOvertaken(task, me);
  const { error } = decision;
  const notice = useRef<HTMLDivElement>(null);
  const shown = !!error || !(decision.decided || decision.sending);
  // Whoever was writing is somewhere below, at the buttons that are gone now.
  useEffect(() => {
    if (shown) notice.current?.scrollIntoView({ block: 'nearest' });
  }, [shown]);
  if (!shown) return null;
  return (
    <Alert
      ref={notice}
      severity={error ? 'error' : 'info'}
      variant="outlined"
      // The bar above stays where it is.
      sx={{ scrollMarginTop: 68, '& .MuiAlert-message': { flex: 1, minWidth: 0 } }}
    >
      {error ? errorText(error, t).message : said}
      {!comesBack(task, me) && <NotSent task={task} unsent={unsent} />}
    </Alert>
  );
}

/** Parts of the reader whose turn comes once others have decided. */
const waiting = ({ items }: TaskDetail, me: Me | undefined) =>
  items?.filter(({ user, status }) => status === 'waiting' && user?.id === me?.id) ?? [];

const claimerOf = ({ claimed_by }: TaskDetail, me: Me | undefined) =>
  claimed_by && claimed_by.id !== me?.id ? claimed_by : null;

/** The reader goes on writing where they were, later. */
const comesBack = (task: TaskDetail, me: Me | undefined) =>
  task.status === 'open' && !claimerOf(task, me) && waiting(task, me).length > 0;

function useOvertaken(task: TaskDetail, me: Me | undefined): string {
  const t = useText();
  const last = task.decisions.at(-1)?.user;
  const decided = task.items?.some(
    ({ user, status, kind }) => status === 'done' && user?.id === me?.id && kind !== 'cc' && kind !== 'consult',
  );
  const claimer = claimerOf(task, me);
  if (task.status !== 'open') {
    return last
      ? t({ zh: '{name} 刚刚处理了这个任务。', en: '{name} has just decided this task.' }, { name: last.name })
      : t({ zh: '这个任务刚刚关闭了。', en: 'This task has just been closed.' });
  }
  if (claimer) return t({ zh: '{name} 认领了这个任务。', en: '{name} has claimed this task.' }, { name: claimer.name });
  if (comesBack(task, me)) {
    return t({ zh: '先由别人处理，之后会回到你这里。', en: 'Others come first; then it is your turn again.' });
  }
  return decided
    ? t({ zh: '你已处理，还在等其他人。', en: 'You have decided; others are still to.' })
    : t({ zh: '这个任务不再等你处理。', en: 'This task does not wait for you any more.' });
}

/** The opinion and the values that were being written, to be read and copied. */
function NotSent({ task, unsent }: Pick<OvertakenProps, 'task' | 'unsent'>) {
  const t = useText();
  const words = useRef<HTMLDivElement>(null);
  const isNew = ([key, value]: [string, unknown]) => JSON.stringify(value) !== JSON.stringify(task.values[key] ?? null);
  const values = Object.entries(unsent.data).filter(isNew);
  if (!unsent.comment && values.length === 0) return null;
  return (
    <Box sx={{ mt: 1 }}>
      <Box sx={{ display: 'flex', gap: 1, alignItems: 'center', flexWrap: 'wrap', color: 'text.secondary' }}>
        <span>{t({ zh: '你写的内容没有提交：', en: 'What you were writing was not sent:' })}</span>
        <CopyButton variant="text" color="inherit" text={() => words.current?.innerText ?? ''} />
      </Box>
      <Box ref={words} sx={{ mt: 0.5, userSelect: 'text', overflowWrap: 'anywhere', color: 'text.primary' }}>
        {unsent.comment && <Box sx={{ whiteSpace: 'pre-wrap' }}>{unsent.comment}</Box>}
        {values.map(([key, value]) => {
          const field = unsent.fields[key];
          return (
            field && (
              <Box key={key} sx={{ mt: 0.5 }}>
                <Box component="span" sx={{ color: 'text.secondary' }}>
                  {t({ zh: '{label}：', en: '{label}: ' }, { label: t(field.label) })}
                </Box>
                <FieldValue field={field} value={value} />
              </Box>
            )
          );
        })}
      </Box>
    </Box>
  );
}
