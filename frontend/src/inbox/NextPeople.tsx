/** Who will get it next, and why: the flow played on from here by the server. */
import { Box, Skeleton, Stack } from '@mui/material';
import { Flag, Hourglass } from 'lucide-react';
import { Avatar, ErrorState, Time } from '@/components';
import { type Text, useText } from '@/i18n';
import { ApiError } from '@/providers/http';
import { usePrediction } from './api';
import { MODES, REASONS } from './labels';
import type { PredictedPerson, PredictedTask, Prediction, TaskDetail } from './types';

/** Nothing to show: for whom it is not, and where nothing follows that is not this task itself. */
export function useNext(task: TaskDetail) {
  const query = usePrediction(task);
  const refused = query.error instanceof ApiError && query.error.status < 500;
  return { query, hidden: !query.isEnabled || refused };
}

export function NextPeople({ task, query }: { task: TaskDetail; query: ReturnType<typeof useNext>['query'] }) {
  if (query.isPending) return <Skeleton variant="rounded" height={44} />;
  if (query.isError) return <ErrorState dense error={query.error} retry={() => void query.refetch()} />;
  return <NextSteps prediction={query.data} here={task.node_id} />;
}

export function NextSteps({ prediction, here }: { prediction: Prediction; here: string }) {
  const others = prediction.tasks.filter(({ now, node_id }) => !now || node_id !== here);
  return <PredictionSteps prediction={{ ...prediction, tasks: others }} />;
}

/** The tasks to come in their order, each with its people and why; then what it waits for, or its end. */
export function PredictionSteps({ prediction }: { prediction: Prediction }) {
  const t = useText();
  const others = prediction.tasks;
  const waits = prediction.waits ?? [];
  return (
    <Stack component="ol" spacing={1.5} sx={{ listStyle: 'none', m: 0, p: 0 }}>
      {others.map((step, index) => (
        <Step key={index} step={step} />
      ))}
      {waits.map(({ node_id, title, for: what }) => (
        <Line key={node_id} icon={<Hourglass size={15} />}>
          {t({ zh: '等待', en: 'Waits' })} · {t(title)}
          {what && <Muted>{t(what)}</Muted>}
        </Line>
      ))}
      {prediction.ended && <Line icon={<Flag size={15} />}>{t({ zh: '流程结束', en: 'The flow ends' })}</Line>}
      {!prediction.ended && others.length + waits.length === 0 && (
        <li>{t({ zh: '要看这一步怎么决定。', en: 'That depends on what is decided here.' })}</li>
      )}
    </Stack>
  );
}

function Line({ icon, children }: { icon: React.ReactNode; children: React.ReactNode }) {
  return (
    <Box component="li" sx={{ display: 'flex', gap: 1, alignItems: 'center' }}>
      <Box aria-hidden sx={{ width: 24, display: 'grid', placeItems: 'center', color: 'text.secondary' }}>
        {icon}
      </Box>
      <Box sx={{ minWidth: 0 }}>{children}</Box>
    </Box>
  );
}

function Muted({ children }: { children: React.ReactNode }) {
  return (
    <Box component="span" sx={{ color: 'text.secondary', fontSize: 12.5, fontWeight: 400, ml: 1 }}>
      {children}
    </Box>
  );
}

/** A delay lies before it. */
const isLater = (at: string | null | undefined) => !!at && new Date(at).getTime() - Date.now() > SOON_MS;
const SOON_MS = 60_000;

const CHOSEN_BY: Record<'initiator' | 'previous' | 'random', Text> = {
  random: { zh: '从中随机抽一人', en: 'one of these will be drawn' },
  initiator: { zh: '发起人从中选择', en: 'the initiator chooses among these' },
  previous: { zh: '上一步的处理人从中选择', en: 'whoever decides before chooses among these' },
};

function Step({ step }: { step: PredictedTask }) {
  const t = useText();
  const several = step.people.length > 1 && step.mode;
  return (
    <li>
      <Box sx={{ fontWeight: 550 }}>
        {t(step.title)}
        {step.now && <Muted>{t({ zh: '正在进行', en: 'going on now' })}</Muted>}
        {several && !step.choice && <Muted>{t(MODES[several])}</Muted>}
        {step.choice && <Muted>{t(CHOSEN_BY[step.choice.by])}</Muted>}
        {isLater(step.at) && (
          <Muted>
            {t({ zh: '最早', en: 'not before' })} <Time value={step.at} relative={false} />
          </Muted>
        )}
        {step.sure === false && <Muted>{t({ zh: '可能', en: 'perhaps' })}</Muted>}
      </Box>
      <Stack component="ul" spacing={0.5} sx={{ listStyle: 'none', m: 0, mt: 0.5, p: 0 }}>
        {step.people.map((person, index) => (
          <Who key={index} person={person} />
        ))}
        {step.people.length === 0 && (
          <Box component="li" sx={{ color: 'text.secondary' }}>
            {t({ zh: '还不能确定是谁', en: 'It cannot be said yet who' })}
          </Box>
        )}
      </Stack>
    </li>
  );
}

function Who({ person }: { person: PredictedPerson }) {
  const t = useText();
  const name = person.user?.name ?? t({ zh: '系统', en: 'System' });
  const reason = person.reason ? t(REASONS[person.reason] ?? person.reason) : '';
  return (
    <Box component="li" sx={{ display: 'flex', gap: 1, alignItems: 'center' }}>
      <Avatar name={name} size={24} />
      <Box sx={{ minWidth: 0 }}>
        {name}
        <Muted>{[t(person.because), reason].filter(Boolean).join(' · ')}</Muted>
      </Box>
    </Box>
  );
}
