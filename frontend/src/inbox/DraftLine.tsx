/** Says that something entered earlier is there again, and that what is entered now is kept. */
import { Alert, Box, Button } from '@mui/material';
import { errorText, Time, useFormat, useSayError } from '@/components';
import { useText } from '@/i18n';
import type { DraftState } from './useDraft';

export function RestoredDraft({ draft, onDrop }: { draft: DraftState; onDrop: () => void }) {
  const t = useText();
  const say = useSayError();
  if (!draft.restored) return null;
  const drop = () => draft.drop().then(onDrop, say);
  return (
    <Alert
      severity="info"
      variant="outlined"
      icon={false}
      action={
        <Button color="inherit" onClick={() => void drop()}>
          {t({ zh: '丢弃草稿', en: 'Discard' })}
        </Button>
      }
      sx={{ py: 0, alignItems: 'center', '& .MuiAlert-action': { pt: 0 } }}
    >
      {t({ zh: '已恢复草稿 ·', en: 'Draft restored ·' })} <Time value={draft.restored.updated_at} />
    </Alert>
  );
}

/** Small, beside the buttons. */
export function DraftNote({ draft }: { draft: DraftState }) {
  const t = useText();
  const format = useFormat();
  const said = draft.error
    ? t({ zh: '草稿没有保存：{why}', en: 'Draft not kept: {why}' }, { why: errorText(draft.error, t).message })
    : draft.savedAt && t({ zh: '草稿已保存 {at}', en: 'Draft kept {at}' }, { at: format.time(draft.savedAt) });
  return (
    <Box role="status" sx={{ fontSize: 12.5, color: draft.error ? 'error.main' : 'text.secondary', flex: '1 1 auto' }}>
      {said}
    </Box>
  );
}
