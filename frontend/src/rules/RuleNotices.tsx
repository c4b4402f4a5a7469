/** What must be known of a rule before anything else: that it cannot run, or who switched it off and why. */
import { Alert, Stack } from '@mui/material';
import { Time } from '@/components';
import { useText } from '@/i18n';
import type { RuleItem } from './api';

export function RuleNotices({ rule }: { rule: RuleItem }) {
  const t = useText();
  if (!rule.problem && !rule.off) return null;
  const by = rule.off_by ?? t({ zh: '系统', en: 'Weft itself' });
  return (
    <Stack spacing={1} sx={{ mb: 2 }}>
      {rule.problem && (
        <Alert severity="error" variant="outlined">
          {t({ zh: '发布的版本不能运行：', en: 'The published version cannot run: ' })}
          {rule.problem}
        </Alert>
      )}
      {rule.off && (
        <Alert severity="warning" variant="outlined">
          {t({ zh: '已由 {by} 关闭', en: 'Switched off by {by}' }, { by })} <Time value={rule.off_at} />
          {rule.off_reason && t({ zh: '：{reason}', en: ': {reason}' }, { reason: rule.off_reason })}
        </Alert>
      )}
    </Stack>
  );
}
