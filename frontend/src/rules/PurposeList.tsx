/** The purposes that rules send for, each with the switch that stops everything sent for it. */
import { Stack, Typography } from '@mui/material';
import { Megaphone } from 'lucide-react';
import { type Column, DataTable, EmptyState, Loaded, StatusChip, Time, useFormat } from '@/components';
import { useText } from '@/i18n';
import { type Purpose, usePurposes, useSwitchPurpose } from './api';
import { KillSwitch } from './SwitchDialog';

export function PurposeList() {
  const t = useText();
  const format = useFormat();
  const columns: Column<Purpose>[] = [
    { key: 'label', label: t({ zh: '用途', en: 'Purpose' }), render: ({ label }) => t(label) },
    { key: 'key', label: t({ zh: '键', en: 'Key' }), render: ({ key }) => <code>{key}</code> },
    { key: 'state', label: t({ zh: '状态', en: 'State' }), render: (purpose) => <State purpose={purpose} /> },
    {
      key: 'pending',
      label: t({ zh: '待发送', en: 'Pending' }),
      align: 'right',
      render: ({ pending }) => format.number(pending),
    },
    {
      key: 'why',
      label: t({ zh: '原因', en: 'Reason' }),
      wrap: true,
      render: (purpose) => <Reason purpose={purpose} />,
    },
    {
      key: 'switch',
      label: t({ zh: '开关', en: 'Switch' }),
      align: 'right',
      render: (purpose) => <PurposeSwitch purpose={purpose} />,
    },
  ];
  return (
    <Loaded query={usePurposes()}>
      {(purposes) =>
        purposes.length === 0 ? (
          <EmptyState
            icon={Megaphone}
            title={t({ zh: '没有规则写明用途', en: 'No rule names a purpose' })}
            hint={t({
              zh: '在规则里写“用途 marketing”，没有同意的客户就不会收到，也可以在这里整体关闭。',
              en: 'With “purpose marketing” in a rule, nobody is sent anything without consent, and all of it can be stopped here.',
            })}
          />
        ) : (
          <DataTable
            label={t({ zh: '用途', en: 'Purposes' })}
            rows={purposes}
            rowKey={({ key }) => key}
            columns={columns}
          />
        )
      }
    </Loaded>
  );
}

function State({ purpose: { off } }: { purpose: Purpose }) {
  const t = useText();
  return off ? (
    <StatusChip label={t({ zh: '已关闭', en: 'Switched off' })} color="red" dot />
  ) : (
    <StatusChip label={t({ zh: '发送中', en: 'On' })} color="green" dot />
  );
}

function Reason({ purpose: { off, reason, changed_by, changed_at } }: { purpose: Purpose }) {
  if (!off) return null;
  return (
    <Stack component="span">
      <span>{reason}</span>
      <Typography component="span" variant="body2" sx={{ color: 'text.secondary', fontSize: 13 }}>
        {changed_by} <Time value={changed_at} />
      </Typography>
    </Stack>
  );
}

function PurposeSwitch({ purpose }: { purpose: Purpose }) {
  const t = useText();
  const turn = useSwitchPurpose(purpose.key);
  return (
    <KillSwitch
      name={t(purpose.label)}
      off={purpose.off}
      consequence={{
        zh: '为此用途的发送立即停下，已排队的也会取消；规则的其他动作照常。',
        en: 'Nothing more is sent for it, and what is queued is cancelled; whatever else the rules do goes on.',
      }}
      onSwitch={(to) => turn.mutateAsync(to)}
    />
  );
}
