/** How many must agree: a picture for each mode, and what belongs to the chosen one. */
import { Box, Chip, Stack, Typography } from '@mui/material';
import { useId } from 'react';
import { useText } from '@/i18n';
import { useTokens } from '@/theme';
import type { FlowNode, Mode, Vote } from '../../types';
import { ChoiceInput, Hint, TextInput } from '../inputs';
import { useAssignment, withMode } from './assignment';
import { Candidates } from './Candidates';
import { Fold } from './Fold';
import { ModePicture } from './ModePicture';
import { MODE_WORDS, REFUSALS } from './words';

const LABEL = { zh: '改几个人同意', en: 'Change how many must agree' };

export function ModeSection({ node }: { node: FlowNode }) {
  const t = useText();
  const { assignment, put, replace } = useAssignment(node);
  const mode = assignment.mode ?? 'any';
  const say = useVoteText();
  const summary = mode === 'vote' && assignment.vote ? say(assignment.vote) : t(MODE_WORDS[mode].label);
  return (
    <Fold open name="mode" title={t({ zh: '几个人同意', en: 'How many must agree' })} summary={summary}>
      <Modes value={mode} onChange={(next) => replace(withMode(assignment, next), LABEL)} />
      <Hint>{t(MODE_WORDS[mode].help)}</Hint>
      {mode === 'all' && (
        <ChoiceInput
          label={t({ zh: '有人驳回时', en: 'When somebody refuses' })}
          value={assignment.refusal ?? 'at_once'}
          options={Object.entries(REFUSALS).map(([value, label]) => ({ value, label: t(label) }))}
          onChange={(refusal) => put({ refusal: refusal as 'wait' }, LABEL)}
        />
      )}
      {mode === 'vote' && <VoteInputs node={node} />}
    </Fold>
  );
}

function Modes({ value, onChange }: { value: Mode; onChange: (mode: Mode) => void }) {
  const t = useText();
  const tokens = useTokens();
  const name = useId();
  return (
    <Box
      role="radiogroup"
      aria-label={t({ zh: '几个人同意', en: 'How many must agree' })}
      sx={{ display: 'grid', gridTemplateColumns: 'repeat(auto-fill, minmax(70px, 1fr))', gap: 0.75 }}
    >
      {(Object.keys(MODE_WORDS) as Mode[]).map((mode) => {
        const chosen = mode === value;
        return (
          <Box
            component="label"
            key={mode}
            sx={{
              ...{ display: 'grid', justifyItems: 'center', gap: 0.25, px: 0.25, py: 0.75, borderRadius: '8px' },
              ...{ cursor: 'pointer', fontSize: 12.5, lineHeight: 1.3, textAlign: 'center' },
              border: `1px solid ${chosen ? tokens.accent : tokens.line}`,
              background: chosen ? tokens.accentSoft : 'transparent',
              color: chosen ? tokens.accent : tokens.muted,
              '--mode-paper': chosen ? tokens.accentSoft : tokens.surface,
              fontWeight: chosen ? 600 : 450,
              '&:hover': { borderColor: tokens.accent },
              '&:focus-within': { outline: `2px solid ${tokens.accent}`, outlineOffset: '1px' },
              position: 'relative',
              '& input': { position: 'absolute', inset: 0, m: 0, opacity: 0, cursor: 'pointer' },
            }}
          >
            <input
              type="radio"
              name={name}
              value={mode}
              checked={chosen}
              onChange={() => onChange(mode)}
              aria-description={t(MODE_WORDS[mode].help)}
            />
            <ModePicture mode={mode} />
            {t(MODE_WORDS[mode].label)}
          </Box>
        );
      })}
    </Box>
  );
}

const PARTS = ['1/2', '2/3', '3/4', '100%'];

/** `2/3`, `60%` or a whole number; as the engine reads them. */
export function isPart(text: string): boolean {
  const [, number, over, percent] = /^\s*(\d+(?:\.\d+)?)(?:\s*\/\s*(\d+)|\s*(%))?\s*$/.exec(text) ?? [];
  if (number === undefined) return false;
  if (over !== undefined) return Number(over) > 0 && Number.isInteger(Number(number)) && Number(number) <= Number(over);
  if (percent) return Number(number) <= 100;
  return Number.isInteger(Number(number));
}

