/** Switches of the reader's own: language, light or dark. */
import { Button, IconButton, Tooltip } from '@mui/material';
import { Languages, Moon, Sun } from 'lucide-react';
import { useEffect } from 'react';
import { useLocaleState, useStoreContext, useTheme } from 'react-admin';
import { useSayError } from '@/components';
import { useText } from '@/i18n';
import { api } from '@/providers/http';
import { useMe } from '@/providers/me';

/** Switches this browser at once and, when signed in, the account (messages are written in its language). */
export function LanguageSwitch() {
  const me = useMe();
  const say = useSayError();
  const [locale, setLocale] = useLocaleState();
  const other =
    locale === 'en' ? { locale: 'zh', name: '中文', lang: 'zh-CN' } : { locale: 'en', name: 'English', lang: 'en' };
  const change = () => {
    setLocale(other.locale);
    if (me) api.patch('/api/me', { locale: other.locale }).catch(say);
  };
  return (
    <Button onClick={change} startIcon={<Languages size={16} />} lang={other.lang} sx={{ color: 'text.secondary' }}>
      {other.name}
    </Button>
  );
}

export function ThemeSwitch() {
  const t = useText();
  const [theme, setTheme] = useTheme();
  const prefersDark = window.matchMedia?.('(prefers-color-scheme: dark)').matches;
  const dark = theme ? theme === 'dark' : prefersDark;
  const label = dark ? t({ zh: '切换到浅色', en: 'Switch to light' }) : t({ zh: '切换到深色', en: 'Switch to dark' });
  return (
    <Tooltip title={label}>
      <IconButton aria-label={label} onClick={() => setTheme(dark ? 'light' : 'dark')}>
        {dark ? <Sun size={17} /> : <Moon size={17} />}
      </IconButton>
    </Tooltip>
  );
}

/** The language of one's account holds until one is chosen in this browser. */
export function useAccountLanguage(): void {
  const me = useMe();
  const store = useStoreContext();
  const [, setLocale] = useLocaleState();
  const own = me?.locale;
  useEffect(() => {
    if (own && !store.getItem('locale')) setLocale(own);
  }, [own, store, setLocale]);
}

/** Tells the browser the language of the page: fonts, line breaking and screen readers follow it. */
export function useDocumentLanguage(): void {
  const [locale] = useLocaleState();
  useEffect(() => {
    document.documentElement.lang = locale === 'en' ? 'en' : 'zh-CN';
  }, [locale]);
}
