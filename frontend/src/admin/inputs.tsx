/** Inputs that administration's dialogs share. */
import { Autocomplete, TextField } from '@mui/material';
import { useId } from 'react';
import { useText } from '@/i18n';
import { type DepartmentRow, type Role, treeOf } from './api';

interface Named {
  id: string;
  name: string;
}

interface PickProps {
  label: string;
  value: string | null;
  choices: Named[];
  onChange: (id: string | null) => void;
}

/** One of many by name, or nobody. */
export function PickOne({ label, value, choices, onChange }: PickProps) {
  const id = useId();
  return (
    <Autocomplete
      id={id}
      size="small"
      options={choices}
      value={choices.find((choice) => choice.id === value) ?? null}
      getOptionLabel={({ name }) => name}
      getOptionKey={({ id: key }) => key}
      isOptionEqualToValue={(one, other) => one.id === other.id}
      onChange={(_, choice) => onChange(choice?.id ?? null)}
      renderInput={(params) => <TextField {...params} label={label} />}
    />
  );
}

/** A department by its path, e.g. "Company / Service". */
export function PickDepartment({
  departments,
  ...props
}: Omit<PickProps, 'choices'> & { departments: DepartmentRow[] }) {
  const t = useText();
  const pathOf = (department: DepartmentRow): string => {
    const parent = departments.find(({ id }) => id === department.parent_id);
    return parent ? `${pathOf(parent)} / ${t(department.label)}` : t(department.label);
  };
  const choices = treeOf(departments).map(({ department }) => ({ id: department.id, name: pathOf(department) }));
  return <PickOne {...props} choices={choices} />;
}

interface PickRolesProps {
  roles: Role[];
  value: string[];
  onChange: (keys: string[]) => void;
  required?: boolean;
}

export function PickRoles({ roles, value, onChange, required }: PickRolesProps) {
  const t = useText();
  const id = useId();
  return (
    <Autocomplete
      id={id}
      multiple
      disableCloseOnSelect
      size="small"
      options={roles.map(({ key }) => key)}
      value={value}
      getOptionLabel={(key) => t(roles.find((role) => role.key === key)?.label ?? key)}
      onChange={(_, keys) => onChange(keys)}
      renderInput={(params) => (
        <TextField {...params} label={t({ zh: '角色', en: 'Roles' })} required={required && value.length === 0} />
      )}
    />
  );
}
