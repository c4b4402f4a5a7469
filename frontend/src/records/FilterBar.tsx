/** Finding records: words, or a condition in the product's language, written or put together from a menu. */
import { Alert, Box, Button, IconButton, Stack, TextField, Tooltip } from '@mui/material';
import { ListFilterPlus, SlidersHorizontal, X } from 'lucide-react';
import { type FormEvent, type ReactNode, useEffect, useState } from 'react';
import { errorText, SearchField } from '@/components';
import { type Text, useText } from '@/i18n';
import type { Entity } from '@/metadata';
import { ApiError } from '@/providers/http';
import { monospace } from '@/theme';
import { ConditionMenu } from './ConditionMenu';
import type { ListState } from './useListState';

interface FilterBarProps {
  entity: Entity;
  state: ListState;
  error: unknown;
  /** Further tools at the right end. */
  children?: ReactNode;
}

export function FilterBar({ entity, state, error, children }: FilterBarProps) {
  const t = useText();
  const [open, setOpen] = useState(!!state.filter);
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const add = (condition: string) => {
    setOpen(true);
    state.set({ filter: state.filter.trim() ? `${state.filter} and ${condition}` : condition });
  };
  const filterLabel = t({ zh: '条件', en: 'Conditions' });
  return (
    <Stack spacing={1} sx={{ p: 1.5, borderBottom: 1, borderColor: 'divider' }}>
      <Stack direction="row" sx={{ gap: 1, flexWrap: 'wrap', alignItems: 'center' }}>
        <SearchBox key={state.search} text={state.search} onSearch={(search) => state.set({ search })} />
        <Button
          variant="outlined"
          startIcon={<ListFilterPlus size={15} />}
          aria-haspopup="dialog"
          onClick={(event) => setAnchor(event.currentTarget)}
        >
          {t({ zh: '添加条件', en: 'Add a condition' })}
        </Button>
        <Tooltip title={t({ zh: '用表达式筛选', en: 'Filter by an expression' })}>
          <IconButton aria-label={filterLabel} aria-expanded={open} onClick={() => setOpen(!open)}>
            <SlidersHorizontal size={16} />
          </IconButton>
        </Tooltip>
        <Box sx={{ flex: 1 }} />
        {children}
      </Stack>
      {open && <ExpressionBox key={state.filter} state={state} error={error} />}
      <ConditionMenu entity={entity} anchor={anchor} onClose={() => setAnchor(null)} onAdd={add} />
    </Stack>
  );
}

function SearchBox({ text, onSearch }: { text: string; onSearch: (text: string) => void }) {
  const t = useText();
  const [typed, setTyped] = useState(text);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSearch(typed.trim());
  };
  return (
    <Box component="form" role="search" onSubmit={submit} sx={{ flex: '1 1 200px', maxWidth: 360 }}>
      <SearchField
        fullWidth
        label={t({ zh: '按文字查找', en: 'Search by words' })}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={() => typed.trim() !== text && onSearch(typed.trim())}
        end={text ? <ClearButton onClear={() => onSearch('')} /> : undefined}
      />
    </Box>
  );
}

function ClearButton({ onClear }: { onClear: () => void }) {
  const t = useText();
  return (
    <IconButton aria-label={t({ zh: '清除', en: 'Clear' })} onClick={onClear} edge="end">
      <X size={15} />
    </IconButton>
  );
}

/** The condition as text. A refusal by the server stands below it, with its suggestion. */
function ExpressionBox({ state, error }: { state: ListState; error: unknown }) {
  const t = useText();
  const [typed, setTyped] = useState(state.filter);
  useEffect(() => setTyped(state.filter), [state.filter]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    state.set({ filter: typed.trim() });
  };
  return (
    <Stack component="form" onSubmit={submit} spacing={1}>
      <Stack direction="row" sx={{ gap: 1 }}>
        <TextField
          fullWidth
          label={t({ zh: '条件表达式', en: 'Condition' })}
          placeholder='status = "new" and priority in ["high", "urgent"]'
          value={typed}
          error={isRefusal(error)}
          onChange={(event) => setTyped(event.target.value)}
          slotProps={{
            htmlInput: { spellCheck: false, autoCapitalize: 'off', style: { fontFamily: monospace, fontSize: 13 } },
            input: { endAdornment: typed ? <ClearButton onClear={() => state.set({ filter: null })} /> : undefined },
          }}
        />
        <Button type="submit" variant="outlined">
          {t({ zh: '应用', en: 'Apply' })}
        </Button>
      </Stack>
      <Refusal error={error} />
    </Stack>
  );
}

/** 4xx about the filter is the reader's to mend; anything else is the list's error. */
export function isRefusal(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 400 || error.status === 422);
}

const DID_YOU_MEAN: Text = { zh: '可以写：{words}', en: 'Did you mean: {words}?' };

function Refusal({ error }: { error: unknown }): ReactNode {
  const t = useText();
  if (!isRefusal(error) || !(error instanceof ApiError)) return null;
  const said = errorText(error, t);
  const more = error.problems.map((problem) => {
    const legal = problem.suggestions?.length
      ? t(DID_YOU_MEAN, { words: problem.suggestions.slice(0, 5).join(', ') })
      : '';
    return `${t(problem.message)} ${legal}`.trim();
  });
  return (
    <Alert severity="error" variant="outlined" sx={{ whiteSpace: 'pre-wrap' }}>
      {[more.length > 0 ? more.join('\n') : said.message, said.suggestion].filter(Boolean).join('\n')}
    </Alert>
  );
}
