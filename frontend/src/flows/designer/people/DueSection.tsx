/** By when a step must be done, and what happens when it is late. */
import { Box, Button, IconButton, Stack, Typography } from '@mui/material';
import { Plus, Trash2 } from 'lucide-react';
import { useFormat } from '@/components';
import { useText } from '@/i18n';
import { durationSeconds, OVERDUE_ACTIONS } from '../../describe';
import type { FlowNode, Overdue } from '../../types';
import { useDesign } from '../design';
import { mayComeTo } from '../flowDocument';
import { ChoiceInput, DurationInput, Hint, NumberInput, SwitchInput } from '../inputs';
import { useNames } from '../names';
import { useAssignment } from './assignment';
import { Fold } from './Fold';

const LABEL = { zh: '改逾期规则', en: 'Change what happens when it is late' };

export function DueSection({ node }: { node: FlowNode }) {
  const t = useText();
  const format = useFormat();
  const { setNode } = useDesign();
  const { assignment, put } = useAssignment(node);
  const say = useRuleText();
  const rules = assignment.overdue ?? [];
  const seconds = durationSeconds(node.due);
  const due = seconds === null ? (node.due ?? '') : format.duration(seconds);
  const summary = [due || t({ zh: '不限时', en: 'No limit' }), ...rules.map(say)].join(t({ zh: '；', en: '; ' }));
  return (
    <Fold name="due" title={t({ zh: '时限', en: 'Deadline' })} summary={summary}>
      <DurationInput
        label={t({ zh: '多久内完成', en: 'Due within' })}
        value={node.due ?? ''}
        onChange={(next) => setNode({ zh: '改时限', en: 'Change the due time' }, node, { due: next }, `${node.id}:due`)}
        help={t({ zh: '空着就不限时', en: 'Empty: no limit' })}
      />
      {node.due && (
        <SwitchInput
          label={t({ zh: '时限只算工作时间', en: 'The limit counts working time only' })}
          value={!!assignment.business}
          onChange={(business) => put({ business }, { zh: '改时限', en: 'Change the due time' })}
        />
      )}
      <NumberInput
        label={t({ zh: '优先级', en: 'Priority' })}
        value={node.priority || null}
        onChange={(priority) =>
          setNode(
            { zh: '改优先级', en: 'Change the priority' },
            node,
            { priority: priority ?? undefined } as Partial<FlowNode>,
            `${node.id}:priority`,
          )
        }
        help={t({ zh: '数字大的排在前面', en: 'Higher numbers come first' })}
      />
      {node.type !== 'cc' && (
        <>
          <Box role="group" aria-label={t({ zh: '逾期时', en: 'When it is late' })}>
            <Typography variant="body2" sx={{ mb: 0.75, color: 'text.secondary' }}>
              {t({ zh: '逾期时', en: 'When it is late' })}
            </Typography>
            <Stack spacing={1.75}>
              {rules.map((rule, index) => (
                <Rule
                  key={index}
                  node={node}
                  rule={rule}
                  number={index + 1}
                  onChange={(change) =>
                    put({ overdue: rules.with(index, plain({ ...rule, ...change })) }, LABEL, `overdue${index}`)
                  }
                  onRemove={() => put({ overdue: rules.filter((_, at) => at !== index) }, LABEL)}
                />
              ))}
              <Button
                startIcon={<Plus size={14} />}
                sx={{ alignSelf: 'start' }}
                onClick={() => put({ overdue: [...rules, { action: 'remind' }] }, LABEL)}
              >
                {t({ zh: '加一条', en: 'Add a rule' })}
              </Button>
            </Stack>
          </Box>
          <ChoiceInput
            label={t({ zh: '直接退回、等人补充时', en: 'While it is sent straight back' })}
            value={assignment.clock ?? 'restart'}
            options={[
              { value: 'restart', label: t({ zh: '回来后重新计时', en: 'The time starts anew when it returns' }) },
              { value: 'pause', label: t({ zh: '暂停计时', en: 'The clock pauses' }) },
            ]}
            onChange={(clock) => put({ clock: clock as 'pause' }, { zh: '改计时', en: 'Change the clock' })}
          />
        </>
      )}
    </Fold>
  );
}

