/** Appointing an agent: who, from when until when, for which flows, and whether both may act. */
import { Autocomplete, FormControlLabel, Radio, RadioGroup, Switch, TextField, Typography } from '@mui/material';
import { useId, useState } from 'react';
import { useNotify } from 'react-admin';
import { FormDialog, PeopleField } from '@/components';
import { FieldInput } from '@/fields';
import { useText } from '@/i18n';
import { useMetadata } from '@/metadata';
import { useMe } from '@/providers/me';
import { type AgentMode, appoint, type NewAgent, useAgentChange } from './api';
import { AGENT_MODES } from './words';

interface AgentDialogProps {
  /** Somebody else, whom an administrator appoints an agent for. */
  principal: { id: string; name: string } | null;
  onClose: () => void;
}

const EMPTY: NewAgent = {
  agent_id: '',
  mode: 'both',
  flows: null,
  starts_at: null,
  ends_at: null,
  open_tasks: true,
};

/** Always the same: for another list the box would forget what is being typed. */
const NO_FLOWS: string[] = [];

export function AgentDialog({ principal, onClose }: AgentDialogProps) {
  const t = useText();
  const me = useMe();
  const notify = useNotify();
  const { flows } = useMetadata();
  const [draft, setDraft] = useState(EMPTY);
  const put = (change: Partial<NewAgent>) => setDraft((before) => ({ ...before, ...change }));
  const change = useAgentChange(appoint);
  const modes = useId();
  // What is open now is done by the time an agency begins that is only planned.
  const later = !!draft.starts_at && Date.parse(draft.starts_at) > Date.now();
  const submit = async () => {
    const { applied } = await change.mutateAsync({
      ...draft,
      open_tasks: draft.open_tasks && !later,
      ...(principal ? { principal_id: principal.id } : {}),
    });
    const said = applied?.failed
      ? t(
          {
            zh: '已委托；{done} 个任务已交过去，{failed} 个没有',
            en: 'Appointed; {done} open tasks shared, {failed} not',
          },
          applied,
        )
      : t({ zh: '已委托', en: 'Appointed' });
    notify(said, { type: applied?.failed ? 'warning' : 'success' });
  };
  const backwards = !!draft.starts_at && !!draft.ends_at && draft.ends_at <= draft.starts_at;
  const time = (key: 'starts_at' | 'ends_at', label: string, help: string) => (
    <FieldInput
      field={{ key, type: 'datetime', label: { zh: label, en: label } }}
      label={label}
      help={help}
      value={draft[key]}
      onChange={(value) => put({ [key]: typeof value === 'string' ? value : null })}
      error={key === 'ends_at' && backwards ? t({ zh: '要晚于开始', en: 'Must be later than the beginning' }) : null}
    />
  );
  return (
    <FormDialog
      open
      title={
        principal
          ? t({ zh: '替{name}新建委托', en: 'Appoint an agent for {name}' }, { name: principal.name })
          : t({ zh: '新建委托', en: 'Appoint an agent' })
      }
      action={t({ zh: '委托', en: 'Appoint' })}
      ready={draft.agent_id !== '' && !backwards}
      changed={draft !== EMPTY}
      onClose={onClose}
      onSubmit={submit}
    >
      <PeopleField
        label={t({ zh: '代理人', en: 'Agent' })}
        value={draft.agent_id ? [draft.agent_id] : []}
        onChange={([id]) => put({ agent_id: id ?? '' })}
        most={1}
        without={[principal?.id ?? me?.id ?? '']}
        required
        autoFocus
      />
      {time('starts_at', t({ zh: '从', en: 'From' }), t({ zh: '空着：现在起', en: 'Empty: from now' }))}
      {time('ends_at', t({ zh: '到', en: 'Until' }), t({ zh: '空着：直到撤销', en: 'Empty: until it is revoked' }))}
      <div>
        <Typography variant="body2" id={modes} sx={{ color: 'text.secondary', mb: 0.5 }}>
          {t({ zh: '谁来处理', en: 'Who acts' })}
        </Typography>
        <RadioGroup aria-labelledby={modes} value={draft.mode} onChange={(_, mode) => put({ mode: mode as AgentMode })}>
          {(Object.keys(AGENT_MODES) as AgentMode[]).map((mode) => (
            <FormControlLabel
              key={mode}
              value={mode}
              control={<Radio size="small" />}
              label={
                <span>
                  {t(AGENT_MODES[mode].label)}
                  <Typography variant="caption" component="span" sx={{ display: 'block', color: 'text.secondary' }}>
                    {t(AGENT_MODES[mode].help)}
                  </Typography>
                </span>
              }
            />
          ))}
        </RadioGroup>
      </div>
      <Autocomplete
        multiple
        size="small"
        disableCloseOnSelect
        options={flows.map(({ key }) => key)}
        value={draft.flows ?? NO_FLOWS}
        getOptionLabel={(key) => t(flows.find((flow) => flow.key === key)?.label) || key}
        onChange={(_, keys) => put({ flows: keys.length ? keys : null })}
        renderInput={(params) => (
          <TextField
            {...params}
            label={t({ zh: '哪些流程', en: 'Which flows' })}
            helperText={t({ zh: '空着：所有流程', en: 'Empty: all of them' })}
          />
        )}
      />
      {!later && (
        <FormControlLabel
          control={<Switch checked={draft.open_tasks} onChange={(_, open_tasks) => put({ open_tasks })} />}
          label={t({ zh: '现在已有的任务也交给他', en: 'Also the tasks that are open now' })}
        />
      )}
    </FormDialog>
  );
}
