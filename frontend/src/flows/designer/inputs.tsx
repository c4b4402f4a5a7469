/** The inputs of the designer's panel: words, choices, switches, expressions, lengths of time, and names with values. */
import {
  Autocomplete,
  Box,
  Button,
  FormControlLabel,
  IconButton,
  MenuItem,
  Stack,
  Switch,
  TextField,
  Tooltip,
  Typography,
} from '@mui/material';
import { Plus, SquareFunction, Trash2 } from 'lucide-react';
import { useId, useState } from 'react';
import { FormDialog } from '@/components';
import { type About, ConditionField, ExpressionEditor } from '@/expressions';
import { useText } from '@/i18n';
import type { Mapping } from '../types';

interface InputProps<T> {
  label: string;
  value: T;
  onChange: (value: T) => void;
  help?: string | undefined;
  disabled?: boolean;
}

type TextInputProps = InputProps<string> & { mono?: boolean; error?: boolean };

export function TextInput({ label, value, onChange, help, disabled, mono, error = false }: TextInputProps) {
  return (
    <TextField
      label={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      helperText={help}
      disabled={disabled ?? false}
      error={error}
      fullWidth
      slotProps={mono ? { htmlInput: { autoCapitalize: 'none', spellCheck: false } } : {}}
    />
  );
}

export function NumberInput({ label, value, onChange, help }: InputProps<number | null>) {
  return (
    <TextField
      type="number"
      label={label}
      value={value ?? ''}
      onChange={(event) => onChange(event.target.value === '' ? null : Number(event.target.value))}
      helperText={help}
      fullWidth
      slotProps={{ htmlInput: { min: 1, step: 1 } }}
    />
  );
}

export interface Choice {
  value: string;
  label: string;
}

interface ChoiceInputProps extends InputProps<string> {
  options: Choice[];
  /** What nothing chosen is called; without it something must be. */
  none?: string;
}

export function ChoiceInput({ label, value, onChange, help, options, none }: ChoiceInputProps) {
  const id = useId();
  const strange = value !== '' && !options.some((option) => option.value === value);
  return (
    <TextField
      select
      id={id}
      label={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      helperText={help}
      fullWidth
      slotProps={none === undefined ? {} : { select: { displayEmpty: true }, inputLabel: { shrink: true } }}
    >
      {none !== undefined && <MenuItem value="">{none}</MenuItem>}
      {strange && <MenuItem value={value}>{value}</MenuItem>}
      {options.map((option) => (
        <MenuItem key={option.value} value={option.value}>
          {option.label}
        </MenuItem>
      ))}
    </TextField>
  );
}

export function SwitchInput({ label, value, onChange, help }: InputProps<boolean>) {
  return (
    <Box>
      <FormControlLabel
        control={<Switch size="small" checked={value} onChange={(_, next) => onChange(next)} />}
        label={label}
        slotProps={{ typography: { variant: 'body2' } }}
      />
      {help && <Hint>{help}</Hint>}
    </Box>
  );
}

export function Hint({ children }: { children: React.ReactNode }) {
  return (
    <Typography variant="caption" component="div" sx={{ color: 'text.secondary', lineHeight: 1.4 }}>
      {children}
    </Typography>
  );
}

interface ExpressionInputProps extends InputProps<string> {
  about: About;
  entity: string | null;
  /** A type's short form; 'boolean' is a condition, '' anything. */
  expects?: string;
}

/** An expression on its line; a condition can be put together in a dialog as well. */
export function ExpressionInput({ label, value, onChange, help, about, entity, expects = '' }: ExpressionInputProps) {
  const t = useText();
  const [open, setOpen] = useState(false);
  const condition = expects === 'boolean';
  const opens = t({ zh: '{label}：条件搭建', en: '{label}: open the builder' }, { label });
  return (
    <Box>
      <Box sx={{ display: 'flex', alignItems: 'center', minHeight: 26 }}>
        <Typography variant="caption" sx={{ flex: 1, color: 'text.secondary' }} aria-hidden>
          {label}
        </Typography>
        {condition && (
          <Tooltip title={opens}>
            <IconButton size="small" aria-label={opens} onClick={() => setOpen(true)}>
              <SquareFunction size={15} />
            </IconButton>
          </Tooltip>
        )}
      </Box>
      <ExpressionEditor
        terse
        lines="one"
        label={label}
        value={value}
        onChange={(text) => onChange(text)}
        about={about}
        {...(expects ? { expects } : {})}
        target="python"
      />
      {help && <Hint>{help}</Hint>}
      {open && (
        <ConditionDialog {...{ label, value, about, entity }} onClose={() => setOpen(false)} onSave={onChange} />
      )}
    </Box>
  );
}

interface ConditionDialogProps {
  label: string;
  value: string;
  about: About;
  entity: string | null;
  onClose: () => void;
  onSave: (text: string) => void;
}

function ConditionDialog({ label, value, about, entity, onClose, onSave }: ConditionDialogProps) {
  const t = useText();
  const [text, setText] = useState(value);
  const [settled, setSettled] = useState(true);
  return (
    <FormDialog
      open
      wide
      ready={settled}
      changed={text !== value || !settled}
      title={label}
      action={t({ zh: '放进流程', en: 'Put into the flow' })}
      onClose={onClose}
      onSubmit={async () => onSave(text)}
    >
      <ConditionField
        {...{ label, about, entity }}
        value={text}
        onChange={setText}
        onSettled={setSettled}
        target="python"
      />
    </FormDialog>
  );
}

// -- lengths of time

const UNITS = ['M', 'H', 'D'] as const;
type Unit = (typeof UNITS)[number];

const isoOf = (amount: number, unit: Unit) => (unit === 'D' ? `P${amount}D` : `PT${amount}${unit}`);

/** `PT30M` -> 30 minutes; null for what takes more than one number to say. */
export function simpleDuration(text: string): [number, Unit] | null {
  const found = /^P(?:(\d+)D|T(\d+)([HM]))$/.exec(text);
  if (!found) return null;
  return found[1] ? [Number(found[1]), 'D'] : [Number(found[2]), found[3] as Unit];
}

export function DurationInput({ label, value, onChange, help }: InputProps<string>) {
  const t = useText();
  const simple = simpleDuration(value);
  const [unit, setUnit] = useState<Unit>(simple?.[1] ?? 'H');
  const now = simple?.[1] ?? unit;
  const units: Record<Unit, string> = {
    M: t({ zh: '分钟', en: 'minutes' }),
    H: t({ zh: '小时', en: 'hours' }),
    D: t({ zh: '天', en: 'days' }),
  };
  if (value && !simple)
    return (
      <TextInput
        mono
        {...{ label, value, onChange }}
        help={help ?? t({ zh: 'ISO 8601，如 PT1H30M', en: 'ISO 8601, such as PT1H30M' })}
      />
    );
  return (
    <Box>
      <Stack direction="row" spacing={1}>
        <TextField
          type="number"
          label={label}
          value={simple?.[0] ?? ''}
          onChange={(event) => onChange(event.target.value ? isoOf(Math.trunc(Number(event.target.value)), now) : '')}
          slotProps={{ htmlInput: { min: 1, step: 1 } }}
          sx={{ flex: 1 }}
        />
        <TextField
          select
          label={t({ zh: '单位', en: 'Unit' })}
          value={now}
          onChange={(event) => {
            const next = event.target.value as Unit;
            setUnit(next);
            if (simple) onChange(isoOf(simple[0], next));
          }}
          sx={{ minWidth: 96 }}
        >
          {UNITS.map((each) => (
            <MenuItem key={each} value={each}>
              {units[each]}
            </MenuItem>
          ))}
        </TextField>
      </Stack>
      {help && <Hint>{help}</Hint>}
    </Box>
  );
}

// -- names with values

interface MapInputProps {
  title: string;
  value: Mapping;
  onChange: (value: Mapping) => void;
  /** What the names are, and which there are. */
  name: string;
  names: Choice[];
  /** What the values are: expressions about this, or names themselves. */
  said: string;
  about?: About;
  entity?: string | null;
  values?: Choice[];
  help?: string;
}

/** Rows of a name and what it gets; an empty one to add another. */
export function MapInput({ title, value, onChange, name, names, said, about, entity, values, help }: MapInputProps) {
  const t = useText();
  const [fresh, setFresh] = useState('');
  const rows = Object.entries(value);
  const rest = names.filter((option) => !(option.value in value));
  const put = (index: number, key: string, text: string) =>
    onChange(Object.fromEntries(rows.map((row, at) => (at === index ? [key, text] : row))));
  const begin = (key: string) => {
    if (key.trim() && !(key.trim() in value)) onChange({ ...value, [key.trim()]: '' });
    setFresh('');
  };
  const labelOf = (key: string) => names.find((option) => option.value === key)?.label ?? key;
  return (
    <Box role="group" aria-label={title}>
      <Typography variant="subtitle2" sx={{ mb: 0.5 }}>
        {title}
      </Typography>
      <Stack spacing={1}>
        {rows.map(([key, text], index) => (
          <Box key={key} sx={{ display: 'grid', gridTemplateColumns: '1fr auto', gap: 0.5, alignItems: 'start' }}>
            {about ? (
              <ExpressionInput
                label={labelOf(key)}
                value={text}
                onChange={(next) => put(index, key, next)}
                about={about}
                entity={entity ?? null}
              />
            ) : (
              <Named
                label={labelOf(key)}
                value={text}
                options={values ?? []}
                onChange={(next) => put(index, key, next)}
              />
            )}
            <IconButton
              size="small"
              aria-label={t({ zh: '去掉 {name}', en: 'Remove {name}' }, { name: labelOf(key) })}
              onClick={() => onChange(Object.fromEntries(rows.filter((_, at) => at !== index)))}
            >
              <Trash2 size={14} />
            </IconButton>
          </Box>
        ))}
        <Box sx={{ display: 'grid', gridTemplateColumns: '1fr auto', gap: 0.5, alignItems: 'center' }}>
          <Named label={name} value={fresh} options={rest} onChange={setFresh} onChoose={begin} />
          <Button
            sx={{ minWidth: 0, px: 1 }}
            aria-label={t({ zh: '加上 {name}', en: 'Add {name}' }, { name })}
            disabled={!fresh.trim()}
            onClick={() => begin(fresh)}
          >
            <Plus size={15} />
          </Button>
        </Box>
        <Hint>{help ?? said}</Hint>
      </Stack>
    </Box>
  );
}

interface NamedProps {
  label: string;
  value: string;
  options: Choice[];
  onChange: (value: string) => void;
  /** One of the options, or Enter. */
  onChoose?: (value: string) => void;
}

export function Named({ label, value, options, onChange, onChoose }: NamedProps) {
  return (
    <Autocomplete
      freeSolo
      openOnFocus
      disableClearable
      inputValue={value}
      // What is typed is not chosen yet: choosing it must still be a change.
      value={onChoose ? '' : value}
      options={options.map((option) => option.value)}
      getOptionLabel={(key) => key}
      renderOption={({ key, ...props }, option) => {
        const said = options.find((each) => each.value === option)?.label;
        return (
          <Box component="li" key={key} {...props} sx={{ display: 'flex', gap: 1 }}>
            <code>{option}</code>
            {said !== option && <Hint>{said}</Hint>}
          </Box>
        );
      }}
      onInputChange={(_, next, reason) => reason === 'input' && onChange(next)}
      onChange={(_, next) => (onChoose ?? onChange)(next)}
      renderInput={(params) => <TextField {...params} label={label} />}
    />
  );
}
