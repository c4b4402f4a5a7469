/** Finding records: words, or a condition in the product's language, put together or written. */
import { Alert, Badge, Box, Button, IconButton, Stack } from '@mui/material';
import { ListFilter, X } from 'lucide-react';
import { type FormEvent, type ReactNode, useEffect, useId, useState } from 'react';
import { Choice, errorText, SearchField, useFormat } from '@/components';
import { ConditionField } from '@/expressions';
import { useText } from '@/i18n';
import type { Entity } from '@/metadata';
import { ApiError } from '@/providers/http';
import { countText, useSegments } from './segments';
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
  const id = useId();
  const [open, setOpen] = useState(!!state.filter);
  return (
    <Stack spacing={1} sx={{ p: 1.5, borderBottom: 1, borderColor: 'divider' }}>
      <Stack direction="row" sx={{ gap: 1, flexWrap: 'wrap', alignItems: 'center' }}>
        <SearchBox key={state.search} text={state.search} onSearch={(search) => state.set({ search })} />
        <SegmentChoice entity={entity} state={state} />
        <Badge color="primary" variant="dot" invisible={!state.filter}>
          <Button
            variant="outlined"
            startIcon={<ListFilter size={15} />}
            aria-expanded={open}
            aria-controls={id}
            onClick={() => setOpen(!open)}
          >
            {t({ zh: '筛选条件', en: 'Conditions' })}
          </Button>
        </Badge>
        <Box sx={{ flex: 1 }} />
        {children}
      </Stack>
      <Box id={id}>{open && <ConditionForm key={entity.key} entity={entity} state={state} error={error} />}</Box>
    </Stack>
  );
}

/** The entity's segments, where it has any, each with how many of its records the reader sees. */
function SegmentChoice({ entity, state }: { entity: Entity; state: ListState }) {
  const t = useText();
  const format = useFormat();
  const { data } = useSegments();
  const own = data?.filter((segment) => segment.entity === entity.key);
  // One that is gone, or is hidden from the reader, can still be left.
  if (!own || (own.length === 0 && !state.segment)) return null;
  return (
    <Choice
      label={t({ zh: '分群', en: 'Segment' })}
      value={state.segment}
      options={own.map((segment) => [segment.key, `${t(segment.label)} (${countText(segment, format.number)})`])}
      onChange={(segment) => state.set({ segment })}
    />
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

/** The condition, applied when asked to; what the server refuses stands below it. */
function ConditionForm({ entity, state, error }: { entity: Entity; state: ListState; error: unknown }) {
  const t = useText();
  const [typed, setTyped] = useState(state.filter);
  const [settled, setSettled] = useState(false);
  // Asked before the server has read the text: applied as soon as it has.
  const [asked, setAsked] = useState(false);
  useEffect(() => setTyped(state.filter), [state.filter]);
  useEffect(() => {
    if (!asked || !settled) return;
    setAsked(false);
    state.set({ filter: typed.trim() });
  }, [asked, settled, typed, state]);
  const change = (text: string) => {
    setTyped(text);
    setAsked(false);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
  };
  const same = typed.trim() === state.filter.trim();
  return (
    <Stack component="form" onSubmit={submit} spacing={1}>
      <ConditionField
        label={t({ zh: '条件', en: 'Condition' })}
        value={typed}
        onChange={change}
        onSettled={setSettled}
        onSubmit={() => setAsked(true)}
        about={{ entity: entity.key }}
        entity={entity.key}
        target="sql"
        lines="one"
        hint={HINT}
      />
      <Stack direction="row" sx={{ gap: 1 }}>
        <Button type="submit" variant="contained" disabled={same && settled}>
          {t({ zh: '应用', en: 'Apply' })}
        </Button>
        {state.filter && (
          <Button variant="outlined" onClick={() => state.set({ filter: null })}>
            {t({ zh: '清除条件', en: 'Clear the conditions' })}
          </Button>
        )}
      </Stack>
      <Refusal error={error} />
    </Stack>
  );
}

const HINT = 'status = "new" and priority in ["high", "urgent"]';

/** 4xx about the filter is the reader's to mend; anything else is the list's error. */
export function isRefusal(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 400 || error.status === 422);
}

/** What is wrong with the text stands at the text itself; what else the server refuses, here. */
function Refusal({ error }: { error: unknown }): ReactNode {
  const t = useText();
  if (!isRefusal(error) || !(error instanceof ApiError) || error.problems.length > 0) return null;
  const { message, suggestion } = errorText(error, t);
  return (
    <Alert severity="error" variant="outlined" sx={{ whiteSpace: 'pre-wrap' }}>
      {[message, suggestion].filter(Boolean).join('\n')}
    </Alert>
  );
}