/** Without what belongs to another action. */
function plain({ action, after, business, every, times, target }: Overdue): Overdue {
  return {
    action,
    ...(after ? { after } : {}),
    ...(business ? { business } : {}),
    ...(action === 'remind' && every ? { every } : {}),
    ...(action === 'remind' && every && times && times > 1 ? { times } : {}),
    ...(action === 'jump' && target ? { target } : {}),
  };
}

function useRuleText(): (rule: Overdue) => string {
  const t = useText();
  const format = useFormat();
  const { stepName } = useNames();
  const { flow } = useDesign();
  const length = (text: string) => {
    const seconds = durationSeconds(text);
    return seconds === null ? text : format.duration(seconds);
  };
  return ({ action, after, times, target }) => {
    const when = after
      ? t({ zh: '逾期{length}后', en: '{length} later' }, { length: length(after) })
      : t({ zh: '到期时', en: 'when due' });
    const to = flow.nodes.find(({ id }) => id === target);
    const what =
      t(OVERDUE_ACTIONS[action]) + (times && times > 1 ? ` ×${times}` : '') + (to ? ` → ${stepName(to)}` : '');
    return t({ zh: '{when}{what}', en: '{when}: {what}' }, { when, what });
  };
}

interface RuleProps {
  node: FlowNode;
  rule: Overdue;
  number: number;
  onChange: (change: Partial<Overdue>) => void;
  onRemove: () => void;
}

function Rule({ node, rule, number, onChange, onRemove }: RuleProps) {
  const t = useText();
  const { steps } = useNames();
  const name = t({ zh: '第 {n} 条', en: 'Rule {n}' }, { n: number });
  const near = steps(
    (each) => each.id !== node.id && (each.parent ?? null) === (node.parent ?? null) && mayComeTo(each),
  );
  return (
    <Stack spacing={1} sx={{ borderLeft: 2, borderColor: 'divider', pl: 1 }} role="group" aria-label={name}>
      <Box sx={{ display: 'grid', gridTemplateColumns: '1fr auto', gap: 0.5 }}>
        <ChoiceInput
          label={t({ zh: '做什么', en: 'What happens' })}
          value={rule.action}
          options={Object.entries(OVERDUE_ACTIONS).map(([value, label]) => ({ value, label: t(label) }))}
          onChange={(action) => onChange({ action: action as 'remind' })}
        />
        <IconButton size="small" aria-label={t({ zh: '去掉{name}', en: 'Remove {name}' }, { name })} onClick={onRemove}>
          <Trash2 size={14} />
        </IconButton>
      </Box>
      <DurationInput
        label={t({ zh: '到期后多久', en: 'So long after it is due' })}
        value={rule.after ?? ''}
        onChange={(after) => onChange({ after: after || null })}
        help={t({ zh: '空着：一到期就', en: 'Empty: when it is due' })}
      />
      {rule.action === 'remind' && (
        <Box sx={{ display: 'grid', gap: 1 }}>
          <DurationInput
            label={t({ zh: '之后每隔', en: 'Again every' })}
            value={rule.every ?? ''}
            onChange={(every) => onChange({ every: every || null, times: every ? (rule.times ?? 3) : 1 })}
          />
          {rule.every && (
            <NumberInput
              label={t({ zh: '一共几次', en: 'So many times in all' })}
              value={rule.times ?? 1}
              onChange={(times) => onChange({ times: times ?? 1 })}
            />
          )}
        </Box>
      )}
      {rule.action === 'jump' && (
        <ChoiceInput
          label={t({ zh: '转到', en: 'Go to' })}
          value={rule.target ?? ''}
          options={near}
          onChange={(target) => onChange({ target })}
        />
      )}
      <SwitchInput
        label={t({ zh: '只算工作时间', en: 'Counts working time only' })}
        value={!!rule.business}
        onChange={(business) => onChange({ business })}
      />
      {(rule.action === 'agree' || rule.action === 'refuse') && (
        <Hint>
          {t({
            zh: '还没处理的人都按这个结果算，历史里写明是逾期自动处理。',
            en: 'Everybody who has not acted is counted so; the history says it was done automatically because it was late.',
          })}
        </Hint>
      )}
    </Stack>
  );
}
