/** A rule for those who run it: its text, what it did, what it will do, what went wrong, and its switch. */
import { Box, Stack, Typography } from '@mui/material';
import { PageHeader, Panel, StatusChip } from '@/components';
import { useText } from '@/i18n';
import type { RuleItem } from './api';
import { RuleNotices } from './RuleNotices';
import { RuleState, RuleSwitch } from './RuleTable';
import { RuleTabs, runningTabs } from './RuleTabs';
import { RuleText } from './RuleText';

export function RuleReading({ rule }: { rule: RuleItem }) {
  const t = useText();
  return (
    <>
      <PageHeader
        title={t(rule.label)}
        back="/rules"
        status={
          <>
            <RuleState rule={rule} />
            <StatusChip
              label={t({ zh: '版本 {version}', en: 'Version {version}' }, { version: rule.version })}
              color="blue"
            />
          </>
        }
        subtitle={<code>{rule.key}</code>}
        actions={<RuleSwitch rule={rule} />}
      />
      <RuleNotices rule={rule} />
      <Stack spacing={2}>
        <Panel title={t({ zh: '规则文本', en: 'Rule text' })} flush>
          {rule.description && (
            <Typography variant="body2" sx={{ px: 2 }}>
              {t(rule.description)}
            </Typography>
          )}
          <Box sx={{ borderTop: 1, borderColor: 'divider', mt: 1 }}>
            <RuleText text={rule.text} label={t({ zh: '规则文本', en: 'Rule text' })} />
          </Box>
        </Panel>
        <RuleTabs tabs={runningTabs(rule)} />
      </Stack>
    </>
  );
}
