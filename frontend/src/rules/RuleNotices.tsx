/** What must be known of a rule before anything else: that it cannot run, or who switched it off and why. */
import { Alert, Stack } from '@mui/material';
import { Time } from '@/components';
import { type TextReader, useText } from '@/i18n';
import type { RuleItem } from './api';

export function RuleNotices({ rule }: { rule: RuleItem }) {
  const t = useText();
  if (!rule.problem && !rule.off) return null;
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
          {offText(rule, t)} <Time value={rule.off_at} />
        </Alert>
      )}
    </Stack>
  );
}

/** Who switched a rule off, and why. */
export function offText({ off_by, off_reason }: RuleItem, t: TextReader): string {
  const by = off_by ?? t({ zh: '系统', en: 'Weft itself' });
  return off_reason
    ? t({ zh: '已由 {by} 关闭：{reason}', en: 'Switched off by {by}: {reason}' }, { by, reason: off_reason })
    : t({ zh: '已由 {by} 关闭', en: 'Switched off by {by}' }, { by });
}
