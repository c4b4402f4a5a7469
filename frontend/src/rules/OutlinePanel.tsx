/** The rule as blocks beside its text: what it waits for, its conditions, what it does. A block leads to its words. */
import { Box, Button, ButtonBase, Menu, MenuItem, Stack, Typography } from '@mui/material';
import {
  CalendarRange,
  CircleStop,
  Clock,
  CornerDownRight,
  GitFork,
  Hourglass,
  ListOrdered,
  type LucideIcon,
  Megaphone,
  MoonStar,
  Percent,
  Play,
  Plus,
  Repeat1,
  ShieldAlert,
  Split,
  Zap,
} from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import { Panel, StatusChip } from '@/components';
import { type Text, useText } from '@/i18n';
import type { ToneName } from '@/theme';
import { useTokens } from '@/theme';
import type { ReadRule } from './authoring';
import { type Insertion, possible } from './insertions';
import { TRIGGERS } from './labels';
import { type Block, type BlockKind, outlineOf } from './outline';

const BLOCKS: Record<BlockKind, { label: Text; icon: LucideIcon; tone: ToneName }> = {
  trigger: { label: { zh: '触发', en: 'Trigger' }, icon: Zap, tone: 'blue' },
  condition: { label: { zh: '条件', en: 'Condition' }, icon: GitFork, tone: 'orange' },
  else: { label: { zh: '否则', en: 'Else' }, icon: CornerDownRight, tone: 'orange' },
  action: { label: { zh: '动作', en: 'Action' }, icon: Play, tone: 'green' },
  after: { label: { zh: '等待之后', en: 'After' }, icon: Hourglass, tone: 'purple' },
  split: { label: { zh: '分流', en: 'Split' }, icon: Split, tone: 'purple' },
  share: { label: { zh: '份额', en: 'Share' }, icon: Percent, tone: 'purple' },
  stop: { label: { zh: '停止', en: 'Stop' }, icon: CircleStop, tone: 'red' },
  limit: { label: { zh: '限次', en: 'Limit' }, icon: ShieldAlert, tone: 'grey' },
  once: { label: { zh: '仅一次', en: 'Once' }, icon: Repeat1, tone: 'grey' },
  quiet: { label: { zh: '免打扰', en: 'Quiet hours' }, icon: MoonStar, tone: 'grey' },
  priority: { label: { zh: '优先级', en: 'Priority' }, icon: ListOrdered, tone: 'grey' },
  valid: { label: { zh: '有效期', en: 'Validity' }, icon: CalendarRange, tone: 'grey' },
  purpose: { label: { zh: '用途', en: 'Purpose' }, icon: Megaphone, tone: 'grey' },
  calendar: { label: { zh: '日历', en: 'Calendar' }, icon: Clock, tone: 'grey' },
};

interface OutlinePanelProps {
  text: string;
  /** What the server read; null while something is wrong. */
  rule: ReadRule | null;
  onOpen: (block: Block) => void;
  /** Absent where nothing may be changed. */
  onAdd: ((insertion: Insertion) => void) | undefined;
}

export function OutlinePanel({ text, rule, onOpen, onAdd }: OutlinePanelProps) {
  const t = useText();
  const blocks = useMemo(() => outlineOf(text), [text]);
  return (
    <Panel
      title={t({ zh: '结构', en: 'Outline' })}
      flush
      actions={
        <>
          {rule && <StatusChip label={t(TRIGGERS[rule.trigger.kind].label)} color="blue" />}
          {onAdd && <AddMenu text={text} onAdd={onAdd} />}
        </>
      }
    >
      {blocks.length === 0 ? (
        <Typography variant="body2" sx={{ px: 2, pb: 2, color: 'text.secondary' }}>
          {t({
            zh: '写下“当 …”，规则的各部分会出现在这里。',
            en: 'Write “when …”: the parts of the rule appear here.',
          })}
        </Typography>
      ) : (
        <Stack
          component="ol"
          sx={{ listStyle: 'none', m: 0, px: 1, pt: 0, pb: 1, maxHeight: '46dvh', overflow: 'auto' }}
        >
          {blocks.map((block) => (
            <li key={block.from}>
              <BlockButton block={block} onOpen={() => onOpen(block)} />
            </li>
          ))}
        </Stack>
      )}
      {rule && <Facts rule={rule} />}
    </Panel>
  );
}

