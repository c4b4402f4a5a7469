/** MUI themes made from the tokens: 14 px, hairlines instead of shadows, no capitals, one accent. */
import type { RaThemeOptions } from 'react-admin';
import { dark, fontFamily, light, type Tokens } from './tokens';

declare module '@mui/material/styles' {
  interface Palette {
    weft: Tokens;
  }
  interface PaletteOptions {
    weft?: Tokens;
  }
}

const shadows = ['none', ...Array(24).fill('none')] as RaThemeOptions['shadows'];

const typography: RaThemeOptions['typography'] = {
  fontFamily,
  fontSize: 14,
  htmlFontSize: 16,
  h1: { fontSize: 22, fontWeight: 650, lineHeight: 1.35, letterSpacing: '-0.01em' },
  h2: { fontSize: 18, fontWeight: 650, lineHeight: 1.4 },
  h3: { fontSize: 15, fontWeight: 650, lineHeight: 1.45 },
  h4: { fontSize: 14, fontWeight: 650, lineHeight: 1.5 },
  h5: { fontSize: 14, fontWeight: 600, lineHeight: 1.5 },
  h6: { fontSize: 14, fontWeight: 600, lineHeight: 1.5 },
  subtitle1: { fontSize: 14, fontWeight: 550, lineHeight: 1.55 },
  subtitle2: { fontSize: 13, fontWeight: 550, lineHeight: 1.55 },
  body1: { fontSize: 14, lineHeight: 1.6 },
  body2: { fontSize: 14, lineHeight: 1.6 },
  caption: { fontSize: 12, lineHeight: 1.5 },
  button: { fontSize: 14, fontWeight: 550, textTransform: 'none', letterSpacing: 0 },
};

