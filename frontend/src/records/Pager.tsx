/** Forward and back through a list that is read by cursors: no last page is promised. */
import { Box, IconButton, Stack, TextField, Typography } from '@mui/material';
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useText } from '@/i18n';
import { type ListState, PAGE_SIZES } from './useListState';

interface PagerProps {
  state: ListState;
  shown: number;
  hasNext: boolean;
  /** How many there are in all, already written; null while unknown. */
  total: string | null;
}

export function Pager({ state, shown, hasNext, total }: PagerProps) {
  const t = useText();
  const from = (state.page - 1) * state.size + (shown > 0 ? 1 : 0);
  const to = (state.page - 1) * state.size + shown;
  const range =
    total === null
      ? `${from}–${to}`
      : t({ zh: '{range}，共 {total}', en: '{range} of {total}' }, { range: `${from}–${to}`, total });
  const go = (page: number) => {
    state.set({ page: page > 1 ? String(page) : null });
    document.getElementById('main')?.scrollIntoView({ block: 'start' });
  };
  return (
    <Stack
      component="nav"
      aria-label={t({ zh: '分页', en: 'Pages' })}
      direction="row"
      sx={{ alignItems: 'center', gap: 1, px: 2, py: 1, borderTop: 1, borderColor: 'divider', flexWrap: 'wrap' }}
    >
      <Typography variant="body2" role="status" sx={{ color: 'text.secondary', fontVariantNumeric: 'tabular-nums' }}>
        {range}
      </Typography>
      <Box sx={{ flex: 1 }} />
      <TextField
        select
        value={state.size}
        onChange={(event) => state.set({ size: event.target.value })}
        variant="standard"
        slotProps={{
          select: { native: true },
          htmlInput: { 'aria-label': t({ zh: '每页条数', en: 'Rows per page' }) },
          input: { disableUnderline: true },
        }}
      >
        {PAGE_SIZES.map((size) => (
          <option key={size} value={size}>
            {t({ zh: '{size} 条/页', en: '{size} a page' }, { size })}
          </option>
        ))}
      </TextField>
      <IconButton
        aria-label={t({ zh: '上一页', en: 'Previous page' })}
        disabled={state.page <= 1}
        onClick={() => go(state.page - 1)}
      >
        <ChevronLeft size={18} />
      </IconButton>
      <IconButton
        aria-label={t({ zh: '下一页', en: 'Next page' })}
        disabled={!hasNext}
        onClick={() => go(state.page + 1)}
      >
        <ChevronRight size={18} />
      </IconButton>
    </Stack>
  );
}
