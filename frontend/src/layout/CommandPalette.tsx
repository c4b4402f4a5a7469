/** Ctrl+K: what can be done on the page at hand, any page, and records by their title. */
import { Box, Dialog, InputBase, Stack, Typography } from '@mui/material';
import { Search } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useId, useMemo, useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { useText } from '@/i18n';
import { actionsAtHand } from '@/providers/actions';
import { useTokens } from '@/theme';
import { usePlaces } from './navigation';
import { placeMatches, useSpelling } from './placeSearch';
import { useRecordMatches } from './recordMatches';

interface Hit {
  key: string;
  /** Where it leads, or what it does. */
  path?: string;
  run?: () => void;
  label: string;
  group: string;
  icon: ReactNode;
}

export function CommandPalette({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useText();
  return (
    <Dialog
      open={open}
      onClose={onClose}
      slotProps={{ paper: { 'aria-label': t({ zh: '搜索', en: 'Search' }) } }}
      fullWidth
      maxWidth="sm"
      sx={{ '& .MuiDialog-container': { alignItems: 'flex-start' } }}
    >
      <Palette onClose={onClose} />
    </Dialog>
  );
}

/** The actions of the page below, as they were when the palette was opened. */
function useActionHits(text: string): Hit[] {
  const t = useText();
  const spell = useSpelling();
  const [actions] = useState(actionsAtHand);
  return useMemo(() => {
    const group = t({ zh: '当前页面', en: 'This page' });
    const found = actions.filter(({ label }) => placeMatches(label, text, spell));
    return found.map(({ key, label, icon: Icon, run, shortcut }) => {
      const note = shortcut ? `${group} · ${shortcut}` : group;
      return { key: `do:${key}`, run, label: t(label), group: note, icon: <Icon size={16} aria-hidden /> };
    });
  }, [actions, text, spell, t]);
}

function useHits(text: string): { hits: Hit[]; pending: boolean } {
  const t = useText();
  const places = usePlaces();
  const spell = useSpelling();
  const actions = useActionHits(text);
  const { records, pending } = useRecordMatches(text);
  return useMemo(() => {
    const pages = places
      .filter((place) => placeMatches(place.label, text, spell))
      .slice(0, text ? 8 : 24)
      .map(({ path, label, group, icon: Icon }) => {
        return { key: path, path, label: t(label), group: t(group), icon: <Icon size={16} aria-hidden /> };
      });
    return { hits: [...actions, ...pages, ...records], pending };
  }, [actions, places, records, pending, text, spell, t]);
}

function Palette({ onClose }: { onClose: () => void }) {
  const t = useText();
  const id = useId();
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const { hits, pending } = useHits(text);
  const at = Math.min(chosen, Math.max(hits.length - 1, 0));
  const go = (hit: Hit | undefined) => {
    if (!hit) return;
    onClose();
    if (hit.path) navigate(hit.path);
    // The page below takes the keyboard back first.
    if (hit.run) requestAnimationFrame(hit.run);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter') go(hits[at]);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || hits.length === 0) return;
    event.preventDefault();
    setChosen((at + step + hits.length) % hits.length);
  };
  const prompt = t({ zh: '搜索页面和记录…', en: 'Search pages and records…' });
  return (
    <>
      <Stack
        direction="row"
        sx={{ alignItems: 'center', gap: 1.5, px: 2, py: 1.25, borderBottom: 1, borderColor: 'divider' }}
      >
        <Search size={17} aria-hidden />
        <InputBase
          autoFocus
          fullWidth
          placeholder={prompt}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setChosen(0);
          }}
          onKeyDown={onKey}
          inputProps={{
            role: 'combobox',
            'aria-label': prompt,
            'aria-expanded': true,
            'aria-controls': id,
            'aria-activedescendant': hits[at] ? `${id}-${at}` : undefined,
          }}
        />
      </Stack>
      <Box
        id={id}
        role="listbox"
        aria-label={t({ zh: '结果', en: 'Results' })}
        sx={{ overflowY: 'auto', maxHeight: '60vh', p: 1 }}
      >
        {hits.map((hit, index) => (
          <HitLine key={hit.key} id={`${id}-${index}`} hit={hit} chosen={index === at} onGo={() => go(hit)} />
        ))}
        {hits.length === 0 && (
          <Typography sx={{ p: 2, color: 'text.secondary' }} role="status">
            {pending ? t({ zh: '搜索中…', en: 'Searching…' }) : t({ zh: '没有找到', en: 'Nothing found' })}
          </Typography>
        )}
      </Box>
    </>
  );
}

function HitLine({ id, hit, chosen, onGo }: { id: string; hit: Hit; chosen: boolean; onGo: () => void }) {
  const tokens = useTokens();
  return (
    <Stack
      id={id}
      direction="row"
      role="option"
      aria-selected={chosen}
      onClick={onGo}
      sx={{
        alignItems: 'center',
        gap: 1.5,
        px: 1.5,
        minHeight: 40,
        borderRadius: '7px',
        cursor: 'pointer',
        bgcolor: chosen ? tokens.accentSoft : undefined,
        '&:hover': { bgcolor: chosen ? tokens.accentSoft : tokens.hover },
      }}
    >
      {hit.icon}
      <Box sx={{ flex: 1, minWidth: 0, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>
        {hit.label}
      </Box>
      <Typography variant="caption" sx={{ color: 'text.secondary' }}>
        {hit.group}
      </Typography>
    </Stack>
  );
}
