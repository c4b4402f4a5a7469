/** What publishing does: definitions, the tables behind them, how long they are locked, what is lost, who uses what goes. */
import { Box, Link as MuiLink, Stack, Typography } from '@mui/material';
import { Lock, Table2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router-dom';
import { StatusChip } from '@/components';
import { type Text, useText } from '@/i18n';
import type { ToneName } from '@/theme';
import { type Address, addressOf, type Change, definitionPath, type TableChange } from './api';
import { kindOf } from './kinds';

const ACTIONS: Record<Change['action'], { label: Text; color: ToneName }> = {
  create: { label: { zh: '新建', en: 'New' }, color: 'green' },
  update: { label: { zh: '修改', en: 'Change' }, color: 'blue' },
  remove: { label: { zh: '移除', en: 'Remove' }, color: 'red' },
};

const LOCKS: Record<TableChange['lock'], { label: Text; hint: Text; color: ToneName }> = {
  none: {
    label: { zh: '不锁表', en: 'no lock' },
    hint: { zh: '读写照常', en: 'Reads and writes go on' },
    color: 'grey',
  },
  share: {
    label: { zh: '短暂停写', en: 'blocks writes' },
    hint: { zh: '执行期间可以读，不能写', en: 'Reads go on, writes wait while it runs' },
    color: 'orange',
  },
  exclusive: {
    label: { zh: '短暂独占', en: 'locks briefly' },
    hint: { zh: '执行期间读写都会等一下', en: 'Reads and writes wait while it runs' },
    color: 'orange',
  },
};

export function PlanView({ changes, before }: { changes: Change[]; before?: (change: Change) => ReactNode }) {
  const t = useText();
  return (
    <Stack component="ul" aria-label={t({ zh: '变更', en: 'Changes' })} sx={{ listStyle: 'none', m: 0, p: 0 }}>
      {changes.map((change) => (
        <ChangeItem key={addressOf(change)} change={change} before={before?.(change)} />
      ))}
    </Stack>
  );
}

function ChangeItem({ change, before }: { change: Change; before?: ReactNode }) {
  const t = useText();
  const action = ACTIONS[change.action];
  const title =
    change.action === 'remove' ? (
      t(change.summary)
    ) : (
      <MuiLink component={Link} to={definitionPath(change)} underline="hover" sx={{ color: 'text.primary' }}>
        {t(change.summary)}
      </MuiLink>
    );
  return (
    <Stack
      component="li"
      direction="row"
      sx={{ gap: 1, px: 2, py: 1.25, borderBottom: 1, borderColor: 'divider', '&:last-child': { borderBottom: 0 } }}
    >
      {before}
      <Box sx={{ flex: 1, minWidth: 0 }}>
        <Stack direction="row" sx={{ gap: 1, alignItems: 'baseline' }}>
          <StatusChip label={t(action.label)} color={action.color} />
          <Typography component="span" sx={{ overflowWrap: 'anywhere', minWidth: 0 }}>
            {title}
          </Typography>
        </Stack>
        {change.details.length > 0 && (
          <Stack component="ul" sx={{ listStyle: 'none', m: 0, mt: 0.75, p: 0, gap: 0.5 }}>
            {change.details.map((detail, index) => (
              <TableLine key={index} detail={detail} />
            ))}
          </Stack>
        )}
        {change.uses.length > 0 && <Uses uses={change.uses} />}
      </Box>
    </Stack>
  );
}

function TableLine({ detail }: { detail: TableChange }) {
  const t = useText();
  const lock = LOCKS[detail.lock];
  return (
    <Stack component="li" direction="row" sx={{ gap: 0.75, alignItems: 'baseline', flexWrap: 'wrap', fontSize: 13 }}>
      <Box component="span" sx={{ overflowWrap: 'anywhere' }}>
        <Table2 size={14} aria-hidden style={{ verticalAlign: '-2px', marginRight: 6, opacity: 0.7 }} />
        {t(detail.change)}
      </Box>
      <StatusChip
        label={
          <Stack component="span" direction="row" sx={{ gap: 0.5, alignItems: 'center' }}>
            {detail.lock !== 'none' && <Lock size={11} aria-hidden />}
            {t(lock.label)}
          </Stack>
        }
        title={t(lock.hint)}
        color={lock.color}
      />
      {detail.destructive && <StatusChip label={t({ zh: '数据不再可见', en: 'hides data' })} color="red" />}
    </Stack>
  );
}

function Uses({ uses }: { uses: Address[] }) {
  const t = useText();
  return (
    <Typography component="div" variant="body2" sx={{ mt: 0.75, color: 'text.secondary' }}>
      {t({ zh: '被这些定义使用：', en: 'Used by ' })}
      {uses.map((use, index) => (
        <span key={addressOf(use)}>
          {index > 0 && t({ zh: '、', en: ', ' })}
          <MuiLink component={Link} to={definitionPath(use)}>
            {t(kindOf(use.kind).label)} {use.key}
          </MuiLink>
        </span>
      ))}
    </Typography>
  );
}

export const isDestructive = (change: Change) =>
  change.action === 'remove' || change.details.some(({ destructive }) => destructive);
