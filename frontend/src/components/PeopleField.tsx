/** Colleagues, chosen by name, department or pinyin. */
import { Autocomplete, Box, Chip, TextField } from '@mui/material';
import { useMemo } from 'react';
import { useText } from '@/i18n';
import { findableBy, isFoundBy, useSpelling } from '@/layout/placeSearch';
import { type Person, useMetadata } from '@/metadata';
import { Avatar } from './Avatar';

export interface PeopleFieldProps {
  label: string;
  /** Ids, in the order in which they were chosen. */
  value: string[];
  onChange: (ids: string[]) => void;
  /** How many may be chosen; any number if absent. */
  most?: number;
  /** Only these; all colleagues if absent. */
  only?: { id: string; name: string }[];
  /** All but these. */
  without?: readonly string[];
  required?: boolean;
  help?: string;
  autoFocus?: boolean;
}

interface Choice {
  id: string;
  name: string;
  note: string;
  findable: string;
}

function useChoices({ only, without }: PeopleFieldProps): Choice[] {
  const t = useText();
  const { users, departments } = useMetadata();
  const spell = useSpelling();
  return useMemo(() => {
    const known = new Map(users.map((user) => [user.id, user]));
    const noteOf = (person: Person | undefined) => {
      const department = departments.find(({ id }) => id === person?.department_id);
      return [t(department?.label), person?.position].filter(Boolean).join(' · ');
    };
    const offered = (only ?? users).filter(({ id }) => !without?.includes(id));
    return offered.map(({ id, name }) => {
      const note = noteOf(known.get(id));
      return { id, name, note, findable: findableBy({ zh: name, en: note }, spell) };
    });
  }, [users, departments, only, without, spell, t]);
}

export function PeopleField(props: PeopleFieldProps) {
  const t = useText();
  const choices = useChoices(props);
  const chosen = props.value.flatMap((id) => choices.find((choice) => choice.id === id) ?? []);
  const full = props.most !== undefined && chosen.length >= props.most;
  return (
    <Autocomplete
      multiple
      size="small"
      autoHighlight
      openOnFocus={!props.autoFocus}
      filterSelectedOptions
      options={choices}
      value={chosen}
      noOptionsText={t({ zh: '没有匹配的人', en: 'Nobody matches' })}
      isOptionEqualToValue={(one, other) => one.id === other.id}
      getOptionLabel={({ name }) => name}
      getOptionKey={({ id }) => id}
      getOptionDisabled={() => full && props.most !== 1}
      filterOptions={(all, { inputValue }) => all.filter(({ findable }) => isFoundBy(findable, inputValue))}
      // With room for one, the next choice takes the place of the last.
      onChange={(_, people) => props.onChange(people.map(({ id }) => id).slice(props.most === 1 ? -1 : 0))}
      renderOption={({ key, ...attributes }, choice) => (
        <Box component="li" key={key} {...attributes} sx={{ gap: 1 }}>
          <Avatar name={choice.name} size={24} />
          {choice.name}
          <Box component="span" sx={{ color: 'text.secondary', fontSize: 13 }}>
            {choice.note}
          </Box>
        </Box>
      )}
      renderValue={(people, itemProps) =>
        people.map((person, index) => {
          const { key, ...attributes } = itemProps({ index });
          const avatar = <Avatar name={person.name} size={20} />;
          return <Chip key={key} size="small" label={person.name} icon={avatar} {...attributes} />;
        })
      }
      renderInput={(params) => (
        <TextField
          {...params}
          label={props.label}
          required={props.required && chosen.length === 0}
          helperText={props.help}
          autoFocus={props.autoFocus}
        />
      )}
    />
  );
}
