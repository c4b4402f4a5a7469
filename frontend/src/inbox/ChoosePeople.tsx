/** Where a decision or a start leads to people who are to be chosen: the server asks, and the same is sent again with them. */
import { Typography } from '@mui/material';
import { useState } from 'react';
import { FormDialog, PeopleField } from '@/components';
import { type Text, useText } from '@/i18n';
import { ApiError } from '@/providers/http';
import type { PeopleChoice } from './types';

/** Chosen people by node. */
export type Chosen = Record<string, string[]>;

/** What the server wants to know; null where it refused for another reason. */
export function choiceIn(problem: unknown): PeopleChoice | null {
  if (!(problem instanceof ApiError) || problem.code !== 'task.choose_people') return null;
  const { node_id, title, most, candidates } = problem.params as Partial<PeopleChoice>;
  return {
    node_id: node_id ?? '',
    title: title ?? '',
    most: most == null ? null : Number(most),
    candidates: candidates ?? [],
  };
}

interface ChoosePeopleProps {
  choice: PeopleChoice;
  /** The verb on the button. */
  action: Text;
  onChoose: (chosen: Chosen) => Promise<void>;
  onClose: () => void;
}

export function ChoosePeople({ choice, action, onChoose, onClose }: ChoosePeopleProps) {
  const t = useText();
  const [users, setUsers] = useState<string[]>([]);
  const most = choice.most ?? undefined;
  const title = { step: t(choice.title) };
  return (
    <FormDialog
      open
      title={t({ zh: '请选择“{step}”的处理人', en: 'Who gets “{step}”?' }, title)}
      action={t(action)}
      ready={users.length > 0}
      changed={users.length > 0}
      onClose={onClose}
      onSubmit={() => onChoose({ [choice.node_id]: users })}
    >
      <Typography sx={{ color: 'text.secondary' }}>
        {t({ zh: '流程走到那一步时交到他们手上。', en: 'They get it when the flow comes to that step.' })}
      </Typography>
      <PeopleField
        autoFocus
        required
        label={t({ zh: '处理人', en: 'People' })}
        help={most && most > 1 ? t({ zh: '最多 {n} 人', en: 'At most {n}' }, { n: most }) : undefined}
        most={most}
        only={choice.candidates}
        value={users}
        onChange={setUsers}
      />
    </FormDialog>
  );
}
