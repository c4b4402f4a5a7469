/** Why a draft was not saved, and the way on when somebody published meanwhile. */
import { Alert, Button } from '@mui/material';
import { errorText } from '@/components/errorText';
import { useText } from '@/i18n';
import { ApiError } from '@/providers/http';
import type { Definition } from './api';
import type { Saving } from './useSaving';

const OUTDATED = 'definition.draft_outdated';

export function SaveRefusal({ definition, saving }: { definition: Definition; saving: Saving }) {
  const t = useText();
  const { draft_base_version: base, version, draft } = definition;
  const behind = draft !== null && base !== null && base !== version;
  const outdated = behind || (saving.error instanceof ApiError && saving.error.code === OUTDATED);
  if (!outdated && !saving.error) return null;
  const said = saving.error ? errorText(saving.error, t) : null;
  const stale = t(
    {
      zh: '草稿基于版本 {base}，而已发布的是版本 {version}。请对照新版本检查后再保存。',
      en: 'The draft started from version {base}; version {version} is published meanwhile. Compare before saving.',
    },
    { base: base ?? 0, version },
  );
  return (
    <Alert
      severity={outdated ? 'warning' : 'error'}
      variant="outlined"
      sx={{ mb: 2 }}
      action={
        outdated && (
          <Button color="inherit" onClick={saving.saveAnyway} loading={saving.busy}>
            {t({ zh: '以我的为准保存', en: 'Save mine on top' })}
          </Button>
        )
      }
    >
      {said ? [said.message, said.suggestion].filter(Boolean).join(' ') : stale}
    </Alert>
  );
}
