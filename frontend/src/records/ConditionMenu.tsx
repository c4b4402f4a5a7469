/** A condition from a menu: field, operator, value; the result is text of the language. */
import { Box, Button, MenuItem, Popover, Stack, TextField } from '@mui/material';
import { type FormEvent, useId, useState } from 'react';
import { FieldInput, type FilterOperator, isEmpty, kindOf, SYSTEM_FIELDS } from '@/fields';
import { useText } from '@/i18n';
import type { Entity, Field } from '@/metadata';
import { useRights } from '@/providers/me';

interface Props {
  entity: Entity;
  anchor: HTMLElement | null;
  onClose: () => void;
  onAdd: (condition: string) => void;
}

export function ConditionMenu({ entity, anchor, onClose, onAdd }: Props) {
  const t = useText();
  const add = (condition: string) => {
    onAdd(condition);
    onClose();
  };
  return (
    <Popover
      open={!!anchor}
      anchorEl={anchor}
      onClose={onClose}
      anchorOrigin={{ vertical: 'bottom', horizontal: 'left' }}
      slotProps={{ paper: { 'aria-label': t({ zh: '添加条件', en: 'Add a condition' }), role: 'dialog' } }}
    >
      <ConditionForm entity={entity} onAdd={add} />
    </Popover>
  );
}

/** The condition these choices say, or null while a value is missing. */
function writeCondition(field: Field, operator: FilterOperator, value: unknown): string | null {
  if (operator.takes === 'none') return operator.write(field.key, '');
  if (isEmpty(value)) return null;
  const { literal } = kindOf(field.type);
  const values = Array.isArray(value) ? value : [value];
  return operator.write(field.key, values.map((one) => literal(one, field)).join(', '));
}

/** What the value is entered with: a list operator on a single choice takes several. */
function valueField(field: Field, operator: FilterOperator): Field {
  const several = operator.takes === 'many' && ['choice', 'stage'].includes(field.type);
  const single = operator.takes === 'one' && field.type === 'multi_choice';
  const word = field.type === 'tags' || field.type === 'auto_number' || field.type === 'long_text';
  const type = several ? 'multi_choice' : single ? 'choice' : word ? 'text' : field.type;
  return { ...field, type, required: false, transitions: {} };
}

function ConditionForm({ entity, onAdd }: { entity: Entity; onAdd: (condition: string) => void }) {
  const t = useText();
  const id = useId();
  const rights = useRights(entity.key);
  const fields = [...entity.fields.filter(({ key }) => rights.field(key) !== 'hidden'), ...SYSTEM_FIELDS];
  const [key, setKey] = useState(fields[0]?.key ?? '');
  const field = fields.find((one) => one.key === key);
  const operators = field ? kindOf(field.type).operators : [];
  const [operatorKey, setOperatorKey] = useState('');
  const operator = operators.find((one) => one.key === operatorKey) ?? operators[0];
  const [value, setValue] = useState<unknown>(null);
  if (!field || !operator) return null;
  const condition = writeCondition(field, operator, value);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (condition) onAdd(condition);
  };
  return (
    <Box component="form" onSubmit={submit} sx={{ p: 2, width: 300, maxWidth: '90vw' }}>
      <Stack spacing={1.5}>
        <TextField
          id={`${id}-field`}
          select
          label={t({ zh: '字段', en: 'Field' })}
          value={key}
          onChange={(event) => {
            setKey(event.target.value);
            setValue(null);
          }}
        >
          {fields.map((one) => (
            <MenuItem key={one.key} value={one.key}>
              {t(one.label)}
            </MenuItem>
          ))}
        </TextField>
        <TextField
          id={`${id}-operator`}
          select
          label={t({ zh: '关系', en: 'Relation' })}
          value={operator.key}
          onChange={(event) => {
            setOperatorKey(event.target.value);
            setValue(null);
          }}
        >
          {operators.map((one) => (
            <MenuItem key={one.key} value={one.key}>
              {t(one.label)}
            </MenuItem>
          ))}
        </TextField>
        {operator.takes !== 'none' && (
          <FieldInput
            key={`${key}/${operator.key}`}
            field={valueField(field, operator)}
            label={t({ zh: '值', en: 'Value' })}
            help=""
            value={value}
            onChange={setValue}
          />
        )}
        <Button type="submit" variant="contained" disabled={!condition}>
          {t({ zh: '添加', en: 'Add' })}
        </Button>
      </Stack>
    </Box>
  );
}