function useVoteText(): (vote: Vote) => string {
  const t = useText();
  const part = (text: string) => (/[/%]/.test(text) ? text : t({ zh: '{n} 票', en: '{n} votes' }, { n: text }));
  return ({ pass_at, base, quorum, veto = [], tie }) =>
    [
      base === 'voted'
        ? t({ zh: '投了票的里 {part} 同意', en: '{part} of those who vote' }, { part: part(pass_at) })
        : t({ zh: '{part} 同意', en: '{part} must agree' }, { part: part(pass_at) }),
      quorum && t({ zh: '至少 {part} 投票', en: 'at least {part} vote' }, { part: part(quorum) }),
      veto.length > 0 && t({ zh: '有一票否决', en: 'with a veto' }),
      tie === 'agree' && t({ zh: '平票通过', en: 'a tie passes' }),
      tie === 'refuse' && t({ zh: '平票驳回', en: 'a tie refuses' }),
    ]
      .filter(Boolean)
      .join(t({ zh: '，', en: ', ' }));
}

function VoteInputs({ node }: { node: FlowNode }) {
  const t = useText();
  const { assignment, put } = useAssignment(node);
  const vote = assignment.vote ?? { pass_at: '2/3' };
  const say = useVoteText();
  const set = (change: Partial<Vote>, run?: string) => {
    const kept = Object.entries({ ...vote, ...change }).filter(
      ([name, value]) =>
        name === 'pass_at' || !(value === null || value === '' || (Array.isArray(value) && !value.length)),
    );
    put({ vote: Object.fromEntries(kept) as unknown as Vote }, LABEL, run);
  };
  const wrong = t({ zh: '写成 2/3、60% 或票数 3', en: 'Write 2/3, 60%, or a number of votes such as 3' });
  return (
    <Stack spacing={1.5}>
      <Box>
        <TextInput
          label={t({ zh: '多少同意才通过', en: 'How many must agree' })}
          value={vote.pass_at}
          onChange={(pass_at) => set({ pass_at }, 'pass_at')}
          error={!isPart(vote.pass_at)}
          help={isPart(vote.pass_at) ? undefined : wrong}
        />
        <Box sx={{ display: 'flex', gap: 0.5, mt: 0.75, flexWrap: 'wrap' }}>
          {PARTS.map((part) => (
            <Chip
              key={part}
              size="small"
              label={part}
              variant={part === vote.pass_at ? 'filled' : 'outlined'}
              onClick={() => set({ pass_at: part })}
            />
          ))}
        </Box>
      </Box>
      <ChoiceInput
        label={t({ zh: '按谁算', en: 'Counted of' })}
        value={vote.base ?? 'all'}
        options={[
          { value: 'all', label: t({ zh: '所有有投票权的人', en: 'All who may vote' }) },
          { value: 'voted', label: t({ zh: '投了同意或反对的人', en: 'Those who agree or refuse' }) },
        ]}
        onChange={(base) => set({ base: base as 'all' })}
      />
      <TextInput
        label={t({ zh: '至少多少人投票（法定数）', en: 'At least so many must vote (quorum)' })}
        value={vote.quorum ?? ''}
        onChange={(quorum) => set({ quorum: quorum || null }, 'quorum')}
        error={!!vote.quorum && !isPart(vote.quorum)}
        help={vote.quorum && !isPart(vote.quorum) ? wrong : t({ zh: '空着就不要求', en: 'Empty: no quorum' })}
      />
      <ChoiceInput
        label={t({ zh: '平票时', en: 'When there is a tie' })}
        value={vote.tie ?? ''}
        none={t({ zh: '按上面的比例算', en: 'As the part above says' })}
        options={[
          { value: 'agree', label: t({ zh: '通过', en: 'It passes' }) },
          { value: 'refuse', label: t({ zh: '驳回', en: 'It is refused' }) },
        ]}
        onChange={(tie) => set({ tie: (tie || null) as 'agree' | null })}
      />
      <Candidates
        node={node}
        title={t({ zh: '一票否决（这些人反对就驳回）', en: 'Veto: their refusal decides' })}
        add={t({ zh: '加有否决权的人', en: 'Add a veto' })}
        value={vote.veto ?? []}
        onChange={(veto) => set({ veto })}
      />
      <Typography variant="body2" data-vote-text>
        {say(vote)}
      </Typography>
    </Stack>
  );
}
