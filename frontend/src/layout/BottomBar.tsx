/** On a phone: the places under the thumb, and everything else one tap away. */
import { Box, ButtonBase, Drawer } from '@mui/material';
import { Menu as MenuIcon } from 'lucide-react';
import { useState } from 'react';
import { Link, useLocation } from 'react-router-dom';
import { useText } from '@/i18n';
import { useTokens } from '@/theme';
import { isCurrent, type NavItem, useNavigation } from './navigation';
import { NavGroups } from './Rail';

/** The first page of these groups stands in the bar: inbox, records, wall. */
const BAR_GROUPS = ['work', 'customers', 'social'];

export function BottomBar() {
  const t = useText();
  const groups = useNavigation();
  const at = useLocation().pathname;
  const [open, setOpen] = useState(false);
  const tokens = useTokens();
  const items = BAR_GROUPS.map((key) => groups.find((group) => group.key === key)?.items[0]).filter(
    (item): item is NavItem => item !== undefined,
  );
  return (
    <>
      <Box
        component="nav"
        aria-label={t({ zh: '底部导航', en: 'Bottom' })}
        sx={{
          position: 'fixed',
          insetInline: 0,
          bottom: 0,
          zIndex: 'appBar',
          display: 'flex',
          borderTop: 1,
          borderColor: 'divider',
          bgcolor: 'background.paper',
          pb: 'env(safe-area-inset-bottom)',
        }}
      >
        {items.map((item) => (
          <BarLink key={item.path} item={item} current={isCurrent(item.path, at)} />
        ))}
        <ButtonBase
          onClick={() => setOpen(true)}
          aria-haspopup="dialog"
          sx={{ flex: 1, minHeight: 56, color: tokens.muted }}
        >
          <BarLabel icon={MenuIcon} label={{ zh: '更多', en: 'More' }} />
        </ButtonBase>
      </Box>
      <Drawer
        anchor="bottom"
        open={open}
        onClose={() => setOpen(false)}
        slotProps={{
          paper: {
            'aria-label': t({ zh: '更多', en: 'More' }),
            sx: { maxHeight: '80dvh', borderRadius: '14px 14px 0 0' },
          },
        }}
      >
        <Box component="nav" aria-label={t({ zh: '全部页面', en: 'All pages' })} sx={{ px: 2, pb: 3 }}>
          <NavGroups wide onGo={() => setOpen(false)} />
        </Box>
      </Drawer>
    </>
  );
}

function BarLink({ item, current }: { item: NavItem; current: boolean }) {
  const tokens = useTokens();
  return (
    <Box
      component={Link}
      to={item.path}
      aria-current={current ? 'page' : undefined}
      sx={{
        flex: 1,
        minHeight: 56,
        display: 'grid',
        placeItems: 'center',
        textDecoration: 'none',
        color: current ? tokens.accent : tokens.muted,
      }}
    >
      <BarLabel icon={item.icon} label={item.label} Badge={item.Badge} />
    </Box>
  );
}

function BarLabel({ icon: Icon, label, Badge }: Pick<NavItem, 'icon' | 'label' | 'Badge'>) {
  const t = useText();
  return (
    <Box component="span" sx={{ display: 'grid', justifyItems: 'center', gap: 0.25, fontSize: 11.5 }}>
      <Box component="span" sx={{ position: 'relative', display: 'grid' }}>
        <Icon size={20} strokeWidth={1.75} aria-hidden />
        {Badge && (
          <Box component="span" sx={{ position: 'absolute', left: 14, top: -6 }}>
            <Badge />
          </Box>
        )}
      </Box>
      {t(label)}
    </Box>
  );
}
