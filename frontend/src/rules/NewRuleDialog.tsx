/** A new rule: its name, its key, and what it begins from. */
import { FormControl, FormControlLabel, FormLabel, Radio, RadioGroup, TextField, Typography } from '@mui/material';
import { useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { FormDialog } from '@/components';
import { useText } from '@/i18n';
import { rulePath } from './api';
import { TRIGGERS } from './labels';
import { STARTERS, type StarterKey } from './starters';

/** A key that a name suggests, where it has Latin letters. */
export function keyOf(name: string): string {
  const words = name.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return words
    .join('_')
    .replace(/^[0-9_]+/, '')
    .slice(0, 60);
}

export function NewRuleDialog({ onClose }: { onClose: () => void }) {
  const t = useText();
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [typedKey, setKey] = useState<string | null>(null);
  const [starter, setStarter] = useState<StarterKey>('event');
  const key = typedKey ?? keyOf(name);
  const query = new URLSearchParams({ new: starter, name: name.trim() });
  return (
    <FormDialog
      open
      title={t({ zh: '新建规则', en: 'New rule' })}
      action={t({ zh: '开始写', en: 'Start writing' })}
      ready={name.trim() !== '' && key !== ''}
      onClose={onClose}
      onSubmit={async () => navigate(`${rulePath(key)}?${query}`)}
    >
      <TextField
        label={t({ zh: '名称', en: 'Name' })}
        value={name}
        onChange={(event) => setName(event.target.value)}
        required
        autoFocus
        slotProps={{ htmlInput: { maxLength: 100 } }}
      />
      <TextField
        label={t({ zh: '键', en: 'Key' })}
        value={key}
        onChange={(event) => setKey(event.target.value.trim())}
        required
        helperText={t({
          zh: '小写字母、数字和下划线，例如 vip_negative_post；发布后不能再改。',
          en: 'Lower-case letters, digits and underscores, such as vip_negative_post; fixed once published.',
        })}
        slotProps={{
          htmlInput: { pattern: '[a-z][a-z0-9_]*', maxLength: 60, autoCapitalize: 'none', spellCheck: false },
        }}
      />
      <FormControl>
        <FormLabel id="starters">{t({ zh: '从哪种开始', en: 'Begin from' })}</FormLabel>
        <RadioGroup
          aria-labelledby="starters"
          value={starter}
          onChange={(event) => setStarter(event.target.value as StarterKey)}
        >
          {STARTERS.map(({ key: each, about }) => (
            <FormControlLabel
              key={each}
              value={each}
              control={<Radio size="small" />}
              sx={{ alignItems: 'flex-start', py: 0.5, '& .MuiRadio-root': { py: 0.25 } }}
              label={
                <>
                  {t(TRIGGERS[each].label)}
                  <Typography component="span" variant="body2" sx={{ display: 'block', color: 'text.secondary' }}>
                    {t(about)}
                  </Typography>
                </>
              }
            />
          ))}
        </RadioGroup>
      </FormControl>
    </FormDialog>
  );
}
