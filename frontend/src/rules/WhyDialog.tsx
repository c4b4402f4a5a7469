/** An event of the past put to a rule: chosen from what people said, or named by its number in the log. */
import {
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  List,
  ListItemButton,
  ListItemText,
  Stack,
  TextField,
} from '@mui/material';
import { useId, useState } from 'react';
import { EmptyState, PagedList, SearchField, useFormat, usePaused } from '@/components';
import { useText } from '@/i18n';
import { useMay } from '@/providers/me';
import { usePosts } from '@/social/api';
import { typeLabel } from '@/social/labels';
import { WhyView } from './WhyView';

export interface ChosenEvent {
  id: number;
  text: string | null;
}

interface WhyDialogProps {
  text: string;
  /** Null: one is chosen in the dialog. */
  event: ChosenEvent | null;
  onClose: () => void;
}

export function WhyDialog({ text, event: given, onClose }: WhyDialogProps) {
  const t = useText();
  const id = useId();
  const [chosen, setChosen] = useState<ChosenEvent | null>(given);
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="sm" aria-labelledby={id}>
      <DialogTitle id={id} sx={{ overflowWrap: 'anywhere' }}>
        {chosen
          ? t({ zh: '事件 {id}：为什么', en: 'Event {id}: why' }, { id: chosen.id })
          : t({ zh: '对哪个事件问为什么？', en: 'Why on which event?' })}
      </DialogTitle>
      <DialogContent>
        {chosen ? (
          <Stack spacing={2}>
            {chosen.text && <blockquote style={{ margin: 0, overflowWrap: 'anywhere' }}>{chosen.text}</blockquote>}
            <WhyView text={text} event={chosen.id} />
          </Stack>
        ) : (
          <EventPicker onChoose={setChosen} />
        )}
      </DialogContent>
      <DialogActions>
        {chosen && !given && (
          <Button variant="outlined" onClick={() => setChosen(null)}>
            {t({ zh: '换一个事件', en: 'Another event' })}
          </Button>
        )}
        <Button variant="contained" onClick={onClose}>
          {t({ zh: '关闭', en: 'Close' })}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

function EventPicker({ onChoose }: { onChoose: (event: ChosenEvent) => void }) {
  const may = useMay();
  return (
    <Stack spacing={2} sx={{ pt: 0.75 }}>
      <ByNumber onChoose={onChoose} />
      {may('social') && <Posts onChoose={onChoose} />}
    </Stack>
  );
}

function ByNumber({ onChoose }: { onChoose: (event: ChosenEvent) => void }) {
  const t = useText();
  const [number, setNumber] = useState('');
  const ready = /^\d{1,15}$/.test(number);
  return (
    <Stack
      component="form"
      direction="row"
      sx={{ gap: 1, alignItems: 'flex-start' }}
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) onChoose({ id: Number(number), text: null });
      }}
    >
      <TextField
        label={t({ zh: '事件编号', en: 'Event number' })}
        value={number}
        onChange={(event) => setNumber(event.target.value.trim())}
        sx={{ flex: 1 }}
        slotProps={{ htmlInput: { inputMode: 'numeric' } }}
      />
      <Button type="submit" variant="outlined" disabled={!ready} sx={{ minHeight: 37 }}>
        {t({ zh: '问', en: 'Ask' })}
      </Button>
    </Stack>
  );
}

function Posts({ onChoose }: { onChoose: (event: ChosenEvent) => void }) {
  const t = useText();
  const format = useFormat();
  const [search, setSearch] = useState('');
  const paused = usePaused(search, 300);
  const query = usePosts({ sentiment: '', channel: '', rule: '', search: paused });
  return (
    <Stack spacing={1}>
      <SearchField
        autoFocus
        label={t({ zh: '搜索说过的话', en: 'Search what was said' })}
        value={search}
        onChange={(event) => setSearch(event.target.value)}
      />
      <PagedList
        dense
        skeletonRows={4}
        query={query}
        empty={<EmptyState dense title={t({ zh: '没有找到', en: 'Nothing found' })} />}
      >
        {(posts) => (
          <List dense disablePadding>
            {posts.map((post) => (
              <ListItemButton
                key={post.event_id}
                onClick={() => onChoose({ id: post.event_id, text: post.text })}
                sx={{ borderRadius: '6px' }}
              >
                <ListItemText
                  primary={post.text}
                  secondary={`${post.person_name ?? post.author.name} · ${t(typeLabel(post.type))} · ${format.dateTime(post.occurred_at)}`}
                  slotProps={{ primary: { sx: { overflowWrap: 'anywhere' } } }}
                />
              </ListItemButton>
            ))}
          </List>
        )}
      </PagedList>
    </Stack>
  );
}
