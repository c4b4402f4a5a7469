/** Who has this task: each person's part, what they decided and why, with everybody hanging below whoever brought them in. */
import { Box, IconButton, Stack, Tooltip } from '@mui/material';
import { UserMinus } from 'lucide-react';
import { Avatar, StatusChip, Time } from '@/components';
import { useText } from '@/i18n';
import { KINDS, REASONS, stateOf } from './labels';
import { Signature } from './Signature';
import type { ItemKind, Mode, WorkItem } from './types';

export interface PeopleTreeProps {
  items: WorkItem[];
  /** One after the other they are numbered; of a group one claims it. */
  mode?: Mode | null;
  /** Those among the items whom the reader may take out again. */
  removable: (item: WorkItem) => boolean;
  onRemove: (item: WorkItem) => void;
}

/** They know of it or say what they think; they decide nothing. */
const KNOWING: readonly ItemKind[] = ['cc', 'consult'];
/** Those who hang below another's part; whoever was added alongside signs beside the others. */
const BELOW: readonly ItemKind[] = ['before', 'after', 'delegate', 'agent'];

interface Branch {
  item: WorkItem;
  below: Branch[];
}

/** What was handed on is told by whom it went to. */
const isShown = ({ status, kind }: WorkItem) => status !== 'moved' && !(kind === 'agent' && status === 'skipped');

function branches(items: WorkItem[], parent: number | null): Branch[] {
  const known = new Set(items.map(({ item }) => item));
  const hangs = ({ kind, parent: on }: WorkItem) => BELOW.includes(kind) && on !== null && known.has(on);
  return items
    .filter((item) => (parent === null ? !hangs(item) : hangs(item) && item.parent === parent))
    .map((item) => ({ item, below: item.item === null ? [] : branches(items, item.item) }));
}

export function PeopleTree({ items, ...props }: PeopleTreeProps) {
  const t = useText();
  const shown = items.filter(isShown);
  const deciding = branches(
    shown.filter(({ kind }) => !KNOWING.includes(kind)),
    null,
  );
  const knowing = shown.filter(({ kind }) => KNOWING.includes(kind));
  if (shown.length === 0) {
    return (
      <Box sx={{ color: 'text.secondary' }}>
        {t({ zh: '还没有找到处理人。', en: 'Nobody has been found for it yet.' })}
      </Box>
    );
  }
  return (
    <>
      <Branches branches={deciding} numbered={props.mode === 'sequence'} {...props} />
      {knowing.length > 0 && (
        <Stack component="ul" spacing={1} sx={{ ...listStyle, mt: 1.5, pt: 1.5, borderTop: 1, borderColor: 'divider' }}>
          {knowing.map((item, index) => (
            <li key={index}>
              <Part item={item} {...props} />
            </li>
          ))}
        </Stack>
      )}
    </>
  );
}

const listStyle = { listStyle: 'none', m: 0, p: 0 } as const;

type BranchProps = Pick<PeopleTreeProps, 'mode' | 'removable' | 'onRemove'>;

function Branches({ branches, numbered = false, ...props }: BranchProps & { branches: Branch[]; numbered?: boolean }) {
  return (
    <Stack component={numbered ? 'ol' : 'ul'} spacing={1.25} sx={listStyle}>
      {branches.map(({ item, below }, index) => (
        <li key={index}>
          <Part item={item} number={numbered ? index + 1 : undefined} {...props} />
          {below.length > 0 && (
            <Box sx={{ ml: 1.5, pl: 2, mt: 1, borderLeft: 2, borderColor: 'divider' }}>
              <Branches branches={below} {...props} />
            </Box>
          )}
        </li>
      ))}
    </Stack>
  );
}

function Part({ item, number, mode, removable, onRemove }: BranchProps & { item: WorkItem; number?: number }) {
  const t = useText();
  const name = item.user?.name ?? t({ zh: '系统', en: 'System' });
  const state = stateOf(item, mode);
  const over = item.status === 'removed' || item.status === 'skipped';
  const remove = t({ zh: '减签：移除 {name}', en: 'Take {name} out' }, { name });
  return (
    <Box sx={{ display: 'flex', gap: 1, alignItems: 'flex-start' }}>
      {number !== undefined && <Box sx={{ width: 18, color: 'text.secondary', lineHeight: '24px' }}>{number}</Box>}
      <Avatar name={name} size={24} />
      <Box sx={{ minWidth: 0, flex: 1 }}>
        <Box sx={{ display: 'flex', gap: 1, rowGap: 0.25, alignItems: 'center', flexWrap: 'wrap', minHeight: 24 }}>
          <Box
            component="span"
            sx={{
              fontWeight: over ? 400 : 550,
              color: over ? 'text.secondary' : undefined,
              textDecoration: item.status === 'removed' ? 'line-through' : undefined,
            }}
          >
            {name}
          </Box>
          <Tags item={item} />
          <StatusChip label={t(state.label)} color={state.color} />
          {item.at && (
            <Box component="span" sx={{ color: 'text.secondary', fontSize: 12.5 }}>
              <Time value={item.at} />
            </Box>
          )}
        </Box>
        <Said item={item} />
      </Box>
      {removable(item) && (
        <Tooltip title={remove}>
          <IconButton aria-label={remove} onClick={() => onRemove(item)}>
            <UserMinus size={16} />
          </IconButton>
        </Tooltip>
      )}
    </Box>
  );
}

/** Why this person has a part, for whom, and how much it counts. */
function Tags({ item }: { item: WorkItem }) {
  const t = useText();
  const kind = KINDS[item.kind];
  const from = item.owner && item.owner.id !== item.user?.id ? item.owner.name : null;
  const handed =
    item.kind === 'agent' || item.kind === 'delegate'
      ? t({ zh: '代 {name}', en: 'for {name}' }, { name: from ?? '' })
      : t({ zh: '由 {name} 转来', en: 'handed on by {name}' }, { name: from ?? '' });
  const words = [
    kind && t(kind),
    from && handed,
    item.weight > 1 && t({ zh: '{n} 票', en: '{n} votes' }, { n: item.weight }),
    item.veto && t({ zh: '一票否决', en: 'Veto' }),
  ].filter(Boolean);
  if (words.length === 0) return null;
  return (
    <Box component="span" sx={{ color: 'text.secondary', fontSize: 12.5 }}>
      {words.join(' · ')}
    </Box>
  );
}

/** What whoever brought somebody in asked them, or told them. */
const ASKS = { zh: '{name} 问：{question}', en: '{name} asks: {question}' };
const SAYS = { zh: '{name} 说：{question}', en: '{name} says: {question}' };

/** The reason in words where it was decided without them, the opinion, and the signature. */
function Said({ item }: { item: WorkItem }) {
  const t = useText();
  const asked = { name: item.asked_by?.name ?? '', question: item.question ?? '' };
  return (
    <>
      {item.reason && (
        <Box sx={{ color: 'text.secondary', fontSize: 13 }}>{t(REASONS[item.reason] ?? item.reason)}</Box>
      )}
      {item.question && (
        <Box sx={{ color: 'text.secondary', fontSize: 13, overflowWrap: 'anywhere' }}>
          {t(item.kind === 'consult' ? ASKS : SAYS, asked)}
        </Box>
      )}
      {item.comment && <Box sx={{ mt: 0.25, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{item.comment}</Box>}
      {item.signature && <Signature source={item.signature} name={item.user?.name ?? ''} />}
    </>
  );
}
