/** Which language a text is written in, and the way to have it in the other one's words. */
import { ToggleButton, ToggleButtonGroup, Tooltip } from '@mui/material';
import { type Locale, type Text, useLocale, useText } from '@/i18n';
import { SURFACES, surfaceOf } from './surface';

interface SurfaceSwitchProps {
  text: string;
  ready: boolean;
  onChoose: (surface: Locale, command: Text) => void;
}

export function SurfaceSwitch({ text, ready, onChoose }: SurfaceSwitchProps) {
  const t = useText();
  const locale = useLocale();
  const written = surfaceOf(text) ?? locale;
  return (
    <Tooltip title={ready || !text.trim() ? '' : t({ zh: '没有问题后才能改写', en: 'Once nothing is wrong with it' })}>
      <ToggleButtonGroup
        exclusive
        size="small"
        value={written}
        aria-label={t({ zh: '书写语言', en: 'Language of the text' })}
        sx={{ '& .MuiToggleButton-root': { px: 1, py: 0.125, fontSize: 12.5, lineHeight: '22px' } }}
      >
        {SURFACES.map(({ key, name, command }) => (
          <ToggleButton key={key} value={key} disabled={!ready} onClick={() => onChoose(key, command)}>
            {name}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
    </Tooltip>
  );
}
