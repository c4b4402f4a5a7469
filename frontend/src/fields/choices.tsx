/** choice, multi_choice, stage, tags. */
import { Autocomplete, Box, MenuItem } from '@mui/material';
import type { ComponentType, ReactNode } from 'react';
import { StatusChip } from '@/components/StatusChip';
import { useText } from '@/i18n';
import type { Field, Option } from '@/metadata/types';
import { InputFrame } from './InputFrame';
import type { FieldInputProps, FieldKind, FieldValueProps } from './types';

const optionOf = (field: Field, key: unknown): Option | undefined =>
  field.options?.find((option) => option.key === key);
const asList = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

function ChoiceValue({ field, value }: FieldValueProps) {
  const t = useText();
  if (value === null || value === undefined || value === '') return null;
  const option = optionOf(field, value);
  return <StatusChip label={option ? t(option.label) : String(value)} color={option?.color} />;
}

function ChipList({ children }: { children: ReactNode }) {
  return <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 0.5 }}>{children}</Box>;
}

function MultiChoiceValue({ field, value }: FieldValueProps) {
  const chosen = asList(value);
  if (chosen.length === 0) return null;
  return (
    <ChipList>
      {chosen.map((key) => (
        <ChoiceValue key={key} field={field} value={key} />
      ))}
    </ChipList>
  );
}

function TagsValue({ value }: FieldValueProps) {
  const tags = asList(value);
  if (tags.length === 0) return null;
  return (
    <ChipList>
      {tags.map((tag) => (
        <StatusChip key={tag} label={tag} color="grey" />
      ))}
    </ChipList>
  );
}

const IN_A_CELL = 3;

/** In a list: the first few, and how many more. */
function cellOf(Value: ComponentType<FieldValueProps>) {
  return (props: FieldValueProps) => {
    const all = asList(props.value);
    const more = all.length - IN_A_CELL;
    return (
      <Box
        sx={{ display: 'inline-flex', gap: 0.5, '& > div': { flexWrap: 'nowrap' } }}
        title={more > 0 ? all.join(', ') : undefined}
      >
        <Value {...props} value={all.slice(0, IN_A_CELL)} />
        {more > 0 && <StatusChip label={`+${more}`} />}
      </Box>
    );
  };
}

const MultiChoiceCell = cellOf(MultiChoiceValue);
const TagsCell = cellOf(TagsValue);

/** Stages that may follow the stored one; no transitions given means any. */
export function allowedStages(field: Field, stored: unknown): Option[] {
  const options = field.options ?? [];
  const next = typeof stored === 'string' ? field.transitions?.[stored] : undefined;
  if (!next || next.length === 0) return options;
  return options.filter((option) => option.key === stored || next.includes(option.key));
}

function SelectInput({ options, ...props }: FieldInputProps & { options: Option[] }) {
  const t = useText();
  const required = props.required ?? props.field.required;
  return (
    <InputFrame
      input={props}
      select
      value={props.value ?? ''}
      onChange={(event) => props.onChange(event.target.value || null)}
    >
      {!required && <MenuItem value="">{t({ zh: '（无）', en: '(none)' })}</MenuItem>}
      {options.map((option) => (
        <MenuItem key={option.key} value={option.key}>
          <StatusChip label={t(option.label)} color={option.color} />
        </MenuItem>
      ))}
    </InputFrame>
  );
}

function ChoiceInput(props: FieldInputProps) {
  return <SelectInput {...props} options={props.field.options ?? []} />;
}

function StageInput(props: FieldInputProps) {
  return <SelectInput {...props} options={allowedStages(props.field, props.stored)} />;
}

function MultiChoiceInput(props: FieldInputProps) {
  const t = useText();
  const options = props.field.options ?? [];
  const chosen = asList(props.value);
  return (
    <Autocomplete
      multiple
      size="small"
      disableCloseOnSelect
      disabled={props.disabled}
      options={options.map(({ key }) => key)}
      value={chosen}
      getOptionLabel={(key) => t(optionOf(props.field, key)?.label ?? key)}
      onChange={(_, keys) => props.onChange(keys)}
      renderInput={({ slotProps, ...params }) => <InputFrame {...params} input={props} slotProps={{ ...slotProps }} />}
    />
  );
}

function TagsInput(props: FieldInputProps) {
  const t = useText();
  return (
    <Autocomplete
      multiple
      freeSolo
      autoSelect
      size="small"
      disabled={props.disabled}
      options={[]}
      value={asList(props.value)}
      onChange={(_, tags) => props.onChange([...new Set(tags.map((tag) => tag.trim()).filter(Boolean))])}
      renderInput={({ slotProps, ...params }) => (
        <InputFrame
          {...params}
          input={{ ...props, help: props.help ?? t({ zh: '输入后按回车', en: 'Type, then press Enter' }) }}
          slotProps={{ ...slotProps }}
        />
      )}
    />
  );
}

const single = { Value: ChoiceValue, Cell: ChoiceValue, sortable: true };
const several = { sortable: false };

export const choiceKinds: FieldKind[] = [
  { ...single, type: 'choice', label: { zh: '单选', en: 'Choice' }, Input: ChoiceInput },
  { ...single, type: 'stage', label: { zh: '阶段', en: 'Stage' }, Input: StageInput },
  {
    ...several,
    type: 'multi_choice',
    label: { zh: '多选', en: 'Multiple choice' },
    Value: MultiChoiceValue,
    Cell: MultiChoiceCell,
    Input: MultiChoiceInput,
  },
  { ...several, type: 'tags', label: { zh: '标签', en: 'Tags' }, Value: TagsValue, Cell: TagsCell, Input: TagsInput },
];
