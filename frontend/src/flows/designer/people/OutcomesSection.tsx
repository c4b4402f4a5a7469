/** The buttons of a step: what each is called, what it means, where it leads, and what must be given with it. */
import { Box, Button, IconButton, Stack, TextField } from '@mui/material';
import { Plus, Trash2 } from 'lucide-react';
import { relabelled } from '@/build/labels';
import { useLocale, useText } from '@/i18n';
import { nodeKind } from '../../nodeTypes';
import type { FlowNode, Outcome } from '../../types';
import { useDesign } from '../design';
import { before, freeId, mayComeTo } from '../flowDocument';
import { ChoiceInput, Hint, NumberInput, SwitchInput } from '../inputs';
import { useNames } from '../names';
import { Fold } from './Fold';
import { KINDS, PLACES } from './words';

/** What most approvals have. */
const BACK: Outcome = { key: 'back', label: { zh: '退回', en: 'Send back' }, kind: 'send_back', comment: true };

export function OutcomesSection({ node }: { node: FlowNode }) {
  const t = useText();
  const { setNode, flow } = useDesign();
  const outcomes = node.outcomes ?? [];
  const put = (next: Outcome[], run?: string) =>
    setNode({ zh: '改按钮', en: 'Change the buttons' }, node, { outcomes: next }, run && `${node.id}:${run}`);
  const usual = nodeKind(node.type).usual ?? [];
  const first = before(flow, node.id).some(({ type }) => nodeKind(type).sections.includes('outcomes'))
    ? [...usual, BACK]
    : usual;
  const named = (all: Outcome[]) => all.map(({ key, label }) => t(label) || key).join(' / ');
  const add = () => {
    const key = freeId(
      outcomes.map((each) => each.key),
      outcomes.length ? 'outcome' : 'done',
    );
    put([...outcomes, { key, label: { zh: '完成', en: 'Done' }, kind: 'complete' }]);
  };
  return (
    <Fold
      open
      name="outcomes"
      title={t({ zh: '按钮', en: 'Buttons' })}
      summary={named(outcomes) || t({ zh: '默认：{buttons}', en: 'As usual: {buttons}' }, { buttons: named(usual) })}
    >
      <Stack spacing={1.75} role="group" aria-label={t({ zh: '按钮', en: 'Buttons' })}>
        {outcomes.map((outcome, index) => (
          <OutcomeRow
            key={index}
            node={node}
            outcome={outcome}
            onChange={(change) => put(outcomes.with(index, plain({ ...outcome, ...change })), `outcome${index}`)}
            onRemove={() => put(outcomes.filter((_, at) => at !== index))}
          />
        ))}
        <Box sx={{ display: 'flex', gap: 1, flexWrap: 'wrap' }}>
          <Button startIcon={<Plus size={14} />} onClick={add}>
            {t({ zh: '加一个按钮', en: 'Add a button' })}
          </Button>
          {usual.length > 0 && outcomes.length === 0 && (
            <Button onClick={() => put(node.type === 'approval' ? first : usual)}>
              {t({ zh: '从默认的开始改', en: 'Begin with the usual ones' })}
            </Button>
          )}
        </Box>
        {outcomes.length === 0 && usual.length > 0 && (
          <Hint>{t({ zh: '没有写就是：{buttons}', en: 'With none: {buttons}' }, { buttons: named(usual) })}</Hint>
        )}
      </Stack>
    </Fold>
  );
}

/** Without what goes without saying. */
function plain(outcome: Outcome): Outcome {
  const kept = Object.entries(outcome).filter(([, value]) => value !== null && value !== undefined && value !== false);
  return Object.fromEntries(kept) as unknown as Outcome;
}

interface OutcomeRowProps {
  node: FlowNode;
  outcome: Outcome;
  onChange: (change: Partial<Outcome>) => void;
  onRemove: () => void;
}

