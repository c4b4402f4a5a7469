/** Who gets a step: people by role, name or place; superiors one above the other; and who picks among them. */
import { Box, ToggleButton, ToggleButtonGroup } from '@mui/material';
import { useText } from '@/i18n';
import { useMetadata } from '@/metadata';
import { useAssigned, useCandidateName } from '../../describe';
import type { Chain, FlowNode } from '../../types';
import { useDesign } from '../design';
import { ChoiceInput, Hint, Named, NumberInput } from '../inputs';
import { useAssignment } from './assignment';
import { Candidates } from './Candidates';
import { Fold } from './Fold';
import { CHOSEN_BY } from './words';

export function WhoSection({ node }: { node: FlowNode }) {
  const t = useText();
  const { flow } = useDesign();
  const said = useAssigned(flow)(node);
  const { assignment, put } = useAssignment(node);
  const copies = node.type === 'cc';
  const usual =
    node.type === 'initiator' ? t({ zh: '发起人', en: 'The initiator' }) : t({ zh: '还没有人', en: 'Nobody yet' });
  return (
    <Fold
      open
      name="who"
      title={copies ? t({ zh: '抄送给谁', en: 'Who is told' }) : t({ zh: '谁来处理', en: 'Who does it' })}
      summary={said || usual}
    >
      {!copies && <Ways node={node} />}
      {assignment.chain && !copies ? (
        <ChainInputs node={node} chain={assignment.chain} />
      ) : (
        <Candidates
          node={node}
          title={copies ? t({ zh: '这些人', en: 'These people' }) : t({ zh: '在这些人里找', en: 'Found among these' })}
          value={assignment.candidates}
          weighted={assignment.mode === 'vote'}
          ordered={assignment.mode === 'sequence' || assignment.mode === 'one'}
          onChange={(candidates) => put({ candidates })}
        />
      )}
      {!copies && (
        <ChoiceInput
          label={t({ zh: '要不要由人挑', en: 'Does somebody pick' })}
          value={assignment.chosen_by ?? ''}
          none={t({ zh: '不用，找到的都算', en: 'No: all that are found' })}
          options={Object.entries(CHOSEN_BY).map(([value, label]) => ({ value, label: t(label) }))}
          onChange={(chosen) => put({ chosen_by: (chosen || null) as 'initiator' | null })}
        />
      )}
    </Fold>
  );
}

/** Named people, or the superiors above somebody. */
function Ways({ node }: { node: FlowNode }) {
  const t = useText();
  const { assignment, put } = useAssignment(node);
  return (
    <ToggleButtonGroup
      exclusive
      fullWidth
      size="small"
      value={assignment.chain ? 'chain' : 'people'}
      onChange={(_, way: 'chain' | 'people' | null) => {
        if (way === 'chain') put({ chain: { levels: 2 }, mode: 'sequence', candidates: [] });
        if (way === 'people') put({ chain: null, candidates: assignment.candidates });
      }}
      aria-label={t({ zh: '怎么找人', en: 'How people are found' })}
    >
      <ToggleButton value="people" sx={{ textTransform: 'none', py: 0.4 }}>
        {t({ zh: '指定', en: 'Named' })}
      </ToggleButton>
      <ToggleButton value="chain" sx={{ textTransform: 'none', py: 0.4 }}>
        {t({ zh: '逐级上级', en: 'Superiors in a chain' })}
      </ToggleButton>
    </ToggleButtonGroup>
  );
}

function ChainInputs({ node, chain }: { node: FlowNode; chain: Chain }) {
  const t = useText();
  const { users } = useMetadata();
  const { assignment, put } = useAssignment(node);
  const positions = [...new Set(users.flatMap(({ position }) => (position ? [position] : [])))].toSorted();
  return (
    <Box sx={{ display: 'grid', gap: 1.5 }}>
      <ChoiceInput
        label={t({ zh: '到哪一级', en: 'How far up' })}
        value={chain.up_to !== null && chain.up_to !== undefined ? 'position' : 'levels'}
        options={[
          { value: 'levels', label: t({ zh: '往上几级', en: 'A number of levels' }) },
          { value: 'position', label: t({ zh: '直到某个职位', en: 'Up to a position' }) },
        ]}
        onChange={(way) => put({ chain: way === 'levels' ? { levels: 2 } : { up_to: positions[0] ?? '' } })}
      />
      {chain.up_to !== null && chain.up_to !== undefined ? (
        <Named
          label={t({ zh: '职位', en: 'Position' })}
          value={chain.up_to}
          options={positions.map((value) => ({ value, label: value }))}
          onChange={(up_to) => put({ chain: { up_to } }, undefined, 'up_to')}
        />
      ) : (
        <NumberInput
          label={t({ zh: '几级', en: 'Levels' })}
          value={chain.levels ?? null}
          onChange={(levels) => put({ chain: { levels } }, undefined, 'levels')}
        />
      )}
      <Candidates
        node={node}
        title={t({ zh: '从谁的上级起（空着：发起人）', en: 'Beginning above (empty: the initiator)' })}
        add={t({ zh: '改从别人起', en: 'Begin with somebody else' })}
        value={assignment.candidates}
        onChange={(candidates) => put({ candidates })}
      />
      <Hint>
        {t({
          zh: '空缺的一级跳过；上级互相指着转圈时停在已经问过的人。',
          en: 'Vacant levels are skipped; where superiors go round in a circle it stops at whoever was asked already.',
        })}
      </Hint>
    </Box>
  );
}

export function CopiesSection({ node }: { node: FlowNode }) {
  const t = useText();
  const { flow } = useDesign();
  const { assignment, put } = useAssignment(node);
  const name = useCandidateName(flow);
  const cc = assignment.cc ?? [];
  return (
    <Fold
      name="copies"
      title={t({ zh: '抄送', en: 'Copies' })}
      summary={cc.map(name).join(t({ zh: '、', en: ', ' })) || t({ zh: '没有', en: 'Nobody' })}
    >
      <Candidates
        node={node}
        title={t({ zh: '开始时让这些人知道', en: 'Told when it is opened' })}
        value={cc}
        onChange={(next) => put({ cc: next }, { zh: '改抄送', en: 'Change the copies' })}
      />
    </Fold>
  );
}
