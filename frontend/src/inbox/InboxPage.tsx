/** /inbox — the list on the left, the task on the right; one column where there is no room for two. */
import { Box, Button, Typography, useMediaQuery } from '@mui/material';
import type { Theme } from '@mui/material/styles';
import { ArrowDown, ArrowLeft, ArrowUp, CheckSquare, FilePlus2, Search } from 'lucide-react';
import { useDeferredValue, useEffect, useMemo, useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { EmptyState } from '@/components';
import { useText } from '@/i18n';
import { type Action, useActions } from '@/providers/actions';
import { itemsOf } from '@/providers/paging';
import { useCounts, useTasks } from './api';
import { useKeysDialog } from './KeysDialog';
import { START } from './start/paths';
import { SEARCH_ID, TaskList } from './TaskList';
import { TaskPane } from './TaskPane';
import type { Box as BoxKey, Counts, TaskItem } from './types';
import { type Place, usePlace } from './usePlace';
import { type Ticking, useTicking } from './useTicking';

/** The task after this one, or before it when it is the last. */
function neighbour(items: TaskItem[], id: string | null, step: 1 | -1): string | null {
  const at = items.findIndex((item) => item.id === id);
  if (at < 0) return items[0]?.id ?? null;
  return items[at + step]?.id ?? null;
}

/** Boxes that a task leaves once it is decided. */
const LEAVES: readonly BoxKey[] = ['todo', 'drafts'];

interface Around {
  place: Place;
  items: TaskItem[];
  ticking: Ticking;
  open: (task: string | null) => void;
}

/** Walking the list, as mail readers do. */
function useListActions({ place, items, ticking, open }: Around): void {
  const navigate = useNavigate();
  const step = (by: 1 | -1) => () => {
    const next = neighbour(items, place.task, by);
    if (next) open(next);
  };
  const tick = () => {
    const task = items.find(({ id }) => id === place.task);
    if (task) ticking.tick(task);
  };
  const act = (
    key: string,
    zh: string,
    en: string,
    icon: Action['icon'],
    shortcut: string,
    run: () => void,
  ): Action => ({
    key,
    label: { zh, en },
    icon,
    shortcut,
    run,
  });
  useActions([
    act('next', '下一个任务', 'Next task', ArrowDown, 'j', step(1)),
    act('previous', '上一个任务', 'Previous task', ArrowUp, 'k', step(-1)),
    act('list', '回到列表', 'Back to the list', ArrowLeft, 'Escape', () => place.task && place.go({ task: null })),
    act('tick', '选中当前任务（批量）', 'Select this task', CheckSquare, 'x', tick),
    act('start', '发起申请', 'New request', FilePlus2, 'n', () => navigate(START)),
    act('search', '搜索任务', 'Search tasks', Search, '/', () => document.getElementById(SEARCH_ID)?.focus()),
  ]);
}

export default function InboxPage() {
  const t = useText();
  const wide = useMediaQuery((theme: Theme) => theme.breakpoints.up('md'));
  const place = usePlace();
  const [search, setSearch] = useState('');
  const keys = useKeysDialog();
  const ticking = useTicking();
  const tasks = useTasks(place.box, useDeferredValue(search.trim()), place.filter);
  const items = useMemo(() => itemsOf(tasks.data), [tasks.data]);
  const open = (task: string | null) => place.go({ task }, wide);
  useListActions({ place, items, ticking, open });
  useEffect(() => {
    if (!place.task) document.title = `${t({ zh: '收件箱', en: 'Inbox' })} · Weft`;
  }, [place.task, t]);
  const next = neighbour(items, place.task, 1) ?? neighbour(items, place.task, -1);
  const showList = wide || !place.task;
  const leave = (decided: string[]) => {
    if (!place.task || !decided.includes(place.task)) return;
    place.go({ task: items.find(({ id }) => !decided.includes(id))?.id ?? null }, true);
  };
  return (
    <Box sx={frame}>
      <Typography variant="h1" sx={hiddenHeading}>
        {t({ zh: '收件箱', en: 'Inbox' })}
      </Typography>
      {showList && (
        <Box sx={{ borderRight: { md: 1 }, borderColor: { md: 'divider' }, minHeight: 0, bgcolor: 'background.paper' }}>
          <TaskList
            box={place.box}
            search={search}
            filter={place.filter}
            tasks={tasks}
            items={items}
            selected={place.task}
            ticking={ticking}
            onBox={(box) => {
              if (ticking.on) ticking.toggle();
              place.go({ box, task: null });
            }}
            onSearch={setSearch}
            onFilter={(filter) => place.go({ filter }, true)}
            onOpen={open}
            onDecided={leave}
          />
        </Box>
      )}
      {(wide || place.task) && (
        <Box sx={{ minWidth: 0, overflowY: { md: 'auto' }, bgcolor: 'background.paper' }}>
          {place.task ? (
            <TaskPane
              key={place.task}
              id={place.task}
              onDecided={() => place.go({ task: LEAVES.includes(place.box) ? next : place.task }, true)}
              onBack={wide ? undefined : () => place.go({ task: null })}
            />
          ) : (
            <Nothing box={place.box} items={items} onStart={() => open(items[0]?.id ?? null)} />
          )}
        </Box>
      )}
      {keys}
    </Box>
  );
}

/** The page's own edges are the frame's: the margin of `main` is taken back. */
const frame = {
  mx: { xs: -2, sm: -3 },
  mt: { xs: -2, sm: -3 },
  mb: { xs: 'calc(-31px + env(safe-area-inset-bottom))', sm: -4 },
  display: 'grid',
  gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'minmax(320px, 400px) minmax(0, 1fr)' },
  gridTemplateRows: { md: 'minmax(0, 1fr)' },
  height: { md: 'calc(100dvh - 52px)' },
  minHeight: { xs: 'calc(100dvh - 52px - 57px)', sm: 'calc(100dvh - 52px)', md: 0 },
} as const;

