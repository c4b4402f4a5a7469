/** The left side of the inbox: tabs with live counts, search, and the tasks. */
import { Box, Tab, Tabs } from '@mui/material';
import { Search } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { EmptyState, PagedList, SearchField } from '@/components';
import { useText } from '@/i18n';
import { useTokens } from '@/theme';
import type { Box as BoxKey, TaskItem, useTasks } from './api';
import { useCounts } from './api';
import { BOXES } from './labels';
import { TaskRow } from './TaskRow';

export interface TaskListProps {
  box: BoxKey;
  search: string;
  tasks: ReturnType<typeof useTasks>;
  items: TaskItem[];
  selected: string | null;
  onBox: (box: BoxKey) => void;
  onSearch: (search: string) => void;
  onOpen: (id: string) => void;
}

export function TaskList(props: TaskListProps) {
  const t = useText();
  return (
    <Box sx={{ display: 'flex', flexDirection: 'column', height: '100%', minHeight: 0 }}>
      <BoxTabs box={props.box} onBox={props.onBox} />
      <SearchBox search={props.search} onSearch={props.onSearch} />
      <Box sx={{ flex: 1, overflowY: { md: 'auto' }, minHeight: 0 }}>
        <PagedList
          dense
          query={props.tasks}
          skeletonRows={10}
          more={t({ zh: '更多', en: 'More' })}
          empty={<NoTasks box={props.box} search={props.search} />}
        >
          {() => <Rows {...props} />}
        </PagedList>
      </Box>
    </Box>
  );
}

function BoxTabs({ box, onBox }: { box: BoxKey; onBox: (box: BoxKey) => void }) {
  const t = useText();
  const { data: counts } = useCounts();
  return (
    <Tabs
      value={box}
      onChange={(_, key: BoxKey) => onBox(key)}
      variant="scrollable"
      scrollButtons={false}
      aria-label={t({ zh: '收件箱', en: 'Inbox' })}
      sx={{ px: 1, borderBottom: 1, borderColor: 'divider', flex: 'none' }}
    >
      {BOXES.map(({ key, label }) => (
        <Tab
          key={key}
          value={key}
          label={
            <Box component="span" sx={{ display: 'inline-flex', gap: 0.75, alignItems: 'center' }}>
              {t(label)}
              {key === 'todo' && !!counts?.todo && <Count n={counts.todo} alarm={counts.overdue > 0} />}
            </Box>
          }
        />
      ))}
    </Tabs>
  );
}

function Count({ n, alarm }: { n: number; alarm: boolean }) {
  const { tones } = useTokens();
  const tone = tones[alarm ? 'red' : 'blue'];
  return (
    <Box
      component="span"
      data-testid="todo-count"
      sx={{
        minWidth: 20,
        px: 0.75,
        borderRadius: '10px',
        fontSize: 12,
        lineHeight: '20px',
        fontWeight: 600,
        textAlign: 'center',
        color: tone.text,
        bgcolor: tone.background,
        fontVariantNumeric: 'tabular-nums',
      }}
    >
      {n > 999 ? '999+' : n}
    </Box>
  );
}

function SearchBox({ search, onSearch }: { search: string; onSearch: (search: string) => void }) {
  const t = useText();
  return (
    <Box sx={{ px: 2, py: 1.25, borderBottom: 1, borderColor: 'divider', flex: 'none' }}>
      <SearchField
        fullWidth
        type="search"
        label={t({ zh: '搜索任务', en: 'Search tasks' })}
        value={search}
        onChange={(event) => onSearch(event.target.value)}
      />
    </Box>
  );
}

function NoTasks({ box, search }: { box: BoxKey; search: string }) {
  const t = useText();
  const said = BOXES.find(({ key }) => key === box);
  if (search) {
    return (
      <EmptyState
        dense
        icon={Search}
        title={t({ zh: '没有匹配“{search}”的任务', en: 'No task matches “{search}”' }, { search })}
        hint={t({ zh: '换个词，或看看别的分类。', en: 'Try another word, or another tab.' })}
      />
    );
  }
  return <EmptyState title={t(said?.empty)} hint={t(said?.hint)} />;
}

function Rows({ items, selected, onOpen, tasks, box }: TaskListProps) {
  const t = useText();
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    if (!selected) return;
    list.current?.querySelector(`[data-task="${CSS.escape(selected)}"]`)?.scrollIntoView({ block: 'nearest' });
  }, [selected]);
  return (
    <Box
      ref={list}
      component="ul"
      aria-label={t(BOXES.find(({ key }) => key === box)?.label)}
      sx={{ listStyle: 'none', m: 0, p: 0, opacity: tasks.isPlaceholderData ? 0.6 : 1 }}
    >
      {items.map((task) => (
        <li key={task.id}>
          <TaskRow task={task} selected={task.id === selected} onOpen={() => onOpen(task.id)} />
        </li>
      ))}
    </Box>
  );
}
