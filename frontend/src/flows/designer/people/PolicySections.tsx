/** What else people may do at a step, and what happens in the cases nobody thinks of until they happen. */
import { Box, Checkbox, FormControlLabel, Typography } from '@mui/material';
import { useText } from '@/i18n';
import type { FlowNode, TaskOperation } from '../../types';
import { ChoiceInput } from '../inputs';
import { useNames } from '../names';
import { useAssignment } from './assignment';
import { Fold } from './Fold';
import { DUPLICATES, NOBODY, OPERATIONS, OWN } from './words';

export function OperationsSection({ node }: { node: FlowNode }) {
  const t = useText();
  const { assignment, put } = useAssignment(node);
  const allowed = assignment.operations ?? [];
  const all = Object.keys(OPERATIONS) as TaskOperation[];
  const toggle = (name: TaskOperation) =>
    put(
      { operations: all.filter((each) => (each === name ? !allowed.includes(each) : allowed.includes(each))) },
      { zh: '改可以做的操作', en: 'Change what people may do' },
    );
  return (
    <Fold
      name="operations"
      title={t({ zh: '还能做什么', en: 'What else they may do' })}
      summary={
        allowed.map((name) => t(OPERATIONS[name].label)).join(t({ zh: '、', en: ', ' })) ||
        t({ zh: '只能处理，不能加签、转办', en: 'Decide, and nothing else' })
      }
    >
      <Box role="group" aria-label={t({ zh: '还能做什么', en: 'What else they may do' })}>
        {all.map((name) => (
          <FormControlLabel
            key={name}
            sx={{ display: 'flex', alignItems: 'flex-start', mr: 0, mb: 0.5 }}
            control={
              <Checkbox size="small" sx={{ py: 0.25 }} checked={allowed.includes(name)} onChange={() => toggle(name)} />
            }
            label={
              <Typography variant="body2" component="span">
                {t(OPERATIONS[name].label)}
                <Typography variant="caption" component="span" sx={{ display: 'block', color: 'text.secondary' }}>
                  {t(OPERATIONS[name].help)}
                </Typography>
              </Typography>
            }
          />
        ))}
      </Box>
    </Fold>
  );
}

export function PoliciesSection({ node }: { node: FlowNode }) {
  const t = useText();
  const names = useNames();
  const { assignment, put } = useAssignment(node);
  const { duplicates = 'never', own = 'approve', nobody = 'admin' } = assignment;
  const label = { zh: '改特殊情况', en: 'Change a special case' };
  const options = (words: Record<string, { zh: string; en: string }>) =>
    Object.entries(words).map(([value, said]) => ({ value, label: t(said) }));
  return (
    <Fold
      name="policies"
      title={t({ zh: '特殊情况', en: 'Special cases' })}
      summary={[DUPLICATES[duplicates], OWN[own], NOBODY[nobody]]
        .map((said) => t(said))
        .join(t({ zh: '；', en: '; ' }))}
    >
      <ChoiceInput
        label={t({ zh: '同一个人前面同意过', en: 'The same person agreed before' })}
        value={duplicates}
        options={options(DUPLICATES)}
        onChange={(next) => put({ duplicates: next as 'never' }, label)}
        help={
          duplicates === 'never'
            ? undefined
            : t({ zh: '退回之后不再自动同意', en: 'Not after something was sent back' })
        }
      />
      <ChoiceInput
        label={t({ zh: '处理人就是发起人', en: 'The initiator is among them' })}
        value={own}
        options={options(OWN)}
        onChange={(next) => put({ own: next as 'approve' }, label)}
      />
      <ChoiceInput
        label={t({ zh: '一个人也找不到', en: 'Nobody is found' })}
        value={nobody}
        options={options(NOBODY)}
        onChange={(next) =>
          put({ nobody: next as 'admin', nobody_user: next === 'user' ? (names.users()[0]?.value ?? '') : null }, label)
        }
        help={t({ zh: '停用的人不算', en: 'Disabled users do not count' })}
      />
      {nobody === 'user' && (
        <ChoiceInput
          label={t({ zh: '交给谁', en: 'Who gets it' })}
          value={assignment.nobody_user ?? ''}
          options={names.users(assignment.nobody_user)}
          onChange={(nobody_user) => put({ nobody_user }, label)}
        />
      )}
    </Fold>
  );
}
