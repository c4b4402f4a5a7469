/** What a rule's definition says beside its text: its name in both languages, what it is for, whether it runs. */
import { Box, FormControlLabel, Switch, TextField } from '@mui/material';
import { useState } from 'react';
import type { Content } from '@/build/api';
import { FormDialog } from '@/components';
import { type Text, useText } from '@/i18n';

interface DetailsDialogProps {
  document: Content;
  onClose: () => void;
  onChange: (members: Content) => void;
}

const textOf = (value: unknown): Text => ({ zh: '', en: '', ...(value as Partial<Text> | null | undefined) });

export function DetailsDialog({ document, onClose, onChange }: DetailsDialogProps) {
  const t = useText();
  const [label, setLabel] = useState(() => textOf(document.label));
  const [description, setDescription] = useState(() => textOf(document.description));
  const [enabled, setEnabled] = useState(document.enabled !== false);
  const save = async () => {
    const said = description.zh.trim() || description.en.trim();
    onChange({ label, description: said ? description : null, enabled });
  };
  return (
    <FormDialog
      open
      title={t({ zh: '名称与说明', en: 'Name and description' })}
      action={t({ zh: '放进草稿', en: 'Put into the draft' })}
      ready={label.zh.trim() !== '' || label.en.trim() !== ''}
      onClose={onClose}
      onSubmit={save}
    >
      <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: { xs: 'minmax(0, 1fr)', sm: '1fr 1fr' } }}>
        <TextField
          label={t({ zh: '中文名称', en: 'Name in Chinese' })}
          value={label.zh}
          onChange={(event) => setLabel({ ...label, zh: event.target.value })}
          autoFocus
        />
        <TextField
          label={t({ zh: '英文名称', en: 'Name in English' })}
          value={label.en}
          onChange={(event) => setLabel({ ...label, en: event.target.value })}
        />
        <TextField
          label={t({ zh: '中文说明', en: 'Description in Chinese' })}
          value={description.zh}
          onChange={(event) => setDescription({ ...description, zh: event.target.value })}
          multiline
          minRows={2}
        />
        <TextField
          label={t({ zh: '英文说明', en: 'Description in English' })}
          value={description.en}
          onChange={(event) => setDescription({ ...description, en: event.target.value })}
          multiline
          minRows={2}
        />
      </Box>
      <FormControlLabel
        control={<Switch checked={enabled} onChange={(event) => setEnabled(event.target.checked)} />}
        label={t({ zh: '发布后运行', en: 'Runs once published' })}
      />
    </FormDialog>
  );
}
