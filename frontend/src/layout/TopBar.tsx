/** The top bar: search, the live dot, language, theme, and the reader's menu. */
import { Box, Button, Divider, IconButton, Menu, MenuItem, Stack, Tooltip, Typography } from '@mui/material';
import { LogOut, Search, UserRound } from 'lucide-react';
import { useState } from 'react';
import { useLogout } from 'react-admin';
import { Link } from 'react-router-dom';
import { Avatar } from '@/components';
import { type Text, useText } from '@/i18n';
import { type LiveState, useLiveState } from '@/providers/live';
import { useMe } from '@/providers/me';
import { type ToneName, useTokens } from '@/theme';
import { NotificationBell } from './NotificationBell';
import { LanguageSwitch, ThemeSwitch } from './switches';
import { Wordmark } from './Wordmark';

export function TopBar({ phone, onSearch }: { phone: boolean; onSearch: () => void }) {
  return (
    <Box
      component="header"
      sx={{
        height: 52,
        flex: 'none',
        position: 'sticky',
        top: 0,
        zIndex: 'appBar',
        display: 'flex',
        alignItems: 'center',
        gap: 0.5,
        px: { xs: 1.5, sm: 2.5 },
        borderBottom: 1,
        borderColor: 'divider',
        bgcolor: 'background.paper',
      }}
    >
      {phone && <Wordmark size={24} />}
      {phone && <Box sx={{ flex: 1 }} />}
      <SearchButton phone={phone} onSearch={onSearch} />
      {!phone && <Box sx={{ flex: 1 }} />}
      <LiveDot />
      <NotificationBell />
      {!phone && <LanguageSwitch />}
      {!phone && <ThemeSwitch />}
      <UserMenu phone={phone} />
    </Box>
  );
}

function SearchButton({ phone, onSearch }: { phone: boolean; onSearch: () => void }) {
  const t = useText();
  const tokens = useTokens();
  const label = t({ zh: '搜索页面和记录', en: 'Search pages and records' });
  if (phone) {
    return (
      <IconButton aria-label={label} onClick={onSearch}>
        <Search size={18} />
      </IconButton>
    );
  }
  return (
    <Button
      onClick={onSearch}
      variant="outlined"
      startIcon={<Search size={15} />}
      sx={{
        width: 300,
        maxWidth: '40vw',
        justifyContent: 'flex-start',
        color: tokens.muted,
        fontWeight: 450,
        bgcolor: tokens.canvas,
      }}
    >
      <Box component="span" sx={{ flex: 1, textAlign: 'left', overflow: 'hidden', textOverflow: 'ellipsis' }}>
        {label}
      </Box>
      <Box
        component="kbd"
        aria-hidden
        sx={{ font: 'inherit', fontSize: 12, border: 1, borderColor: 'divider', borderRadius: '4px', px: 0.75 }}
      >
        Ctrl K
      </Box>
    </Button>
  );
}

const LIVE: Record<LiveState, { tone: ToneName; label: Text }> = {
  open: { tone: 'green', label: { zh: '实时连接正常', en: 'Live' } },
  connecting: { tone: 'orange', label: { zh: '正在连接', en: 'Connecting' } },
  closed: { tone: 'red', label: { zh: '实时连接已断开，正在重试', en: 'Live updates lost, trying again' } },
};

function LiveDot() {
  const t = useText();
  const tokens = useTokens();
  const { tone, label } = LIVE[useLiveState()];
  return (
    <Tooltip title={t(label)}>
      <Box role="status" aria-label={t(label)} sx={{ p: 1, display: 'grid' }}>
        <Box sx={{ width: 8, height: 8, borderRadius: '50%', bgcolor: tokens.tones[tone].solid }} />
      </Box>
    </Tooltip>
  );
}

function UserMenu({ phone }: { phone: boolean }) {
  const t = useText();
  const me = useMe();
  const logout = useLogout();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  if (!me) return null;
  const label = t({ zh: '个人菜单：{name}', en: 'Menu of {name}' }, { name: me.name });
  return (
    <>
      <IconButton
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={!!anchor}
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        <Avatar name={me.name} />
      </IconButton>
      <Menu open={!!anchor} anchorEl={anchor} onClose={() => setAnchor(null)}>
        <Box sx={{ px: 2, py: 1, minWidth: 200 }}>
          <Typography sx={{ fontWeight: 600 }}>{me.name}</Typography>
          <Typography variant="caption" sx={{ color: 'text.secondary' }}>
            {me.email}
          </Typography>
        </Box>
        {phone && (
          <Stack direction="row" sx={{ px: 1 }}>
            <LanguageSwitch />
            <ThemeSwitch />
          </Stack>
        )}
        <Divider sx={{ my: 0.5 }} />
        <MenuItem component={Link} to="/account" onClick={() => setAnchor(null)}>
          <UserRound size={16} style={{ marginRight: 10 }} aria-hidden />
          {t({ zh: '我的账号', en: 'My account' })}
        </MenuItem>
        <MenuItem onClick={() => logout()}>
          <LogOut size={16} style={{ marginRight: 10 }} aria-hidden />
          {t({ zh: '退出登录', en: 'Sign out' })}
        </MenuItem>
      </Menu>
    </>
  );
}
