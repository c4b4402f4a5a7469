/** Which columns a list shows, remembered in this browser for each view. */
import { Checkbox, FormControlLabel, IconButton, Popover, Stack, Tooltip } from '@mui/material';
import { Columns3 } from 'lucide-react';
import { useState } from 'react';
import { useStore } from 'react-admin';
import { SYSTEM_FIELDS } from '@/fields';
import { useText } from '@/i18n';
import type { Entity, View } from '@/metadata';
import type { Rights } from '@/providers/me';
import { usualColumns } from './sections';

export interface Columns {
  keys: string[];
  toggle: (key: string) => void;
}

/** The reader's own choice, else the view's, else what fits. */
export function useChosenColumns(entity: Entity, view: View | undefined, rights: Rights): Columns {
  const [own, setOwn] = useStore<string[] | null>(`columns.${entity.key}.${view?.key ?? 'all'}`, null);
  const keys = own ?? (view?.columns.length ? view.columns : usualColumns(entity, rights));
  const toggle = (key: string) => setOwn(keys.includes(key) ? keys.filter((one) => one !== key) : [...keys, key]);
  return { keys, toggle };
}

export function ColumnMenu({ entity, rights, columns }: { entity: Entity; rights: Rights; columns: Columns }) {
  const t = useText();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const label = t({ zh: '选择列', en: 'Choose columns' });
  const fields = [...entity.fields, ...SYSTEM_FIELDS].filter(({ key }) => rights.field(key) !== 'hidden');
  return (
    <>
      <Tooltip title={label}>
        <IconButton aria-label={label} aria-haspopup="dialog" onClick={(event) => setAnchor(event.currentTarget)}>
          <Columns3 size={16} />
        </IconButton>
      </Tooltip>
      <Popover
        open={!!anchor}
        anchorEl={anchor}
        onClose={() => setAnchor(null)}
        anchorOrigin={{ vertical: 'bottom', horizontal: 'right' }}
        transformOrigin={{ vertical: 'top', horizontal: 'right' }}
        slotProps={{ paper: { role: 'dialog', 'aria-label': label, sx: { maxHeight: 420 } } }}
      >
        <Stack sx={{ p: 1.5 }}>
          {fields.map((field) => (
            <FormControlLabel
              key={field.key}
              label={t(field.label)}
              control={
                <Checkbox
                  size="small"
                  sx={{ py: 0.5 }}
                  checked={columns.keys.includes(field.key)}
                  onChange={() => columns.toggle(field.key)}
                />
              }
            />
          ))}
        </Stack>
      </Popover>
    </>
  );
}
