/** The rules of an installation in a table: what each waits for, what came of it, and the switch that stops it. */
import { Box, Stack, Tooltip, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { type Column, DataTable, type Formatter, StatusChip, Time, useFormat } from '@/components';
import { type Text, type TextReader, useText } from '@/i18n';
import { useMay } from '@/providers/me';
import { type RuleItem, rulePath, useSwitchRule } from './api';
import { RULE_STATES, stateOf, TRIGGERS } from './labels';
import { offText } from './RuleNotices';
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

interface Counted {
  key: Count;
  label: Text;
  /** Somebody should look. */
  bad?: boolean;
}

const FIRED: Counted = { key: 'fired', label: { zh: '触发', en: 'Fired' } };
const REST: Counted[] = [
  { key: 'incidents', label: { zh: '问题', en: 'incidents' }, bad: true },
  { key: 'failed', label: { zh: '失败', en: 'failed' }, bad: true },
  { key: 'limited', label: { zh: '拦下', en: 'held back' } },
  { key: 'retracted', label: { zh: '撤回', en: 'retracted' } },
  { key: 'pending', label: { zh: '待执行', en: 'pending' } },
];

export function RuleTable({ rows }: { rows: RuleRow[] }) {
  const t = useText();
  const may = useMay();
  const format = useFormat();
  const columns: Column<RuleRow>[] = [
    { key: 'label', label: t({ zh: '规则', en: 'Rule' }), wrap: true, render: ({ label }) => t(label) },
    { key: 'state', label: t({ zh: '状态', en: 'State' }), render: (row) => <RowState row={row} /> },
    { key: 'trigger', label: t({ zh: '触发条件', en: 'Trigger' }), wrap: true, render: (row) => <Trigger row={row} /> },
    {
      key: 'fired',
      label: t(FIRED.label),
      align: 'right',
      render: ({ item }) => item && format.number(item.fired),
    },
    {
      key: 'rest',
      label: t({ zh: '其他', en: 'Also' }),
      wrap: true,
      render: ({ item }) => item && restOf(item, t, format),
    },
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

/** What else came of it, as far as it is not zero. */
function restOf(rule: RuleItem, t: TextReader, format: Formatter): ReactNode {
  const said = REST.filter(({ key }) => rule[key] > 0);
  if (said.length === 0) return null;
  return (
    <Box component="span" sx={{ fontSize: 13, color: 'text.secondary' }}>
      {said.map(({ key, label, bad }, index) => (
        <span key={key}>
          {index > 0 && ' · '}
          <Box component="span" sx={{ whiteSpace: 'nowrap', color: bad ? 'error.main' : 'inherit' }}>
            {format.number(rule[key])} {t(label)}
          </Box>
        </span>
      ))}
    </Box>
  );
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
      <Typography
        component="span"
        variant="body2"
        title={t(item.trigger.sentence)}
        sx={{
          overflowWrap: 'anywhere',
          minWidth: 0,
          display: '-webkit-box',
          WebkitBoxOrient: 'vertical',
          WebkitLineClamp: 2,
          overflow: 'hidden',
        }}
      >
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
      hint={rule.off ? offText(rule, t) : ''}
      consequence={{
        zh: '它立即停下：新事件不再触发，待执行的步骤会被丢弃。',
        en: 'It stops at once: nothing new fires, and what it has pending is dropped.',
      }}
      onSwitch={(to) => turn.mutateAsync(to)}
    />
  );
}
