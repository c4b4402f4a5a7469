/** A group: whether all, any or none of its items must hold, the items, and what may be added. */
import { Box, Button, Stack } from '@mui/material';
import { Braces, ListPlus, Type } from 'lucide-react';
import { type Text, type TextReader, useText } from '@/i18n';
import { useTokens } from '@/theme';
import { itemType } from '../tree';
import { BlockView } from './BlockView';
import { useBoard } from './board';
import { addItem, setMode } from './edits';
import { ItemFrame } from './ItemFrame';
import { Pick } from './inputs';
import { type Group, type Item, type Mode, newBlock, newGroup, newRow } from './items';
import { operatorsFor } from './operators';
import { RowView, valuesFor } from './RowView';
import type { Subject } from './subjects';

const MODES: [Mode, Text][] = [
  ['all', { zh: '满足全部', en: 'All of these' }],
  ['any', { zh: '满足任一', en: 'Any of these' }],
  ['none', { zh: '全不满足', en: 'None of these' }],
];

const JOINTS: Record<Mode, Text> = {
  all: { zh: '且', en: 'and' },
  any: { zh: '或', en: 'or' },
  none: { zh: '也不', en: 'nor' },
};

/** A row about the first field there is; the author goes on from there. */
export function firstRow(subjects: readonly Subject[]): Item {
  const subject = subjects[0];
  const operator = subject && operatorsFor(subject.node.type)[0];
  if (!subject || !operator) return newBlock();
  return newRow(subject.node, operator.key, valuesFor(operator, [], itemType(subject.node.type) ?? subject.node.type));
}

interface Addition {
  key: string;
  label: Text;
  icon: typeof ListPlus;
  make: (subjects: readonly Subject[], mode: Mode) => Item;
}

const ADDITIONS: Addition[] = [
  { key: 'row', label: { zh: '加条件', en: 'Add a condition' }, icon: ListPlus, make: firstRow },
  {
    key: 'group',
    label: { zh: '加一组', en: 'Add a group' },
    icon: Braces,
    make: (subjects, mode) => newGroup(mode === 'any' ? 'all' : 'any', [firstRow(subjects)]),
  },
  { key: 'text', label: { zh: '加文字', en: 'Add words' }, icon: Type, make: () => newBlock() },
];

export function GroupView({ group, label }: { group: Group; label: string }) {
  const t = useText();
  const tokens = useTokens();
  const { root, subjects, edit, readOnly } = useBoard();
  const nested = group.id !== root.id;
  const choose = (mode: Mode) => edit({ zh: '改组合方式', en: 'Change the group' }, setMode(root, group.id, mode));
  const add = ({ make, label: what }: Addition) => {
    const item = make(subjects, group.mode);
    const focus = item.kind === 'group' ? (item.items[0]?.id ?? item.id) : item.id;
    edit(what, addItem(root, group.id, item), { focus, part: 'first' });
  };
  const rail = { all: tokens.tones.blue.solid, any: tokens.tones.green.solid, none: tokens.tones.red.solid }[
    group.mode
  ];
  return (
    <Box
      role="group"
      aria-label={label}
      sx={{
        borderLeft: `3px solid ${rail}`,
        borderRadius: '4px',
        pl: { xs: 1, sm: 1.5 },
        py: 0.5,
        ...(nested && { my: 0.25 }),
      }}
    >
      <Box inert={readOnly} sx={{ pb: 0.5 }}>
        <Pick
          label={t({ zh: '组合方式', en: 'How they go together' })}
          value={group.mode}
          options={MODES}
          onChange={choose}
          width={132}
        />
      </Box>
      <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0 }}>
        {group.items.map((item, index) => (
          <ItemFrame
            key={item.id}
            item={item}
            label={nameOf(item, index, t)}
            joint={index > 0 && t(JOINTS[group.mode])}
          >
            <ItemView item={item} label={nameOf(item, index, t)} />
          </ItemFrame>
        ))}
      </Box>
      {!readOnly && (
        <Stack direction="row" sx={{ gap: 0.5, flexWrap: 'wrap', pt: 0.5 }}>
          {ADDITIONS.map((addition) => (
            <Button
              key={addition.key}
              data-add={addition.key}
              onClick={() => add(addition)}
              startIcon={<addition.icon size={14} />}
              sx={{ px: 1 }}
            >
              {t(addition.label)}
            </Button>
          ))}
        </Stack>
      )}
    </Box>
  );
}

const NAMES: Record<Item['kind'], Text> = {
  row: { zh: '条件 {n}', en: 'condition {n}' },
  group: { zh: '第 {n} 组', en: 'group {n}' },
  block: { zh: '文字条件 {n}', en: 'condition {n} in words' },
};

const nameOf = (item: Item, index: number, t: TextReader): string => t(NAMES[item.kind], { n: index + 1 });

function ItemView({ item, label }: { item: Item; label: string }) {
  if (item.kind === 'group') return <GroupView group={item} label={label} />;
  return item.kind === 'row' ? <RowView row={item} label={label} /> : <BlockView block={item} label={label} />;
}
