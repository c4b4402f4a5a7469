/** What the reader may do with a run: what its own people may, and what operators may; the rarer things in a menu. */
import { Button, IconButton, ListItemIcon, Menu, MenuItem, Tooltip } from '@mui/material';
import {
  Ban,
  BellRing,
  CircleOff,
  EllipsisVertical,
  FastForward,
  type LucideIcon,
  MoveRight,
  Pause,
  Play,
  RotateCcw,
  RotateCw,
  Undo2,
} from 'lucide-react';
import { useState } from 'react';
import { useNotify } from 'react-admin';
import { useText } from '@/i18n';
import { useUrged } from '@/inbox/useUrged';
import { useMay, useMe } from '@/providers/me';
import { useIncidentNames } from './incidentNames';
import { nodeKind } from './nodeTypes';
import { AskDialog, type Asked, ReopenDialog } from './operating/AskDialog';
import { MigrateDialog } from './operating/MigrateDialog';
import { MoveDialog } from './operating/MoveDialog';
import { useOrder } from './orders';
import { RetryDialog } from './RetryDialog';
import type { Instance, InstanceAllowed } from './types';

type Open = Asked | 'reopen' | 'move' | 'migrate' | 'retry' | null;

/** What the server allows; of one that does not say, what the initiator and operators always may. */
function useAllowed(instance: Instance): InstanceAllowed {
  const me = useMe();
  const operates = useMay()('operate');
  const over = !!instance.ended_at || instance.status === 'completed' || instance.status === 'cancelled';
  if (instance.allowed) return instance.allowed;
  const initiator = typeof instance.initiator === 'string' ? instance.initiator : instance.initiator?.id;
  return { cancel: !over && (operates || (!!me && initiator === me.id)) };
}

export function InstanceActions({ instance }: { instance: Instance }) {
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  return (
    <>
      <OwnActions instance={instance} onOpen={setOpen} />
      <Running instance={instance} onOpen={setOpen} />
      <More instance={instance} onOpen={setOpen} />
      {(open === 'withdraw' || open === 'cancel' || open === 'void') && (
        <AskDialog instance={instance} asked={open} onClose={close} />
      )}
      {open === 'reopen' && <ReopenDialog instance={instance} onClose={close} />}
      {open === 'move' && <MoveDialog instance={instance} onClose={close} />}
      {open === 'migrate' && <MigrateDialog instance={instance} onClose={close} />}
      {open === 'retry' && <Retry instance={instance} onClose={close} />}
    </>
  );
}

interface ActionsProps {
  instance: Instance;
  onOpen: (open: Open) => void;
}

/** Of whoever started it, and of whoever decided last. */
function OwnActions({ instance, onOpen }: ActionsProps) {
  const t = useText();
  const notify = useNotify();
  const allowed = useAllowed(instance);
  const order = useOrder(instance.id);
  const paused = useUrged(allowed.urged);
  const title = (id: string) => {
    const node = instance.definition.nodes.find((each) => each.id === id);
    return (node && (t(node.title) || t(nodeKind(node.type).label))) || id;
  };
  const urge = () =>
    order.send('urge', {}, () => notify(t({ zh: '已催办', en: 'They have been reminded' }), { type: 'success' }));
  return (
    <>
      {(allowed.urge || allowed.urged) && (
        <Tooltip describeChild title={paused ?? ''}>
          <Button
            variant="outlined"
            startIcon={<BellRing size={15} />}
            disabled={order.isPending}
            aria-disabled={paused ? true : undefined}
            onClick={paused ? () => notify(paused, { type: 'info' }) : urge}
            sx={paused ? { color: 'text.secondary' } : undefined}
          >
            {t({ zh: '催办', en: 'Urge' })}
          </Button>
        </Tooltip>
      )}
      {(allowed.reclaim ?? []).map((id) => (
        <Button
          key={id}
          variant="outlined"
          startIcon={<Undo2 size={15} />}
          disabled={order.isPending}
          onClick={() => order.send('reclaim', { node_id: id })}
        >
          {t({ zh: '拿回“{step}”', en: 'Take back “{step}”' }, { step: title(id) })}
        </Button>
      ))}
      {allowed.withdraw && (
        <Button
          variant="outlined"
          startIcon={<CircleOff size={15} />}
          onClick={() => onOpen('withdraw')}
          aria-haspopup="dialog"
        >
          {t({ zh: '撤销', en: 'Withdraw' })}
        </Button>
      )}
    </>
  );
}

