/** The left side of the inbox: tabs with live counts, search, filters, and the tasks. */
import { Box, IconButton, Tab, Tabs, Tooltip } from '@mui/material';
import { FilePlus2, ListChecks, Search } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { Link } from 'react-router-dom';
import { EmptyState, PagedList, SearchField } from '@/components';
import { useText } from '@/i18n';
import { useCounts, type useTasks } from './api';
import { BulkBar } from './BulkBar';
import { ActiveFilters, FilterButton } from './Filters';
import { BOXES } from './labels';
import { useStartDrafts } from './start/api';
import { START } from './start/paths';
import { narrowed, StartDrafts } from './start/StartDrafts';
import { TaskRow } from './TaskRow';
import { Count } from './TodoBadge';
import type { Box as BoxKey, TaskItem } from './types';
import type { Filter } from './usePlace';
import type { Ticking } from './useTicking';

export interface TaskListProps {
  box: BoxKey;
  search: string;
  filter: Filter;
  tasks: ReturnType<typeof useTasks>;
  items: TaskItem[];
  selected: string | null;
  ticking: Ticking;
  onBox: (box: BoxKey) => void;
  onSearch: (search: string) => void;
  onFilter: (filter: Filter) => void;
  onOpen: (id: string) => void;
  /** Several were decided at once. */
  onDecided: (ids: string[]) => void;
}

export function TaskList(props: TaskListProps) {
  const t = useText();
  const starts = useMyStartDrafts(props);
  return (
    <Box sx={{ display: 'flex', flexDirection: 'column', height: '100%', minHeight: 0 }}>
      <BoxTabs box={props.box} onBox={props.onBox} />
      <Tools {...props} />
      <Box sx={{ flex: 1, overflowY: { md: 'auto' }, minHeight: 0 }}>
        <StartDrafts drafts={starts} />
        <PagedList
          dense
          query={props.tasks}
          skeletonRows={10}
          more={t({ zh: '更多', en: 'More' })}
          empty={starts.length === 0 && <NoTasks {...props} />}
        >
          {() => <Rows {...props} />}
        </PagedList>
      </Box>
      {props.ticking.on && <BulkBar items={props.items} ticking={props.ticking} onDecided={props.onDecided} />}
    </Box>
  );
}

/** In the box of drafts also what nothing was started with yet. */
function useMyStartDrafts({ box, search, filter }: TaskListProps) {
  const here = box === 'drafts';
  const { data } = useStartDrafts(here);
  return here ? narrowed(data ?? [], search, filter.flow) : [];
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
      sx={{ px: 1, borderBottom: 1, borderColor: 'divider', flex: 'none', '& .MuiTab-root': { minWidth: 0, px: 1 } }}
    >
      {BOXES.map(({ key, label, count }) => {
        const n = counts && count?.(counts);
        const alarm = key === 'todo' && !!counts?.overdue;
        return (
          <Tab
            key={key}
            value={key}
            label={
              <Box component="span" sx={{ display: 'inline-flex', gap: 0.5, alignItems: 'center' }}>
                {t(label)}
                {!!n && <Count id={`${key}-count`} n={n} tone={alarm ? 'red' : key === 'todo' ? 'blue' : 'grey'} />}
              </Box>
            }
          />
        );
      })}
    </Tabs>
  );
}

/** The id by which `/` finds the search box. */
export const SEARCH_ID = 'inbox-search';

function Tools({ box, search, filter, items, ticking, onSearch, onFilter }: TaskListProps) {
  const t = useText();
  const several = t({ zh: '批量处理', en: 'Decide several' });
  const start = t({ zh: '发起申请', en: 'New request' });
  return (
    <Box sx={{ borderBottom: 1, borderColor: 'divider', flex: 'none' }}>
      <Box sx={{ px: 2, py: 1.25, display: 'flex', gap: 0.5, alignItems: 'center' }}>
        <SearchField
          fullWidth
          id={SEARCH_ID}
          type="search"
          label={t({ zh: '搜索任务', en: 'Search tasks' })}
          value={search}
          onChange={(event) => onSearch(event.target.value)}
        />
        <FilterButton box={box} filter={filter} onFilter={onFilter} />
        {box === 'todo' && (
          <Tooltip title={several}>
            <span>
              <IconButton
                aria-label={several}
                aria-pressed={ticking.on}
                disabled={items.length === 0 && !ticking.on}
                color={ticking.on ? 'primary' : 'default'}
                onClick={ticking.toggle}
              >
                <ListChecks size={18} />
              </IconButton>
            </span>
          </Tooltip>
        )}
        <Tooltip title={start}>
          <IconButton component={Link} to={START} aria-label={start} color="primary">
            <FilePlus2 size={18} />
          </IconButton>
        </Tooltip>
      </Box>
      <ActiveFilters box={box} filter={filter} onFilter={onFilter} />
    </Box>
  );
}

function NoTasks({ box, search, filter }: Pick<TaskListProps, 'box' | 'search' | 'filter'>) {
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
  if (Object.keys(filter).some((key) => key !== 'sort')) {
    return (
      <EmptyState
        dense
        icon={Search}
        title={t({ zh: '没有符合筛选的任务', en: 'No task passes the filters' })}
        hint={t({ zh: '去掉上面的某个筛选再看。', en: 'Take one of the filters above away.' })}
      />
    );
  }
  return <EmptyState title={t(said?.empty)} hint={t(said?.hint)} />;
}

function Rows({ items, selected, onOpen, tasks, box, ticking }: TaskListProps) {
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
          <TaskRow
            task={task}
            selected={task.id === selected}
            ticking={ticking.on ? { ticked: ticking.has(task.id), possible: ticking.mayTick(task) } : undefined}
            onOpen={() => onOpen(task.id)}
            onTick={() => ticking.tick(task)}
          />
        </li>
      ))}
    </Box>
  );
}
