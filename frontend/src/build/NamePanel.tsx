/** A definition's name and description in both languages. */
import { Box, TextField } from '@mui/material';
import type { ReactNode } from 'react';
import { Panel } from '@/components';
import { type Text, useText } from '@/i18n';
import type { Content } from './api';
import { textOf } from './labels';
import { PlacedProblems } from './PlacedProblems';
import type { PlacedProblem } from './problemPlaces';
import type { Editing } from './useEditing';

interface NamePanelProps {
  document: Content;
  editing: Editing;
  problems: readonly PlacedProblem[];
  children?: ReactNode;
}

export function NamePanel({ document, editing, problems, children }: NamePanelProps) {
  const t = useText();
  const label = textOf(document.label);
  const description = textOf(document.description);
  const rename = (next: Text) => editing.change({ zh: '改名', en: 'Rename' }, { label: next }, 'label');
  const describe = (next: Text) => {
    const said = next.zh.trim() || next.en.trim() ? next : null;
    editing.change({ zh: '改说明', en: 'Change the description' }, { description: said }, 'description');
  };
  return (
    <Panel title={t({ zh: '名称与说明', en: 'Name and description' })}>
      <Box
        data-path="/label"
        sx={{ display: 'grid', gap: 1.5, gridTemplateColumns: { xs: 'minmax(0, 1fr)', sm: '1fr 1fr' } }}
      >
        <TextField
          label={t({ zh: '中文名称', en: 'Name in Chinese' })}
          value={label.zh}
          onChange={(event) => rename({ ...label, zh: event.target.value })}
        />
        <TextField
          label={t({ zh: '英文名称', en: 'Name in English' })}
          value={label.en}
          onChange={(event) => rename({ ...label, en: event.target.value })}
        />
        <TextField
          label={t({ zh: '中文说明', en: 'Description in Chinese' })}
          value={description.zh}
          onChange={(event) => describe({ ...description, zh: event.target.value })}
          multiline
        />
        <TextField
          label={t({ zh: '英文说明', en: 'Description in English' })}
          value={description.en}
          onChange={(event) => describe({ ...description, en: event.target.value })}
          multiline
        />
      </Box>
      <PlacedProblems problems={problems} place="/label" />
      {children}
    </Panel>
  );
}
