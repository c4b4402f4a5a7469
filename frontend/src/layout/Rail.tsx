/** The left rail: groups of places; narrow on request, with names on hover. */
import { Box, IconButton, Tooltip, Typography } from '@mui/material';
import { PanelLeftClose, PanelLeftOpen } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { Link, useLocation } from 'react-router-dom';
import { useText } from '@/i18n';
import { useTokens } from '@/theme';
import { isCurrent, type NavGroup, type NavItem, useNavigation } from './navigation';
import { Wordmark } from './Wordmark';

export function Rail({ wide, onToggle }: { wide: boolean; onToggle: () => void }) {
  const t = useText();
  const toggle = wide ? t({ zh: '收起侧栏', en: 'Collapse the rail' }) : t({ zh: '展开侧栏', en: 'Expand the rail' });
  return (
    <Box
      component="nav"
      aria-label={t({ zh: '主导航', en: 'Main' })}
      sx={{
        width: wide ? 224 : 57,
        flex: 'none',
        height: '100dvh',
        position: 'sticky',
        top: 0,
        display: 'flex',
        flexDirection: 'column',
        borderRight: 1,
        borderColor: 'divider',
        bgcolor: 'background.paper',
      }}
    >
      <Box sx={{ height: 52, flex: 'none', display: 'flex', alignItems: 'center', px: wide ? 2 : 1.75 }}>
        <Link to="/" aria-label="Weft" style={{ textDecoration: 'none', display: 'inline-flex' }}>
          <Wordmark size={26} name={wide} />
        </Link>
      </Box>
      <Box sx={{ flex: 1, overflowY: 'auto', px: 1, pb: 2 }}>
        <NavGroups wide={wide} />
      </Box>
      <Box sx={{ borderTop: 1, borderColor: 'divider', p: 1, textAlign: wide ? 'right' : 'center' }}>
        <Tooltip title={toggle} placement="right">
          <IconButton onClick={onToggle} aria-label={toggle} aria-expanded={wide}>
            {wide ? <PanelLeftClose size={17} /> : <PanelLeftOpen size={17} />}
          </IconButton>
        </Tooltip>
      </Box>
    </Box>
  );
}

export function NavGroups({ wide, onGo }: { wide: boolean; onGo?: () => void }) {
  const groups = useNavigation();
  return groups.map((group) => <Group key={group.key} group={group} wide={wide} onGo={onGo} />);
}

function Group({ group, wide, onGo }: { group: NavGroup; wide: boolean; onGo?: () => void }) {
  const t = useText();
  const id = `nav-${group.key.replace(/\W/g, '-')}`;
  return (
    <Box sx={{ mt: 1.5 }}>
      {wide ? (
        <Typography id={id} sx={{ px: 1, pb: 0.5, fontSize: 12, fontWeight: 550, color: 'text.secondary' }}>
          {t(group.label)}
        </Typography>
      ) : (
        <Box sx={{ borderTop: 1, borderColor: 'divider', mx: 0.5, mb: 1 }} />
      )}
      <Box
        component="ul"
        aria-labelledby={wide ? id : undefined}
        aria-label={wide ? undefined : t(group.label)}
        sx={{ listStyle: 'none', m: 0, p: 0 }}
      >
        {group.items.map((item) => (
          <li key={item.path}>
            <NavLine item={item} wide={wide} onGo={onGo} />
          </li>
        ))}
      </Box>
    </Box>
  );
}

function NavLine({ item, wide, onGo }: { item: NavItem; wide: boolean; onGo?: () => void }) {
  const t = useText();
  const tokens = useTokens();
  const current = isCurrent(item.path, useLocation().pathname);
  const line = useRef<HTMLAnchorElement>(null);
  // Where one is must be seen, also when the rail is longer than the window.
  useEffect(() => {
    if (current) line.current?.scrollIntoView({ block: 'nearest' });
  }, [current]);
  const label = t(item.label);
  const Icon = item.icon;
  return (
    <Tooltip title={wide ? '' : label} placement="right" enterDelay={100}>
      <Box
        ref={line}
        component={Link}
        to={item.path}
        onClick={onGo}
        aria-label={wide ? undefined : label}
        aria-current={current ? 'page' : undefined}
        sx={{
          display: 'flex',
          alignItems: 'center',
          gap: 1.25,
          px: wide ? 1 : 1.375,
          minHeight: 32,
          '@media (pointer: coarse)': { minHeight: 42 },
          borderRadius: '7px',
          textDecoration: 'none',
          color: current ? tokens.accent : tokens.text,
          fontWeight: current ? 600 : 450,
          bgcolor: current ? tokens.accentSoft : 'transparent',
          '&:hover': { bgcolor: current ? tokens.accentSoft : tokens.hover },
        }}
      >
        <Icon size={17} strokeWidth={1.75} style={{ flex: 'none' }} aria-hidden />
        {wide && (
          <Box component="span" sx={{ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>
            {label}
          </Box>
        )}
        {wide && item.Badge && (
          <Box component="span" sx={{ ml: 'auto' }}>
            <item.Badge />
          </Box>
        )}
      </Box>
    </Tooltip>
  );
}
