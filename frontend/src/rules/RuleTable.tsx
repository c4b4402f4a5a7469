/** The rules of an installation in a table: what each waits for, what came of it, and the switch that stops it. */
import { Box, Stack, Tooltip, Typography, useMediaQuery } from '@mui/material';
import type { Theme } from '@mui/material/styles';
import { type Column, DataTable, StatusChip, Time, useFormat } from '@/components';
import { type Text, useText } from '@/i18n';
import { useMay } from '@/providers/me';
import { type RuleItem, rulePath, useSwitchRule } from './api';
import { RULE_STATES, stateOf, TRIGGERS } from './labels';
import { KillSwitch } from './SwitchDialog';

/** A rule that was never published has no counts yet. */
export interface RuleRow {
  key: string;
  label: Text;
  /** A draft waits to be published. */
  draft: boolean;
  item: RuleItem | null;
}

type Count = 'fired' | 'limited' | 'failed' | 'retracted' | 'pending' | 'incidents';

const COUNTS: { key: Count; label: Text; tone?: string }[] = [
  { key: 'fired', label: { zh: '触发', en: 'Fired' } },
  { key: 'limited', label: { zh: '拦下', en: 'Held back' } },
  { key: 'failed', label: { zh: '失败', en: 'Failed' }, tone: 'error.main' },
  { key: 'retracted', label: { zh: '撤回', en: 'Retracted' } },
  { key: 'pending', label: { zh: '待执行', en: 'Pending' } },
  { key: 'incidents', label: { zh: '问题', en: 'Incidents' }, tone: 'error.main' },
];

export function RuleTable({ rows }: { rows: RuleRow[] }) {
  const t = useText();
  const may = useMay();
  const phone = useMediaQuery((theme: Theme) => theme.breakpoints.down('sm'));
  const each = COUNTS.map(
    ({ key, label, tone }): Column<RuleRow> => ({
      key,
      label: t(label),
      align: 'right',
      render: ({ item }) => item && <Figure value={item[key]} tone={tone} />,
    }),
  );
  const together: Column<RuleRow> = {
    key: 'counts',
    label: t({ zh: '次数', en: 'Counts' }),
    render: ({ item }) => item && <Figures rule={item} />,
  };
  const columns: Column<RuleRow>[] = [
    { key: 'label', label: t({ zh: '规则', en: 'Rule' }), wrap: true, render: ({ label }) => t(label) },
    { key: 'state', label: t({ zh: '状态', en: 'State' }), render: (row) => <RowState row={row} /> },
    { key: 'trigger', label: t({ zh: '触发条件', en: 'Trigger' }), wrap: true, render: (row) => <Trigger row={row} /> },
    ...(phone ? [together] : each),
    {
      key: 'last',
      label: t({ zh: '最近触发', en: 'Last' }),
      render: ({ item }) => <Time value={item?.last_fired_at} />,
    },
    {
      key: 'switch',
      label: t({ zh: '开关', en: 'Switch' }),
      align: 'right',
      render: ({ item }) => item && may('operate') && <RuleSwitch rule={item} />,
    },
  ];
  return (
    <DataTable
      label={t({ zh: '规则', en: 'Rules' })}
      rows={rows}
      rowKey={({ key }) => key}
      href={({ key }) => rulePath(key)}
      columns={columns}
    />
  );
}

function Figure({ value, tone }: { value: number; tone?: string | undefined }) {
  const format = useFormat();
  return (
    <Box component="span" sx={{ color: value === 0 ? 'text.secondary' : (tone ?? 'text.primary') }}>
      {value === 0 ? '–' : format.number(value)}
    </Box>
  );
}

/** Those that are not zero, on one line. */
function Figures({ rule }: { rule: RuleItem }) {
  const t = useText();
  const format = useFormat();
  const said = COUNTS.filter(({ key }) => rule[key] > 0).map(
    ({ key, label }) => `${t(label)} ${format.number(rule[key])}`,
  );
  return said.join(' · ') || t({ zh: '还没有触发过', en: 'Has not fired yet' });
}

function RowState({ row: { item, draft } }: { row: RuleRow }) {
  const t = useText();
  return (
    <Stack direction="row" component="span" sx={{ gap: 0.5 }}>
      {item && <RuleState rule={item} />}
      {draft && <StatusChip label={t(RULE_STATES.draft.label)} color="orange" />}
    </Stack>
  );
}

export function RuleState({ rule }: { rule: RuleItem }) {
  const t = useText();
  const { label, color } = RULE_STATES[stateOf(rule)];
  return <StatusChip label={t(label)} color={color} dot title={rule.problem ?? undefined} />;
}

function Trigger({ row: { item } }: { row: RuleRow }) {
  const t = useText();
  if (!item?.trigger) return null;
  const { icon: Icon, label } = TRIGGERS[item.trigger.kind];
  return (
    <Stack direction="row" component="span" sx={{ gap: 0.75, alignItems: 'flex-start' }}>
      <Tooltip title={t(label)}>
        <Box
          component="span"
          role="img"
          aria-label={t(label)}
          sx={{ color: 'text.secondary', pt: '3px', flex: 'none' }}
        >
          <Icon size={14} />
        </Box>
      </Tooltip>
      <Typography component="span" variant="body2" sx={{ overflowWrap: 'anywhere', minWidth: 0 }}>
        {t(item.trigger.sentence)}
      </Typography>
    </Stack>
  );
}

export function RuleSwitch({ rule }: { rule: RuleItem }) {
  const t = useText();
  const turn = useSwitchRule(rule.key);
  return (
    <KillSwitch
      name={t(rule.label)}
      off={rule.off}
      consequence={{
        zh: '它立即停下：新事件不再触发，待执行的步骤会被丢弃。',
        en: 'It stops at once: nothing new fires, and what it has pending is dropped.',
      }}
      onSwitch={(to) => turn.mutateAsync(to)}
    />
  );
}
