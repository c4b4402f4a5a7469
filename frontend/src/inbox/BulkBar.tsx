/** Agreeing to several tasks at once: how many are ticked, the button, and what became of each. */
import { Alert, Box, Button, Checkbox, FormControlLabel, IconButton, Stack, TextField } from '@mui/material';
import { X } from 'lucide-react';
import { useRef, useState } from 'react';
import { useNotify } from 'react-admin';
import { FormDialog } from '@/components';
import { newCommandId } from '@/flows/commandId';
import { useText } from '@/i18n';
import { type BulkResult, useCompleteMany } from './commands';
import type { TaskItem } from './types';
import type { Ticking } from './useTicking';

interface BulkBarProps {
  items: TaskItem[];
  ticking: Ticking;
  /** Those that were decided. */
  onDecided: (ids: string[]) => void;
}

export function BulkBar({ items, ticking, onDecided }: BulkBarProps) {
  const t = useText();
  const [asking, setAsking] = useState(false);
  const [failed, setFailed] = useState<BulkResult[]>([]);
  const ticked = items.filter(({ id }) => ticking.has(id));
  const possible = items.filter(ticking.mayTick);
  const all = possible.length > 0 && ticked.length === possible.length;
  return (
    <Box sx={barStyle}>
      {failed.length > 0 && <Failed items={items} failed={failed} onClose={() => setFailed([])} />}
      <Stack direction="row" sx={{ alignItems: 'center', gap: 1 }}>
        <FormControlLabel
          sx={{ flex: 1, ml: -0.5 }}
          control={
            <Checkbox
              size="small"
              checked={all}
              indeterminate={ticked.length > 0 && !all}
              disabled={possible.length === 0}
              onChange={() => (all ? ticking.clear() : ticking.tickAll(possible))}
            />
          }
          label={
            ticked.length
              ? t({ zh: '已选 {n} 个', en: '{n} selected' }, { n: ticked.length })
              : t({ zh: '全选（{n} 个）', en: 'All ({n})' }, { n: possible.length })
          }
        />
        <Button variant="contained" disabled={ticked.length === 0} onClick={() => setAsking(true)}>
          {t({ zh: '批量同意', en: 'Agree to all' })}
        </Button>
        <IconButton aria-label={t({ zh: '退出批量处理', en: 'Stop selecting' })} onClick={ticking.toggle}>
          <X size={17} />
        </IconButton>
      </Stack>
      {asking && (
        <AgreeDialog
          tasks={ticked}
          onClose={() => setAsking(false)}
          onDone={(results) => {
            const refused = results.filter(({ ok }) => !ok);
            setFailed(refused);
            onDecided(results.filter(({ ok }) => ok).map(({ task }) => task));
            ticking.clear();
            if (refused.length === 0) ticking.toggle();
          }}
        />
      )}
    </Box>
  );
}

const barStyle = {
  position: { xs: 'sticky', md: 'static' },
  bottom: { xs: 'calc(57px + env(safe-area-inset-bottom))', sm: 0 },
  zIndex: 4,
  borderTop: 1,
  borderColor: 'divider',
  bgcolor: 'background.paper',
  px: 2,
  py: 1,
} as const;

interface AgreeDialogProps {
  tasks: TaskItem[];
  onClose: () => void;
  onDone: (results: BulkResult[]) => void;
}

/** Names what will be decided before it is. */
function AgreeDialog({ tasks, onClose, onDone }: AgreeDialogProps) {
  const t = useText();
  const notify = useNotify();
  const complete = useCompleteMany();
  const [comment, setComment] = useState('');
  // One id for each task for as long as the dialog is open: sent again, it is decided once.
  const ids = useRef(new Map(tasks.map(({ id }) => [id, newCommandId()])));
  const [sent] = useState(tasks);
  const submit = async () => {
    const decisions = sent.flatMap(({ id, approve }) => {
      const command = ids.current.get(id);
      if (!approve || !command) return [];
      return [
        { task: id, command_id: command, outcome: approve.key, ...(comment.trim() && { comment: comment.trim() }) },
      ];
    });
    const { results } = await complete.mutateAsync(decisions);
    const n = results.filter(({ ok }) => ok).length;
    if (n) notify(t({ zh: '已同意 {n} 个任务', en: 'Agreed: {n}' }, { n }), { type: 'success' });
    onDone(results);
  };
  return (
    <FormDialog
      open
      title={t({ zh: '同意这 {n} 个任务？', en: 'Agree to the selected tasks ({n})?' }, { n: sent.length })}
      action={t({ zh: '全部同意', en: 'Agree to all' })}
      changed={!!comment}
      onClose={onClose}
      onSubmit={submit}
    >
      <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none', maxHeight: 260, overflowY: 'auto' }}>
        {sent.map((task) => (
          <Box component="li" key={task.id} sx={{ py: 0.75, borderBottom: 1, borderColor: 'divider' }}>
            <Box sx={{ display: 'flex', gap: 1 }}>
              <Box sx={{ flex: 1, minWidth: 0 }}>{task.subject || t(task.title)}</Box>
              <Box sx={{ color: 'text.secondary', flex: 'none' }}>{t(task.approve?.label)}</Box>
            </Box>
            <Box sx={{ fontSize: 12.5, color: 'text.secondary' }}>{t(task.title)}</Box>
          </Box>
        ))}
      </Box>
      <TextField
        multiline
        maxRows={4}
        label={t({ zh: '意见（可不填，写入每个任务）', en: 'Opinion (optional, written on each)' })}
        value={comment}
        onChange={(event) => setComment(event.target.value)}
      />
    </FormDialog>
  );
}

/** Those that could not be decided, and why. */
function Failed({ items, failed, onClose }: { items: TaskItem[]; failed: BulkResult[]; onClose: () => void }) {
  const t = useText();
  const nameOf = (id: string) => {
    const task = items.find((item) => item.id === id);
    return task ? task.subject || t(task.title) : id.slice(0, 8);
  };
  return (
    <Alert severity="warning" variant="outlined" onClose={onClose} sx={{ mb: 1 }}>
      {t({ zh: '没有处理：{n} 个', en: 'Not decided: {n}' }, { n: failed.length })}
      <Box component="ul" sx={{ m: 0, pl: 2, maxHeight: 160, overflowY: 'auto' }}>
        {failed.map(({ task, error }) => (
          <li key={task}>
            {nameOf(task)}
            {t({ zh: '：', en: ': ' })}
            {t(error?.message)}
          </li>
        ))}
      </Box>
    </Alert>
  );
}
