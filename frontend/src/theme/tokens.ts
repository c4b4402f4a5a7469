/** Colours and sizes: neutrals, one accent, six semantic tones; every text pair meets WCAG AA. */

export type ToneName = 'grey' | 'blue' | 'green' | 'orange' | 'red' | 'purple';

/** A tone for chips, badges and marks: text, background and a solid colour for dots and chart series. */
export interface Tone {
  text: string;
  background: string;
  solid: string;
}

export interface Tokens {
  accent: string;
  accentHover: string;
  onAccent: string;
  accentSoft: string;
  canvas: string;
  surface: string;
  raised: string;
  hover: string;
  line: string;
  lineStrong: string;
  text: string;
  muted: string;
  tones: Record<ToneName, Tone>;
}

export const light: Tokens = {
  accent: '#2f5bd7',
  accentHover: '#264bb3',
  onAccent: '#ffffff',
  accentSoft: '#eaf0fd',
  canvas: '#f7f7f8',
  surface: '#ffffff',
  raised: '#ffffff',
  hover: '#f1f2f4',
  line: '#e4e5e9',
  lineStrong: '#8b8f9b',
  text: '#191b20',
  muted: '#5b606c',
  tones: {
    grey: { text: '#474c57', background: '#eff0f3', solid: '#8a909d' },
    blue: { text: '#1d4ed8', background: '#e8effd', solid: '#3b72e8' },
    green: { text: '#15603a', background: '#e4f5eb', solid: '#2f9e63' },
    orange: { text: '#8f4506', background: '#fdf0e0', solid: '#d9822b' },
    red: { text: '#b42318', background: '#fdecea', solid: '#dc4a3d' },
    purple: { text: '#6430b8', background: '#f2ecfc', solid: '#8a5be0' },
  },
};

export const dark: Tokens = {
  accent: '#8fb0ff',
  accentHover: '#a9c2ff',
  onAccent: '#0d1530',
  accentSoft: '#1c2744',
  canvas: '#101216',
  surface: '#16181d',
  raised: '#1c1f26',
  hover: '#20242c',
  line: '#2a2e37',
  lineStrong: '#747a88',
  text: '#ececf1',
  muted: '#a3a8b5',
  tones: {
    grey: { text: '#c5c9d3', background: '#272b34', solid: '#8b92a1' },
    blue: { text: '#9fbdff', background: '#1b2745', solid: '#5b8cf5' },
    green: { text: '#87e0a7', background: '#142f20', solid: '#3fb877' },
    orange: { text: '#f6bd79', background: '#372613', solid: '#e09a49' },
    red: { text: '#ffa198', background: '#3c1b1a', solid: '#ee6a5f' },
    purple: { text: '#ceb5ff', background: '#2c2146', solid: '#a27bf0' },
  },
};

/** Inter for Latin letters and figures, the system's own fonts for Chinese. */
export const fontFamily = [
  "'Inter Variable'",
  "'PingFang SC'",
  "'HarmonyOS Sans SC'",
  "'Microsoft YaHei'",
  "'Noto Sans CJK SC'",
  "'Noto Sans SC'",
  "'WenQuanYi Micro Hei'",
  'system-ui',
  'sans-serif',
].join(', ');

export const monospace = "ui-monospace, 'SF Mono', 'JetBrains Mono', Consolas, 'Noto Sans Mono CJK SC', monospace";
