/** What a decision may still want to know, one dialog each: where back to, a signature, who gets what follows. */
import { FormControlLabel, Radio, RadioGroup, Typography } from '@mui/material';
import { useState } from 'react';
import { FormDialog } from '@/components';
import { useText } from '@/i18n';
import { ChoosePeople } from './ChoosePeople';
import { SignaturePad } from './SignaturePad';
import type { TaskOutcome } from './types';
import type { Answers, Question } from './useDecision';

interface DialogProps<Kind extends Question['kind']> {
  question: Extract<Question, { kind: Kind }>;
  onAnswer: (answers: Answers) => Promise<void>;
  onClose: () => void;
}

export function QuestionDialog({ question, ...props }: DialogProps<Question['kind']>) {
  if (question.kind === 'target') return <TargetDialog question={question} {...props} />;
  if (question.kind === 'signature') return <SignatureDialog question={question} {...props} />;
  const { choice, outcome } = question;
  return (
    <ChoosePeople
      key={choice.node_id}
      choice={choice}
      action={outcome.label}
      onChoose={(chosen) => props.onAnswer({ chosen })}
      onClose={props.onClose}
    />
  );
}

/** What becomes of it when it has been done anew. */
function useWayBack({ straight, rounds }: TaskOutcome): string {
  const t = useText();
  const back = straight
    ? t({ zh: '对方重新处理后，直接回到这一步。', en: 'When they have done it again, it comes straight back here.' })
    : t({ zh: '对方重新处理后，沿流程再走一遍。', en: 'When they have done it again, the flow goes on from there.' });
  const most = rounds ? t({ zh: '最多退回 {n} 次。', en: 'At most {n} times.' }, { n: rounds }) : '';
  return t({ zh: '{back}{most}', en: '{back} {most}' }, { back, most });
}

function TargetDialog({ question: { outcome }, onAnswer, onClose }: DialogProps<'target'>) {
  const t = useText();
  const targets = outcome.targets ?? [];
  const [target, setTarget] = useState(targets[0]?.node_id ?? '');
  const label = t({ zh: '退回到', en: 'Send back to' });
  return (
    <FormDialog
      open
      title={t(outcome.label)}
      action={t(outcome.label)}
      ready={target !== ''}
      onClose={onClose}
      onSubmit={() => onAnswer({ target })}
    >
      <Typography sx={{ color: 'text.secondary' }}>{useWayBack(outcome)}</Typography>
      <RadioGroup aria-label={label} value={target} onChange={(_, node) => setTarget(node)}>
        {targets.map(({ node_id, title }, index) => (
          <FormControlLabel
            key={node_id}
            value={node_id}
            label={t(title)}
            control={<Radio size="small" autoFocus={index === 0} />}
          />
        ))}
      </RadioGroup>
    </FormDialog>
  );
}

function SignatureDialog({ question: { outcome }, onAnswer, onClose }: DialogProps<'signature'>) {
  const t = useText();
  const [signature, setSignature] = useState<string | null>(null);
  return (
    <FormDialog
      open
      title={t({ zh: '手写签名', en: 'Sign by hand' })}
      action={t(outcome.label)}
      ready={signature !== null}
      changed={signature !== null}
      onClose={onClose}
      onSubmit={() => onAnswer(signature ? { signature } : {})}
    >
      <SignaturePad onChange={setSignature} />
    </FormDialog>
  );
}
