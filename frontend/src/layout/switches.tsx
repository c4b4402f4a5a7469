/** Switches of the reader's own: language, light or dark. */
import { Button, IconButton, Tooltip } from '@mui/material';
import { Languages, Moon, Sun } from 'lucide-react';
import { useEffect } from 'react';
import { useLocaleState, useTheme } from 'react-admin';
import { useText } from '@/i18n';

export function LanguageSwitch() {
  const [locale, setLocale] = useLocaleState();
  const other =
    locale === 'en' ? { locale: 'zh', name: '中文', lang: 'zh-CN' } : { locale: 'en', name: 'English', lang: 'en' };
  return (
    <Button
      onClick={() => setLocale(other.locale)}
      startIcon={<Languages size={16} />}
      lang={other.lang}
      sx={{ color: 'text.secondary' }}
    >
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

/** Tells the browser the language of the page: fonts, line breaking and screen readers follow it. */
export function useDocumentLanguage(): void {
  const [locale] = useLocaleState();
  useEffect(() => {
    document.documentElement.lang = locale === 'en' ? 'en' : 'zh-CN';
  }, [locale]);
}
