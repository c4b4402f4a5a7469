/** Orders to a run that want a word with them: why it is withdrawn, ended or void, and where it is begun again. */
import { TextField, Typography } from '@mui/material';
import { useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { FormDialog } from '@/components';
import { type Text, useText } from '@/i18n';
import { useMay } from '@/providers/me';
import { ChoiceInput } from '../designer/inputs';
import { nodeKind } from '../nodeTypes';
import { useOrder } from '../orders';
import type { Instance } from '../types';

export type Asked = 'withdraw' | 'cancel' | 'void';

interface Words {
  title: Text;
  body: Text;
  action: Text;
  /** A reason must be given. */
  required: boolean;
}

const WORDS: Record<Asked, Words> = {
  withdraw: {
    title: { zh: '撤销这个流程？', en: 'Withdraw it?' },
    body: {
      zh: '还没处理的任务从所有人那里收回，流程结束。已经完成的步骤和记录不变。',
      en: 'Open tasks are taken back from everybody and it ends. Steps already done, and the record, stay as they are.',
    },
    action: { zh: '撤销', en: 'Withdraw' },
    required: false,
  },
  cancel: {
    title: { zh: '结束这个流程？', en: 'End this run?' },
    body: {
      zh: '未完成的任务会从所有人的收件箱撤回。已经完成的步骤和记录不变。',
      en: 'Open tasks are withdrawn from every inbox. Steps already done, and the record, stay as they are.',
    },
    action: { zh: '结束流程', en: 'End the run' },
    required: false,
  },
  void: {
    title: { zh: '作废这个结果？', en: 'Declare the result void?' },
    body: {
      zh: '流程和历史都留着，但标明作废：谁、为什么。记录不会自动改回去。',
      en: 'The run and its history stay, marked as void: by whom and why. The record is not changed back by itself.',
    },
    action: { zh: '作废', en: 'Declare void' },
    required: true,
  },
};

interface AskDialogProps {
  instance: Instance;
  asked: Asked;
  onClose: () => void;
}

export function AskDialog({ instance, asked, onClose }: AskDialogProps) {
  const t = useText();
  const order = useOrder(instance.id);
  const [reason, setReason] = useState('');
  const { title, body, action, required } = WORDS[asked];
  return (
    <FormDialog
      open
      title={t(title)}
      action={t(action)}
      ready={!required || reason.trim() !== ''}
      changed={reason !== ''}
      onClose={onClose}
      onSubmit={() => order.ask(asked, reason.trim() ? { reason: reason.trim() } : {}, asked !== 'void')}
    >
      <Typography variant="body2" sx={{ color: 'text.secondary' }}>
        {t(body)}
      </Typography>
      <TextField
        label={required ? t({ zh: '为什么', en: 'Why' }) : t({ zh: '为什么（可以不写）', en: 'Why (may be left out)' })}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
        required={required}
        multiline
        minRows={2}
        autoFocus
      />
    </FormDialog>
  );
}

/** A new run that goes on at a step of this one, which stays as it is; whoever does not operate flows begins it anew. */
export function ReopenDialog({ instance, onClose }: Omit<AskDialogProps, 'asked'>) {
  const t = useText();
  const navigate = useNavigate();
  const order = useOrder(instance.id);
  const operates = useMay()('operate');
  const [node, setNode] = useState('');
  const { definition: flow } = instance;
  const steps = flow.nodes.filter(
    ({ parent, type }) => !parent && !['start_event', 'boundary_event', 'end_event'].includes(type),
  );
  const submit = async () => {
    const made = await order.ask<{ id?: string }>('reopen', node ? { node_id: node } : {});
    if (made.id && made.id !== instance.id) navigate(`/instances/${made.id}`);
  };
  return (
    <FormDialog
      open
      title={t({ zh: '重新打开', en: 'Begin it again' })}
      action={t({ zh: '重新打开', en: 'Begin it again' })}
      onClose={onClose}
      onSubmit={submit}
    >
      <Typography variant="body2" sx={{ color: 'text.secondary' }}>
        {operates
          ? t({
              zh: '会新开一个流程，从选的步骤接着走；这一个和它的历史不变。',
              en: 'A new run goes on at the chosen step; this one and its history stay as they are.',
            })
          : t({
              zh: '会从头新开一个流程；这一个和它的历史不变。',
              en: 'A new run starts from the beginning; this one and its history stay as they are.',
            })}
      </Typography>
      {operates && (
        <ChoiceInput
          label={t({ zh: '从哪一步', en: 'At which step' })}
          value={node}
          none={t({ zh: '从头开始', en: 'From the beginning' })}
          options={steps.map((each) => ({
            value: each.id,
            label: t(each.title) || `${t(nodeKind(each.type).label)} ${each.id}`,
          }))}
          onChange={setNode}
        />
      )}
    </FormDialog>
  );
}
