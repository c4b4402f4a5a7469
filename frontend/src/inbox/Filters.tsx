/** Narrowing a box: a button with everything behind it, and what is in force beside it, each a tap from being gone. */
import { Badge, Box, Button, Chip, FormControlLabel, IconButton, Popover, Stack, Switch, Tooltip } from '@mui/material';
import { SlidersHorizontal } from 'lucide-react';
import { useState } from 'react';
import { Choice } from '@/components';
import { useText } from '@/i18n';
import { useMetadata } from '@/metadata';
import { FILTERS, SORT, type TaskFilter } from './filters';
import type { Box as BoxKey } from './types';
import type { Filter } from './usePlace';

export interface FiltersProps {
  box: BoxKey;
  filter: Filter;
  onFilter: (filter: Filter) => void;
}

export function FilterButton(props: FiltersProps) {
  const t = useText();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const active = Object.keys(props.filter).length;
  const label = t({ zh: '筛选和排序', en: 'Filter and sort' });
  return (
    <>
      <Tooltip title={label}>
        <IconButton
          aria-label={active ? `${label} (${active})` : label}
          aria-haspopup="dialog"
          onClick={(event) => setAnchor(event.currentTarget)}
        >
          <Badge variant="dot" color="primary" invisible={!active}>
            <SlidersHorizontal size={17} />
          </Badge>
        </IconButton>
      </Tooltip>
      <Popover
        open={!!anchor}
        anchorEl={anchor}
        onClose={() => setAnchor(null)}
        anchorOrigin={{ vertical: 'bottom', horizontal: 'right' }}
        transformOrigin={{ vertical: 'top', horizontal: 'right' }}
        slotProps={{ paper: { role: 'dialog', 'aria-label': label } }}
      >
        <Stack spacing={2} sx={{ p: 2, width: 280 }}>
          {FILTERS.filter(({ boxes }) => boxes.includes(props.box)).map((one) => (
            <FilterInput key={one.key} one={one} {...props} />
          ))}
          <Button disabled={!active} onClick={() => props.onFilter({})}>
            {t({ zh: '全部清除', en: 'Clear all' })}
          </Button>
        </Stack>
      </Popover>
    </>
  );
}

function FilterInput({ one, filter, onFilter }: FiltersProps & { one: TaskFilter }) {
  const t = useText();
  const { flows } = useMetadata();
  const options = one.options(flows, t);
  const value = filter[one.key] ?? '';
  const set = (next: string) => onFilter({ ...filter, [one.key]: next });
  const [only, ...others] = options;
  if (only && others.length === 0 && one.key !== 'flow') {
    const input = <Switch size="small" checked={!!value} onChange={(_, on) => set(on ? only[0] : '')} />;
    return <FormControlLabel control={input} label={t(one.label)} sx={{ ml: -0.5 }} />;
  }
  const all = one.key === SORT ? t({ zh: '最新的在前', en: 'Newest first' }) : undefined;
  return <Choice label={t(one.label)} value={value} options={options} all={all} onChange={set} />;
}

/** What is in force. */
export function ActiveFilters({ box, filter, onFilter }: FiltersProps) {
  const t = useText();
  const { flows } = useMetadata();
  const active = FILTERS.filter(({ key, boxes }) => boxes.includes(box) && filter[key]);
  if (active.length === 0) return null;
  const without = (key: string) => onFilter(Object.fromEntries(Object.entries(filter).filter(([one]) => one !== key)));
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 0.75, px: 2, pb: 1.25 }}>
      {active.map((one) => {
        const said = one.options(flows, t).find(([value]) => value === filter[one.key])?.[1] ?? filter[one.key];
        return <Chip key={one.key} size="small" variant="outlined" label={said} onDelete={() => without(one.key)} />;
      })}
    </Box>
  );
}
