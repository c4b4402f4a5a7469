/** The frame of every page: rail or bottom bar, top bar, the page itself with its own loading and error states. */
import { Box, useMediaQuery } from '@mui/material';
import type { Theme } from '@mui/material/styles';
import { Component, type ReactNode, Suspense, useEffect, useState } from 'react';
import { useStore } from 'react-admin';
import { ScrollRestoration, useLocation } from 'react-router-dom';
import { ErrorState, PageSkeleton } from '@/components';
import { useText } from '@/i18n';
import { LiveProvider } from '@/providers/live';
import { BottomBar } from './BottomBar';
import { CommandPalette } from './CommandPalette';
import { Rail } from './Rail';
import { useAccountLanguage } from './switches';
import { TopBar } from './TopBar';

export function Layout({ children }: { children: ReactNode }) {
  useAccountLanguage();
  const phone = useMediaQuery((theme: Theme) => theme.breakpoints.down('sm'));
  const roomy = useMediaQuery((theme: Theme) => theme.breakpoints.up('md'));
  const [chosen, setWide] = useStore<boolean | null>('rail.wide', null);
  const wide = chosen ?? roomy;
  const [searching, setSearching] = useSearchKey();
  return (
    <LiveProvider>
      <SkipLink />
      <ScrollRestoration />
      <Box sx={{ display: 'flex', minHeight: '100dvh' }}>
        {!phone && <Rail wide={wide} onToggle={() => setWide(!wide)} />}
        <Box sx={{ flex: 1, minWidth: 0, display: 'flex', flexDirection: 'column' }}>
          <TopBar phone={phone} onSearch={() => setSearching(true)} />
          <Box
            component="main"
            id="main"
            tabIndex={-1}
            sx={{ flex: 1, p: { xs: 2, sm: 3 }, pb: { xs: 11, sm: 4 }, outline: 'none' }}
          >
            <PageBoundary>{children}</PageBoundary>
          </Box>
        </Box>
      </Box>
      {phone && <BottomBar />}
      <CommandPalette open={searching} onClose={() => setSearching(false)} />
    </LiveProvider>
  );
}

function useSearchKey(): [boolean, (open: boolean) => void] {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.isComposing || event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      setOpen(true);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  return [open, setOpen];
}

function SkipLink() {
  const t = useText();
  return (
    <Box
      component="a"
      href="#main"
      sx={{
        position: 'fixed',
        left: 8,
        top: -60,
        zIndex: 'tooltip',
        p: 1,
        borderRadius: 1,
        bgcolor: 'primary.main',
        color: 'primary.contrastText',
        '&:focus': { top: 8 },
      }}
    >
      {t({ zh: '跳到正文', en: 'Skip to content' })}
    </Box>
  );
}

/** A page that fails leaves the frame standing; going elsewhere clears it. */
function PageBoundary({ children }: { children: ReactNode }) {
  const { pathname } = useLocation();
  return (
    <Boundary key={pathname}>
      <Suspense fallback={<PageSkeleton />}>{children}</Suspense>
    </Boundary>
  );
}

class Boundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    return error ? <ErrorState error={error} retry={() => this.setState({ error: null })} /> : this.props.children;
  }
}