function AddMenu({ text, onAdd }: { text: string; onAdd: (insertion: Insertion) => void }) {
  const t = useText();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  // What is added is selected in the text, which may have the focus once the menu has given it back.
  const chosen = useRef<Insertion | null>(null);
  const add = () => {
    if (chosen.current) onAdd(chosen.current);
    chosen.current = null;
  };
  return (
    <>
      <Button
        startIcon={<Plus size={14} />}
        aria-haspopup="menu"
        onClick={(event) => setAnchor(event.currentTarget)}
        sx={{ px: 1, my: -0.5 }}
      >
        {t({ zh: '加', en: 'Add' })}
      </Button>
      <Menu
        anchorEl={anchor}
        open={anchor !== null}
        onClose={() => setAnchor(null)}
        slotProps={{ paper: { sx: { maxHeight: 400 } }, transition: { onExited: add } }}
      >
        {possible(text).map((insertion) => (
          <MenuItem
            key={insertion.key}
            onClick={() => {
              chosen.current = insertion;
              setAnchor(null);
            }}
          >
            {t(insertion.label)}
          </MenuItem>
        ))}
      </Menu>
    </>
  );
}

function BlockButton({ block, onOpen }: { block: Block; onOpen: () => void }) {
  const t = useText();
  const { tones } = useTokens();
  const { label, icon: Icon, tone } = BLOCKS[block.kind];
  return (
    <ButtonBase
      onClick={onOpen}
      sx={{
        width: '100%',
        justifyContent: 'flex-start',
        alignItems: 'flex-start',
        textAlign: 'left',
        gap: 1,
        py: 0.5,
        pr: 1,
        pl: 1 + block.level * 2,
        borderRadius: '6px',
        '&:hover': { bgcolor: 'action.hover' },
      }}
    >
      <Box
        component="span"
        role="img"
        aria-label={t(label)}
        title={t(label)}
        sx={{
          flex: 'none',
          display: 'inline-flex',
          p: '4px',
          borderRadius: '5px',
          color: tones[tone].text,
          background: tones[tone].background,
        }}
      >
        <Icon size={13} />
      </Box>
      <Box
        component="span"
        sx={{
          minWidth: 0,
          fontSize: 13,
          lineHeight: 1.6,
          overflowWrap: 'anywhere',
          display: '-webkit-box',
          WebkitBoxOrient: 'vertical',
          WebkitLineClamp: 2,
          overflow: 'hidden',
        }}
      >
        {block.text}
      </Box>
    </ButtonBase>
  );
}

/** Sentences up to this long are shown whole. */
const SHORT = 70;

const INDEXED: Text = { zh: '按 {field} 索引', en: 'found by {field}' };
const UNINDEXED: Text = { zh: '每个同类事件都要看一眼', en: 'looked at for every such event' };

/** In the server's words: the whole rule in a sentence, and how it is found among thousands. */
function Facts({ rule }: { rule: ReadRule }) {
  const t = useText();
  const [whole, setWhole] = useState(false);
  const waits = rule.trigger.events.length > 0;
  const notes = [
    waits && t(rule.indexed_by ? INDEXED : UNINDEXED, { field: rule.indexed_by ?? '' }),
    rule.windows > 0 && t({ zh: '{n} 个统计窗口', en: 'windows: {n}' }, { n: rule.windows }),
  ].filter(Boolean);
  return (
    <Box sx={{ px: 2, py: 1.25, borderTop: 1, borderColor: 'divider' }}>
      <Typography
        variant="body2"
        sx={{
          overflowWrap: 'anywhere',
          ...(whole
            ? {}
            : { display: '-webkit-box', WebkitBoxOrient: 'vertical', WebkitLineClamp: 3, overflow: 'hidden' }),
        }}
      >
        {t(rule.sentence)}
      </Typography>
      {t(rule.sentence).length > SHORT && (
        <Button
          size="small"
          aria-expanded={whole}
          onClick={() => setWhole(!whole)}
          sx={{ ml: -1.5, minHeight: 24, py: 0 }}
        >
          {whole ? t({ zh: '收起', en: 'Less' }) : t({ zh: '全文', en: 'All of it' })}
        </Button>
      )}
      {notes.length > 0 && (
        <Typography variant="body2" sx={{ color: 'text.secondary', fontSize: 13, mt: 0.5 }}>
          {notes.join(' · ')}
        </Typography>
      )}
    </Box>
  );
}