function Running({ instance, onOpen }: ActionsProps) {
  const t = useText();
  const operates = useMay()('operate');
  const order = useOrder(instance.id);
  if (!operates || instance.ended_at) return null;
  const all = instance.incident ? (instance.incident.all ?? [instance.incident]) : [];
  const stuck = all.some(({ blocking }) => blocking !== false);
  return (
    <>
      {instance.status === 'running' && (
        <Button
          variant="outlined"
          startIcon={instance.suspended ? <Play size={15} /> : <Pause size={15} />}
          disabled={order.isPending}
          onClick={() => order.send(instance.suspended ? 'resume' : 'suspend')}
        >
          {instance.suspended ? t({ zh: '继续', en: 'Resume' }) : t({ zh: '暂停', en: 'Suspend' })}
        </Button>
      )}
      {stuck && (
        <Button
          variant="contained"
          startIcon={<RotateCcw size={15} />}
          disabled={order.isPending}
          onClick={() => onOpen('retry')}
          aria-haspopup="dialog"
        >
          {t({ zh: '重试', en: 'Try again' })}
        </Button>
      )}
    </>
  );
}

interface Choice {
  key: Exclude<Open, null>;
  label: string;
  icon: LucideIcon;
}

function useChoices(instance: Instance): Choice[] {
  const t = useText();
  const may = useMay();
  const operates = may('operate');
  const allowed = useAllowed(instance);
  const going = !instance.ended_at && instance.status !== 'starting';
  const choices: [boolean | undefined, Choice][] = [
    [
      operates && going && instance.tokens.length > 0,
      { key: 'move', label: t({ zh: '移动步骤…', en: 'Move to another step…' }), icon: MoveRight },
    ],
    [
      operates && may('build') && going,
      { key: 'migrate', label: t({ zh: '换到已发布的版本…', en: 'Go to the published version…' }), icon: FastForward },
    ],
    [allowed.reopen, { key: 'reopen', label: t({ zh: '重新打开…', en: 'Begin it again…' }), icon: RotateCw }],
    [allowed.void, { key: 'void', label: t({ zh: '作废…', en: 'Declare void…' }), icon: CircleOff }],
    [allowed.cancel, { key: 'cancel', label: t({ zh: '结束流程…', en: 'End the run…' }), icon: Ban }],
  ];
  return choices.flatMap(([is, choice]) => (is ? [choice] : []));
}

function More({ instance, onOpen }: ActionsProps) {
  const t = useText();
  const choices = useChoices(instance);
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  if (choices.length === 0) return null;
  const label = t({ zh: '更多操作', en: 'More actions' });
  return (
    <>
      <Tooltip title={label}>
        <IconButton
          aria-label={label}
          aria-haspopup="menu"
          aria-expanded={!!anchor}
          onClick={(event) => setAnchor(event.currentTarget)}
        >
          <EllipsisVertical size={18} />
        </IconButton>
      </Tooltip>
      <Menu open={!!anchor} anchorEl={anchor} onClose={() => setAnchor(null)}>
        {choices.map(({ key, label: said, icon: Icon }) => (
          <MenuItem
            key={key}
            onClick={() => {
              setAnchor(null);
              onOpen(key);
            }}
          >
            <ListItemIcon>
              <Icon size={16} />
            </ListItemIcon>
            {said}
          </MenuItem>
        ))}
      </Menu>
    </>
  );
}

function Retry({ instance, onClose }: { instance: Instance; onClose: () => void }) {
  const order = useOrder(instance.id);
  const say = useIncidentNames(instance.definition);
  const all = instance.incident ? (instance.incident.all ?? [instance.incident]) : [];
  return (
    <RetryDialog
      flow={instance.definition}
      variables={instance.variables}
      count={1}
      about={all.filter(({ blocking }) => blocking !== false).map((one, index) => <div key={index}>{say(one)}</div>)}
      onClose={onClose}
      onRetry={(variables) => order.ask('retry', { variables })}
    />
  );
}