function OutcomeRow({ node, outcome, onChange, onRemove }: OutcomeRowProps) {
  const t = useText();
  const locale = useLocale();
  const name = t(outcome.label) || outcome.key;
  return (
    <Stack spacing={1} sx={{ borderLeft: 2, borderColor: 'divider', pl: 1 }} role="group" aria-label={name}>
      <Box sx={{ display: 'flex', gap: 0.5 }}>
        <TextField
          label={t({ zh: '按钮文字', en: 'Button' })}
          value={outcome.label[locale]}
          onChange={(event) => onChange({ label: relabelled(outcome.label, locale, event.target.value) })}
          sx={{ flex: 1 }}
        />
        <TextField
          label={t({ zh: '键', en: 'Key' })}
          value={outcome.key}
          onChange={(event) => onChange({ key: event.target.value.trim() })}
          sx={{ width: 96 }}
        />
        <IconButton
          size="small"
          aria-label={t({ zh: '去掉 {name}', en: 'Remove {name}' }, { name })}
          onClick={onRemove}
        >
          <Trash2 size={14} />
        </IconButton>
      </Box>
      <ChoiceInput
        label={t({ zh: '意思', en: 'It means' })}
        value={outcome.kind ?? 'complete'}
        options={Object.entries(KINDS).map(([value, label]) => ({ value, label: t(label) }))}
        onChange={(kind) => onChange({ kind: kind as 'complete', target: null, straight: false, rounds: null })}
      />
      <Leading node={node} outcome={outcome} onChange={onChange} />
      <Box>
        <SwitchInput
          label={t({ zh: '必须写意见', en: 'An opinion must be given' })}
          value={!!outcome.comment}
          onChange={(comment) => onChange({ comment })}
        />
        <SwitchInput
          label={t({ zh: '必须手写签名', en: 'A drawn signature must be given' })}
          value={!!outcome.signature}
          onChange={(signature) => onChange({ signature })}
        />
      </Box>
    </Stack>
  );
}

/** Where it leads: of a refusal and of sending back. */
function Leading({ node, outcome, onChange }: Pick<OutcomeRowProps, 'node' | 'outcome' | 'onChange'>) {
  const t = useText();
  const { steps } = useNames();
  const earlier = steps((each) => each.id !== node.id && (!!each.assignment || each.type === 'initiator'));
  const place = (key: keyof typeof PLACES) => ({ value: key as string, label: t(PLACES[key]) });
  if (outcome.kind === 'refuse')
    return (
      <ChoiceInput
        label={t({ zh: '驳回之后', en: 'After the refusal' })}
        value={outcome.target ?? ''}
        none={t({ zh: '按连线往下走', en: 'Goes on by its connections' })}
        options={[
          place('end'),
          place('initiator'),
          place('previous'),
          ...steps((each) => each.id !== node.id && each.id !== 'end' && mayComeTo(each)),
        ]}
        onChange={(target) => onChange({ target: target || null })}
      />
    );
  if (outcome.kind !== 'send_back') return null;
  return (
    <>
      <ChoiceInput
        label={t({ zh: '退回到', en: 'Back to' })}
        value={outcome.target ?? ''}
        none={t({ zh: '由处理人选', en: 'Whoever sends it back chooses' })}
        options={[place('initiator'), place('previous'), ...earlier]}
        onChange={(target) => onChange({ target: target || null })}
      />
      <ChoiceInput
        label={t({ zh: '重做之后', en: 'Once it is done again' })}
        value={outcome.straight ? 'straight' : ''}
        none={t({ zh: '从那里按流程再走一遍', en: 'The flow is gone through again from there' })}
        options={[{ value: 'straight', label: t({ zh: '直接回到这一步', en: 'It comes straight back here' }) }]}
        onChange={(straight) => onChange({ straight: straight === 'straight' })}
      />
      <NumberInput
        label={t({ zh: '最多退几次', en: 'At most so many times' })}
        value={outcome.rounds ?? null}
        onChange={(rounds) => onChange({ rounds })}
        help={t({ zh: '空着就不限', en: 'Empty: no limit' })}
      />
    </>
  );
}