function components(t: Tokens): RaThemeOptions['components'] {
  const hairline = `1px solid ${t.line}`;
  const popover = { border: hairline, boxShadow: '0 8px 28px rgba(10, 12, 20, 0.16)', backgroundImage: 'none' };
  return {
    MuiCssBaseline: {
      styleOverrides: {
        body: { backgroundColor: t.canvas, fontFeatureSettings: "'cv05', 'calt'", overflowWrap: 'anywhere' },
        a: { color: t.accent },
        ':focus-visible': { outline: `2px solid ${t.accent}`, outlineOffset: 2 },
        '@media (prefers-reduced-motion: reduce)': {
          '*, *::before, *::after': { animationDuration: '0.01ms !important', transitionDuration: '0.01ms !important' },
        },
      },
    },
    MuiButtonBase: { defaultProps: { disableRipple: true } },
    MuiButton: {
      defaultProps: { disableElevation: true, size: 'small' },
      styleOverrides: {
        root: {
          borderRadius: 7,
          padding: '5px 12px',
          minHeight: 32,
          lineHeight: 1.4,
          whiteSpace: 'nowrap',
          '@media (pointer: coarse)': { minHeight: 40 },
          '&.Mui-focusVisible': { outline: `2px solid ${t.accent}`, outlineOffset: 2 },
        },
        outlined: { borderColor: t.line, color: t.text, '&:hover': { borderColor: t.lineStrong, background: t.hover } },
      },
    },
    MuiIconButton: {
      defaultProps: { size: 'small' },
      styleOverrides: {
        root: {
          borderRadius: 7,
          color: t.muted,
          '&:hover': { background: t.hover, color: t.text },
          '&.Mui-focusVisible': { outline: `2px solid ${t.accent}` },
          '@media (pointer: coarse)': { minWidth: 40, minHeight: 40 },
        },
      },
    },
    MuiPaper: {
      defaultProps: { elevation: 0 },
      styleOverrides: { root: { backgroundImage: 'none' }, outlined: { borderColor: t.line } },
    },
    MuiCard: { defaultProps: { variant: 'outlined' } },
    MuiMenu: { styleOverrides: { paper: popover } },
    MuiPopover: { styleOverrides: { paper: popover } },
    MuiAutocomplete: { styleOverrides: { paper: popover } },
    MuiDialog: { styleOverrides: { paper: { ...popover, borderRadius: 12, backgroundColor: t.raised } } },
    MuiDialogTitle: { styleOverrides: { root: { fontSize: 16, fontWeight: 650 } } },
    MuiDialogActions: { styleOverrides: { root: { padding: '8px 24px 16px' } } },
    MuiTextField: { defaultProps: { size: 'small', variant: 'outlined', margin: 'none' } },
    MuiSelect: { defaultProps: { size: 'small' } },
    MuiOutlinedInput: {
      styleOverrides: {
        root: {
          background: t.surface,
          borderRadius: 7,
          '& .MuiOutlinedInput-notchedOutline': { borderColor: t.lineStrong },
        },
        input: { '@media (pointer: coarse)': { fontSize: 16 } },
      },
    },
    MuiFormHelperText: { styleOverrides: { root: { marginLeft: 2, fontSize: 12.5 } } },
    MuiTableCell: {
      styleOverrides: {
        root: { borderColor: t.line, padding: '7px 12px', fontSize: 14 },
        head: { color: t.muted, fontWeight: 550, fontSize: 13, background: t.surface, whiteSpace: 'nowrap' },
      },
    },
    MuiTableRow: { styleOverrides: { root: { '&.MuiTableRow-hover:hover': { backgroundColor: t.hover } } } },
    MuiTabs: { styleOverrides: { root: { minHeight: 38 }, indicator: { height: 2 } } },
    MuiTab: {
      styleOverrides: {
        root: {
          minHeight: 38,
          padding: '8px 12px',
          minWidth: 0,
          textTransform: 'none',
          '&.Mui-focusVisible': { outline: `2px solid ${t.accent}`, outlineOffset: -2 },
        },
      },
    },
    MuiToggleButton: {
      styleOverrides: {
        root: {
          color: t.muted,
          borderColor: t.line,
          textTransform: 'none',
          fontWeight: 550,
          '&.Mui-selected': { color: t.text, background: t.hover },
        },
      },
    },
    MuiTooltip: {
      defaultProps: { enterDelay: 400, arrow: false },
      styleOverrides: { tooltip: { fontSize: 12.5, background: t.text, color: t.canvas, borderRadius: 6 } },
    },
    // Below, many pages have a bar with buttons, and a phone has its own.
    RaNotification: { defaultProps: { anchorOrigin: { vertical: 'top', horizontal: 'center' } } },
    MuiDivider: { styleOverrides: { root: { borderColor: t.line } } },
    MuiAlert: { styleOverrides: { root: { borderRadius: 8 } } },
    MuiSwitch: {
      styleOverrides: { thumb: { boxShadow: `0 0 0 1px ${t.lineStrong}` }, track: { backgroundColor: t.lineStrong } },
    },
    MuiChip: { styleOverrides: { root: { borderRadius: 6 } } },
    MuiLink: { defaultProps: { underline: 'hover' } },
  };
}

function makeTheme(mode: 'light' | 'dark', t: Tokens): RaThemeOptions {
  return {
    palette: {
      mode,
      weft: t,
      primary: { main: t.accent, dark: t.accentHover, contrastText: t.onAccent },
      secondary: { main: t.accent, contrastText: t.onAccent },
      error: { main: mode === 'light' ? '#b42318' : '#ff9f96' },
      warning: { main: mode === 'light' ? '#8f4506' : '#f6bd79' },
      success: { main: mode === 'light' ? '#15603a' : '#87e0a7' },
      info: { main: t.accent },
      background: { default: t.canvas, paper: t.surface },
      divider: t.line,
      text: { primary: t.text, secondary: t.muted },
    },
    shape: { borderRadius: 8 },
    shadows,
    typography,
    sidebar: { width: 232, closedWidth: 56 },
    components: components(t),
  };
}

export const lightTheme = makeTheme('light', light);
export const darkTheme = makeTheme('dark', dark);
