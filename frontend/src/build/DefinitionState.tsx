/** Where a definition stands, in chips: its version, its draft, what is not saved yet. */
import { StatusChip, Time } from '@/components';
import { useText } from '@/i18n';
import type { Definition } from './api';

export function DefinitionState({ definition, dirty }: { definition: Definition; dirty: boolean }) {
  const t = useText();
  const { version, draft, removed, draft_at } = definition;
  return (
    <>
      {version > 0 && (
        <StatusChip label={t({ zh: '版本 {version}', en: 'Version {version}' }, { version })} color="blue" />
      )}
      {removed && <StatusChip label={t({ zh: '待移除', en: 'To be removed' })} color="red" />}
      {draft && (
        <StatusChip
          label={
            <>
              {t({ zh: '草稿', en: 'Draft' })} <Time value={draft_at} />
            </>
          }
          color="orange"
        />
      )}
      {dirty && <StatusChip label={t({ zh: '未保存', en: 'Unsaved' })} color="red" dot />}
    </>
  );
}
