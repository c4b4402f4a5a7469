/** What a flow is about and carries: the entity of its record, and its variables. */
import { Box, Button, IconButton, MenuItem, Stack, TextField, Typography } from '@mui/material';
import { Plus, Trash2 } from 'lucide-react';
import type { Content } from '@/build/api';
import { relabelled, textOf } from '@/build/labels';
import type { Editing } from '@/build/useEditing';
import { EmptyState, Panel } from '@/components';
import { type Text, useLocale, useText } from '@/i18n';
import { useMetadata } from '@/metadata';
import type { Flow, Variable } from '../types';
import { freeId } from './flowDocument';

const TYPES: [type: string, label: Text][] = [
  ['text', { zh: '文字', en: 'Text' }],
  ['long_text', { zh: '长文字', en: 'Long text' }],
  ['number', { zh: '数字', en: 'Number' }],
  ['money', { zh: '金额', en: 'Money' }],
  ['boolean', { zh: '是/否', en: 'Yes or no' }],
  ['date', { zh: '日期', en: 'Date' }],
  ['datetime', { zh: '日期时间', en: 'Date and time' }],
  ['user', { zh: '人员', en: 'Person' }],
  ['department', { zh: '部门', en: 'Department' }],
  ['reference', { zh: '记录', en: 'Record' }],
  ['tags', { zh: '文字列表', en: 'List of texts' }],
];

const WITHDRAWALS: [value: string, label: Text][] = [
  ['before_action', { zh: '在别人处理之前', en: 'While nobody else has acted' }],
  ['any', { zh: '随时，直到结束', en: 'At any time until it ends' }],
  ['never', { zh: '不可以', en: 'Never' }],
];

export function AboutPanel({ document, editing }: { document: Content; editing: Editing }) {
  const t = useText();
  const { entities } = useMetadata();
  return (
    <Panel title={t({ zh: '关于什么', en: 'What it is about' })}>
      <TextField
        select
        data-path="/entity"
        label={t({ zh: '实体', en: 'Entity' })}
        value={typeof document.entity === 'string' ? document.entity : ''}
        onChange={(event) => editing.change({ zh: '改实体', en: 'Change the entity' }, { entity: event.target.value })}
        helperText={t({ zh: '每个实例处理其中一条记录', en: 'Each run is about one record of it' })}
        fullWidth
      >
        {entities.map(({ key, label }) => (
          <MenuItem key={key} value={key}>
            {t(label)}
          </MenuItem>
        ))}
      </TextField>
      <TextField
        select
        data-path="/withdraw"
        label={t({ zh: '发起人可以撤销', en: 'Whoever started it may withdraw it' })}
        value={typeof document.withdraw === 'string' ? document.withdraw : 'before_action'}
        onChange={(event) =>
          editing.change({ zh: '改撤销', en: 'Change the withdrawal' }, { withdraw: event.target.value })
        }
        helperText={t({
          zh: '撤销后，没处理的任务从所有人那里收回',
          en: 'Open tasks are then taken back from everybody',
        })}
        fullWidth
        sx={{ mt: 2 }}
      >
        {WITHDRAWALS.map(([value, label]) => (
          <MenuItem key={value} value={value}>
            {t(label)}
          </MenuItem>
        ))}
      </TextField>
    </Panel>
  );
}

export function VariablesPanel({ flow, editing }: { flow: Flow; editing: Editing }) {
  const t = useText();
  const variables = flow.variables ?? [];
  const put = (next: Variable[], run?: string) =>
    editing.change({ zh: '改变量', en: 'Change the variables' }, { variables: next }, run);
  const add = () => {
    const key = freeId(
      variables.map((each) => each.key),
      'variable',
    );
    put([...variables, { key, type: 'text', label: { zh: key, en: key } }]);
  };
  return (
    <Panel
      title={t({ zh: '变量', en: 'Variables' })}
      actions={
        <Button startIcon={<Plus size={14} />} onClick={add}>
          {t({ zh: '加变量', en: 'Add a variable' })}
        </Button>
      }
    >
      <Typography variant="body2" sx={{ color: 'text.secondary', mb: 1.5 }}>
        {t({
          zh: '表单里同名的字段会写进变量；条件和动作用它们。',
          en: 'Fields of forms with the same key are copied into them; conditions and actions read them.',
        })}
      </Typography>
      {variables.length === 0 ? (
        <EmptyState dense title={t({ zh: '还没有变量', en: 'No variables yet' })} />
      ) : (
        <Stack spacing={1.5} data-path="/variables">
          {variables.map((variable, index) => (
            <VariableRow
              key={index}
              index={index}
              variable={variable}
              onChange={(change) => put(variables.with(index, { ...variable, ...change }), `variable${index}`)}
              onRemove={() => put(variables.filter((_, at) => at !== index))}
            />
          ))}
        </Stack>
      )}
    </Panel>
  );
}

interface VariableRowProps {
  index: number;
  variable: Variable;
  onChange: (change: Partial<Variable>) => void;
  onRemove: () => void;
}

function VariableRow({ index, variable, onChange, onRemove }: VariableRowProps) {
  const t = useText();
  const locale = useLocale();
  const { entities } = useMetadata();
  const label = textOf(variable.label);
  const retype = (type: string) =>
    onChange({
      type,
      currency: type === 'money' ? (variable.currency ?? 'CNY') : null,
      entity: type === 'reference' ? (variable.entity ?? entities[0]?.key ?? null) : null,
    });
  return (
    <Box
      data-path={`/variables/${index}`}
      sx={{
        ...{ display: 'grid', gap: 1, alignItems: 'start' },
        gridTemplateColumns: { xs: '1fr 1fr auto', sm: '1fr 1fr 1fr 1fr auto' },
      }}
    >
      <TextField
        label={t({ zh: '键', en: 'Key' })}
        value={variable.key}
        onChange={(event) => onChange({ key: event.target.value.trim() })}
      />
      <TextField
        label={t({ zh: '名称', en: 'Name' })}
        value={label[locale]}
        onChange={(event) => onChange({ label: relabelled(label, locale, event.target.value) })}
      />
      <TextField
        select
        label={t({ zh: '类型', en: 'Type' })}
        value={variable.type}
        onChange={(event) => retype(event.target.value)}
      >
        {!TYPES.some(([type]) => type === variable.type) && <MenuItem value={variable.type}>{variable.type}</MenuItem>}
        {TYPES.map(([type, said]) => (
          <MenuItem key={type} value={type}>
            {t(said)}
          </MenuItem>
        ))}
      </TextField>
      {variable.type === 'reference' ? (
        <TextField
          select
          label={t({ zh: '实体', en: 'Entity' })}
          value={variable.entity ?? ''}
          onChange={(event) => onChange({ entity: event.target.value })}
        >
          {entities.map(({ key, label: said }) => (
            <MenuItem key={key} value={key}>
              {t(said)}
            </MenuItem>
          ))}
        </TextField>
      ) : variable.type === 'money' ? (
        <TextField
          label={t({ zh: '货币', en: 'Currency' })}
          value={variable.currency ?? ''}
          onChange={(event) => onChange({ currency: event.target.value.toUpperCase() })}
        />
      ) : (
        <Box sx={{ display: { xs: 'none', sm: 'block' } }} />
      )}
      <IconButton aria-label={t({ zh: '去掉 {name}', en: 'Remove {name}' }, { name: variable.key })} onClick={onRemove}>
        <Trash2 size={15} />
      </IconButton>
    </Box>
  );
}
