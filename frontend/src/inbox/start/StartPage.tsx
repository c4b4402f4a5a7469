/** /start — the flows that somebody may start: those with a form to fill in, and those about a record that is there already. */
import { Box, ButtonBase, Typography } from '@mui/material';
import { FilePlus2, Search } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Link } from 'react-router-dom';
import { EmptyState, Loaded, PageHeader, SearchField } from '@/components';
import { StartFlowDialog } from '@/flows/StartFlow';
import { useText } from '@/i18n';
import { useActions } from '@/providers/actions';
import { useTokens } from '@/theme';
import { useStartables } from './api';
import { startPath } from './paths';
import type { Startable } from './types';

const SEARCH_ID = 'start-search';

export default function StartPage() {
  const t = useText();
  const title = t({ zh: '发起申请', en: 'New request' });
  return (
    <Box sx={{ maxWidth: 920, mx: 'auto' }}>
      <PageHeader
        title={title}
        subtitle={t({ zh: '选一个流程，填好表单就发出去了。', en: 'Choose a flow and fill in its form.' })}
      />
      <Loaded query={useStartables()}>{(flows) => <Startables flows={flows} />}</Loaded>
    </Box>
  );
}

function Startables({ flows }: { flows: Startable[] }) {
  const t = useText();
  const [search, setSearch] = useState('');
  const [about, setAbout] = useState<Startable | null>(null);
  const find = t({ zh: '搜索流程', en: 'Search flows' });
  useActions([
    {
      key: 'search',
      label: { zh: '搜索流程', en: 'Search flows' },
      icon: Search,
      shortcut: '/',
      run: () => document.getElementById(SEARCH_ID)?.focus(),
    },
  ]);
  if (flows.length === 0) return <NothingToStart />;
  const words = search.trim().toLowerCase();
  const found = flows.filter(({ label, description }) =>
    [label.zh, label.en, description?.zh, description?.en].some((said) => said?.toLowerCase().includes(words)),
  );
  return (
    <>
      <SearchField
        fullWidth
        id={SEARCH_ID}
        type="search"
        label={find}
        value={search}
        onChange={(event) => setSearch(event.target.value)}
        sx={{ mb: 2, maxWidth: { sm: 360 } }}
      />
      <Box component="ul" aria-label={t({ zh: '流程', en: 'Flows' })} sx={grid}>
        {found.map((one) => (
          <li key={one.flow}>
            <Card one={one} onChoose={() => setAbout(one)} />
          </li>
        ))}
      </Box>
      {found.length === 0 && (
        <EmptyState
          dense
          icon={Search}
          title={t({ zh: '没有匹配“{search}”的流程', en: 'No flow matches “{search}”' }, { search: search.trim() })}
        />
      )}
      {about && (
        <StartFlowDialog
          flows={[{ key: about.flow, label: about.label, entity: about.entity }]}
          onClose={() => setAbout(null)}
        />
      )}
    </>
  );
}

const grid = {
  listStyle: 'none',
  m: 0,
  p: 0,
  display: 'grid',
  gap: 1.5,
  gridTemplateColumns: { xs: 'minmax(0, 1fr)', sm: 'repeat(2, minmax(0, 1fr))', md: 'repeat(3, minmax(0, 1fr))' },
} as const;

/** With a form it is a page; about a record that is there, which one is asked. */
function Card({ one, onChoose }: { one: Startable; onChoose: () => void }) {
  const t = useText();
  const sx = useCardStyle();
  const name = { name: t(one.entity_label).toLowerCase() };
  const inside = (
    <>
      <Box sx={{ fontWeight: 550 }}>{t(one.label)}</Box>
      {one.description && <Muted>{t(one.description)}</Muted>}
      {!one.creates && <Muted>{t({ zh: '针对已有的{name}', en: 'About an existing {name}' }, name)}</Muted>}
    </>
  );
  return one.creates ? (
    <ButtonBase component={Link} to={startPath(one.flow)} sx={sx}>
      {inside}
    </ButtonBase>
  ) : (
    <ButtonBase onClick={onChoose} aria-haspopup="dialog" sx={sx}>
      {inside}
    </ButtonBase>
  );
}

function useCardStyle() {
  const tokens = useTokens();
  return {
    display: 'block',
    width: '100%',
    height: '100%',
    minHeight: 56,
    p: 1.75,
    textAlign: 'left',
    color: 'text.primary',
    textDecoration: 'none',
    bgcolor: 'background.paper',
    border: 1,
    borderColor: 'divider',
    borderRadius: 2,
    '&:hover': { borderColor: tokens.accent },
    '&.Mui-focusVisible': { outline: `2px solid ${tokens.accent}`, outlineOffset: 1 },
  } as const;
}

function Muted({ children }: { children: ReactNode }) {
  return <Typography sx={{ fontSize: 12.5, color: 'text.secondary', mt: 0.5 }}>{children}</Typography>;
}

function NothingToStart() {
  const t = useText();
  return (
    <EmptyState
      icon={FilePlus2}
      title={t({ zh: '没有你可以发起的流程', en: 'There is no flow that you may start' })}
      hint={t({
        zh: '角色里允许发起的流程会出现在这里，请联系管理员。',
        en: 'Flows that your role lets you start appear here; ask an administrator.',
      })}
    />
  );
}