const hiddenHeading = {
  position: 'absolute',
  width: '1px',
  height: '1px',
  overflow: 'hidden',
  clipPath: 'inset(50%)',
} as const;

interface NothingProps {
  box: BoxKey;
  items: TaskItem[];
  onStart: () => void;
}

/** The right side while no task is open. */
function Nothing({ box, items, onStart }: NothingProps) {
  const t = useText();
  const { data: counts } = useCounts();
  if (items.length === 0 && box !== 'todo') return null;
  const waiting = items.length > 0;
  const keys = t({
    zh: '按 j、k 在任务之间移动，按 ? 看全部快捷键；处理完一个，下一个自动打开。',
    en: 'Press j and k to move between tasks, ? for all keys; when one is decided, the next opens.',
  });
  const title = box === 'todo' ? summary(counts, t) : t({ zh: '选择一个任务', en: 'Choose a task' });
  return (
    <Box sx={{ height: '100%', display: 'grid', placeItems: 'center' }}>
      <EmptyState
        title={waiting ? title : t({ zh: '都处理完了', en: 'All done' })}
        hint={waiting ? keys : t({ zh: '新任务到来时，这里会自动更新。', en: 'New tasks show up here by themselves.' })}
        action={
          waiting &&
          box === 'todo' && (
            <Button variant="contained" onClick={onStart}>
              {t({ zh: '从第一个开始', en: 'Start with the first' })}
            </Button>
          )
        }
      />
    </Box>
  );
}

function summary(counts: Counts | undefined, t: ReturnType<typeof useText>): string {
  if (!counts?.todo) return t({ zh: '选择一个任务', en: 'Choose a task' });
  const said = t({ zh: '{n} 个待办', en: '{n} to do' }, { n: counts.todo });
  const late = t({ zh: '，其中 {n} 个超时', en: ', {n} of them late' }, { n: counts.overdue });
  return counts.overdue ? said + late : said;
}
