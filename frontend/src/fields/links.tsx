/** reference, user, department: values that point at something else. */
import { Autocomplete, Box } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { Link } from 'react-router-dom';
import { Avatar } from '@/components/Avatar';
import { usePaused } from '@/components/usePaused';
import { useText } from '@/i18n';
import { useDepartment, useMetadata, useUser } from '@/metadata';
import { api } from '@/providers/http';
import { recordPath, resourceOf } from '@/records/paths';
import { InputFrame } from './InputFrame';
import type { FieldInputProps, FieldKind, FieldValueProps } from './types';

const PAUSE_MS = 250;

interface Choice {
  id: string;
  label: string;
  note?: string;
}

interface Listed {
  id: string;
  _title?: string | null;
}

/** The title of a record, asked for only when the list did not bring it along. */
function useRecordTitle(entity: string | null | undefined, id: string | null, known?: string | null): string {
  const { data } = useQuery({
    queryKey: [resourceOf(entity ?? ''), 'title', id],
    queryFn: () => api.get<Listed>(`/api/records/${entity}/${id}`),
    enabled: !!entity && !!id && !known,
    staleTime: 60_000,
  });
  return known || data?._title || (id ? id.slice(0, 8) : '');
}

function ReferenceValue({ field, value, display }: FieldValueProps) {
  const id = typeof value === 'string' ? value : null;
  const title = useRecordTitle(field.entity, id, display);
  if (!id || !field.entity) return null;
  return <Link to={recordPath(field.entity, id)}>{title}</Link>;
}

function UserValue({ value, display }: FieldValueProps) {
  const user = useUser(typeof value === 'string' ? value : null);
  const name = user?.name ?? display;
  if (!value) return null;
  return (
    <Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: 0.75, whiteSpace: 'nowrap' }}>
      <Avatar name={name ?? '?'} size={22} />
      {name ?? String(value).slice(0, 8)}
    </Box>
  );
}

function DepartmentValue({ value, display }: FieldValueProps) {
  const t = useText();
  const department = useDepartment(typeof value === 'string' ? value : null);
  if (!value) return null;
  return department ? t(department.label) : (display ?? '');
}

function ChoiceBox({ input, choices, chosen, onType, loading }: ChoiceBoxProps) {
  const t = useText();
  return (
    <Autocomplete
      size="small"
      disabled={input.disabled}
      loading={loading}
      loadingText={t({ zh: '搜索中…', en: 'Searching…' })}
      noOptionsText={t({ zh: '没有匹配的', en: 'Nothing matches' })}
      options={choices}
      value={chosen}
      filterOptions={onType ? (all) => all : undefined}
      isOptionEqualToValue={(one, other) => one.id === other.id}
      getOptionLabel={(choice) => choice.label}
      getOptionKey={(choice) => choice.id}
      onInputChange={(_, text, reason) => reason !== 'reset' && onType?.(text)}
      onChange={(_, choice) => input.onChange(choice?.id ?? null)}
      renderOption={({ key, ...props }, choice) => (
        <Box component="li" key={key} {...props} sx={{ gap: 1 }}>
          {choice.label}
          {choice.note && (
            <Box component="span" sx={{ color: 'text.secondary', fontSize: 13 }}>
              {choice.note}
            </Box>
          )}
        </Box>
      )}
      renderInput={({ slotProps, ...params }) => <InputFrame {...params} input={input} slotProps={{ ...slotProps }} />}
    />
  );
}

interface ChoiceBoxProps {
  input: FieldInputProps;
  choices: Choice[];
  chosen: Choice | null;
  onType?: (text: string) => void;
  loading?: boolean;
}

function ReferenceInput(props: FieldInputProps) {
  const { entity } = props.field;
  const id = typeof props.value === 'string' ? props.value : null;
  const title = useRecordTitle(entity, id, id === props.stored ? props.display : null);
  const [typed, setTyped] = useState('');
  const search = usePaused(typed, PAUSE_MS);
  const { data, isFetching } = useQuery({
    queryKey: [resourceOf(entity ?? ''), 'choices', search],
    queryFn: () => api.get<{ items: Listed[] }>(`/api/records/${entity}`, { search, limit: 20 }),
    enabled: !!entity && !props.disabled,
    staleTime: 15_000,
  });
  const choices = (data?.items ?? []).map((item) => ({ id: item.id, label: item._title || item.id.slice(0, 8) }));
  // The same object while nothing changed: the box takes another for a new choice, and what is being typed would go.
  const chosen = useMemo(() => (id ? { id, label: title } : null), [id, title]);
  return <ChoiceBox input={props} choices={choices} chosen={chosen} onType={setTyped} loading={isFetching} />;
}

function UserInput(props: FieldInputProps) {
  const t = useText();
  const { users, departments } = useMetadata();
  const choices = useMemo(() => {
    const note = (id: string | null) => t(departments.find((department) => department.id === id)?.label);
    return users.map((user) => ({ id: user.id, label: user.name, note: note(user.department_id) }));
  }, [users, departments, t]);
  const chosen = choices.find(({ id }) => id === props.value) ?? null;
  return <ChoiceBox input={props} choices={choices} chosen={chosen} />;
}

function DepartmentInput(props: FieldInputProps) {
  const t = useText();
  const { departments } = useMetadata();
  const choices = useMemo(
    () => departments.map((department) => ({ id: department.id, label: t(department.label) })),
    [departments, t],
  );
  const chosen = choices.find(({ id }) => id === props.value) ?? null;
  return <ChoiceBox input={props} choices={choices} chosen={chosen} />;
}

const base = { sortable: false };

export const linkKinds: FieldKind[] = [
  {
    ...base,
    type: 'reference',
    label: { zh: '关联', en: 'Reference' },
    Value: ReferenceValue,
    Cell: ReferenceValue,
    Input: ReferenceInput,
  },
  { ...base, type: 'user', label: { zh: '用户', en: 'User' }, Value: UserValue, Cell: UserValue, Input: UserInput },
  {
    ...base,
    type: 'department',
    label: { zh: '部门', en: 'Department' },
    Value: DepartmentValue,
    Cell: DepartmentValue,
    Input: DepartmentInput,
  },
];
