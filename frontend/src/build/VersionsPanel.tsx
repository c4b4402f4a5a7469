/** Published versions of a definition: each can be read, and taken as a draft again. */
import { Box, Button, Dialog, DialogActions, DialogContent, DialogTitle, Stack, Typography } from '@mui/material';
import { useId, useState } from 'react';
import { Loaded, Panel, StatusChip, Time } from '@/components';
import { useText } from '@/i18n';
import { type Content, type Definition, useVersion } from './api';
import { CodeEditor } from './CodeEditor';
import { printDocument } from './documents';
import type { Draft } from './useDraft';

export function VersionsPanel({ definition, draft }: { definition: Definition; draft: Draft }) {
  const t = useText();
  const [shown, setShown] = useState<number | null>(null);
  if (definition.versions.length === 0) return null;
  const newestFirst = [...definition.versions].sort((a, b) => b.version - a.version);
  const restore = (content: Content) => {
    draft.setText(`${printDocument(content)}\n`);
    setShown(null);
  };
  return (
    <Panel title={t({ zh: '版本', en: 'Versions' })} flush>
      <Stack component="ul" sx={{ listStyle: 'none', m: 0, px: 2, py: 0, pb: 1.5, gap: 0.5 }}>
        {newestFirst.map(({ version, at, current }) => (
          <Stack key={version} component="li" direction="row" sx={{ gap: 1, alignItems: 'center', minHeight: 32 }}>
            <Typography component="span" variant="body2" sx={{ fontWeight: 550 }}>
              {t({ zh: '版本 {version}', en: 'Version {version}' }, { version })}
            </Typography>
            {current && <StatusChip label={t({ zh: '生效中', en: 'in force' })} color="green" />}
            <Box sx={{ flex: 1 }} />
            <Typography component="span" variant="body2" sx={{ color: 'text.secondary' }}>
              <Time value={at} />
            </Typography>
            <Button onClick={() => setShown(version)}>{t({ zh: '查看', en: 'View' })}</Button>
          </Stack>
        ))}
      </Stack>
      {shown !== null && (
        <VersionDialog
          definition={definition}
          version={shown}
          onClose={() => setShown(null)}
          onRestore={definition.removed ? undefined : restore}
        />
      )}
    </Panel>
  );
}

interface VersionDialogProps {
  definition: Definition;
  version: number;
  onClose: () => void;
  onRestore?: (content: Content) => void;
}

function VersionDialog({ definition, version, onClose, onRestore }: VersionDialogProps) {
  const t = useText();
  const id = useId();
  const query = useVersion(definition, version);
  const { data } = query;
  const title = t({ zh: '{key} 的版本 {version}', en: '{key}, version {version}' }, { key: definition.key, version });
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="md" aria-labelledby={id}>
      <DialogTitle id={id}>{title}</DialogTitle>
      <DialogContent dividers sx={{ p: 0, height: '60dvh' }}>
        <Loaded dense query={query}>
          {({ content }) => <CodeEditor label={title} language="json" value={printDocument(content)} readOnly />}
        </Loaded>
      </DialogContent>
      <DialogActions sx={{ py: 1.5 }}>
        <Button variant="outlined" onClick={onClose}>
          {t({ zh: '关闭', en: 'Close' })}
        </Button>
        {onRestore && (
          <Button variant="contained" disabled={!data} onClick={() => data && onRestore(data.content)}>
            {t({ zh: '放进编辑器', en: 'Put into the editor' })}
          </Button>
        )}
      </DialogActions>
    </Dialog>
  );
}
