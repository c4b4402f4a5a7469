/** One test case, edited: what there is, what happens in its order, and the firings that must come of it. */
import { Box, Button, FormHelperText, IconButton, Stack, TextField, Tooltip, Typography } from '@mui/material';
import { Clock, Plus, Trash2 } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { FormDialog } from '@/components';
import { useLocale, useText } from '@/i18n';
import { useMetadata } from '@/metadata';
import { TYPE_KEYS } from '@/social/labels';
import { monospace } from '@/theme';
import { type RuleTest, readActions, readChanges, readFacts } from './ruleTests';
import { type ExpectedRow, eventRow, type GivenRow, type RecordRow, rowsOf, testIn, waitRow } from './testRows';

interface TestDialogProps {
  test: RuleTest;
  /** Kinds of events that the rule waits for. */
  events: string[];
  onClose: () => void;
  onSave: (test: RuleTest) => void;
}

export function TestDialog({ test, events, onClose, onSave }: TestDialogProps) {
  const t = useText();
  const locale = useLocale();
  const [rows, setRows] = useState(() => rowsOf(test, t(test.title)));
  const [changed, setChanged] = useState(false);
  const read = testIn(rows, test.title, locale);
  const last = rows.given.at(-1)?.at ?? '';
  const put =
    <Key extends keyof typeof rows>(key: Key) =>
    (value: (typeof rows)[Key]) => {
      setChanged(true);
      setRows({ ...rows, [key]: value });
    };
  return (
    <FormDialog
      open
      wide
      ready={read !== null}
      changed={changed}
      title={t({ zh: '用例', en: 'Test case' })}
      action={t({ zh: '放进草稿', en: 'Put into the draft' })}
      onClose={onClose}
      onSubmit={async () => read && onSave(read)}
    >
      <TextField
        label={t({ zh: '标题', en: 'Title' })}
        value={rows.title}
        onChange={(event) => put('title')(event.target.value)}
        required
        autoFocus
      />
      <Rows
        title={t({ zh: '开始时有的记录', en: 'Records there are' })}
        rows={rows.records}
        onChange={put('records')}
        name={(number) => t({ zh: '记录 {number}', en: 'Record {number}' }, { number })}
        add={[[t({ zh: '加记录', en: 'Add a record' }), { entity: 'person', values: '' }]]}
      >
        {(row, change) => <RecordInputs row={row} onChange={change} />}
      </Rows>
      <Rows
        title={t({ zh: '给定：按顺序发生的事', en: 'Given: what happens, in order' })}
        rows={rows.given}
        onChange={put('given')}
        name={(number) => t({ zh: '第 {number} 步', en: 'Step {number}' }, { number })}
        add={[
          [t({ zh: '加事件', en: 'Add an event' }), eventRow(last, events[0] ?? '')],
          [t({ zh: '加等待', en: 'Add a wait' }), waitRow(last)],
        ]}
      >
        {(row, change) => <GivenInputs row={row} events={events} onChange={change} />}
      </Rows>
      <Rows
        title={t({ zh: '期望：触发这些，且没有别的', en: 'Expected: these firings and nothing else' })}
        rows={rows.expected}
        onChange={put('expected')}
        name={(number) => t({ zh: '第 {number} 次触发', en: 'Firing {number}' }, { number })}
        add={[[t({ zh: '加触发', en: 'Add a firing' }), { at: last, branch: '', actions: '' }]]}
      >
        {(row, change) => <ExpectedInputs row={row} onChange={change} />}
      </Rows>
    </FormDialog>
  );
}

interface RowsProps<Row> {
  title: string;
  rows: Row[];
  onChange: (rows: Row[]) => void;
  /** What a row is called, counted from one. */
  name: (number: number) => string;
  add: [label: string, row: Row][];
  children: (row: Row, put: (row: Row) => void) => ReactNode;
}

function Rows<Row>({ title, rows, onChange, name, add, children }: RowsProps<Row>) {
  const t = useText();
  const id = useId();
  return (
    <Box component="section" aria-labelledby={id}>
      <Typography id={id} component="h3" variant="h4" sx={{ mb: 1 }}>
        {title}
      </Typography>
      <Stack spacing={1}>
        {rows.map((row, index) => {
          const remove = t({ zh: '删除{name}', en: 'Delete {name}' }, { name: name(index + 1) });
          return (
            <Stack
              key={index}
              role="group"
              aria-label={name(index + 1)}
              direction="row"
              sx={{ gap: 1, p: 1.5, border: 1, borderColor: 'divider', borderRadius: 1, alignItems: 'flex-start' }}
            >
              <Box sx={{ flex: 1, minWidth: 0 }}>
                {children(row, (next) => onChange(rows.map((each, place) => (place === index ? next : each))))}
              </Box>
              <Tooltip title={remove}>
                <IconButton aria-label={remove} onClick={() => onChange(rows.filter((_, place) => place !== index))}>
                  <Trash2 size={15} />
                </IconButton>
              </Tooltip>
            </Stack>
          );
        })}
        <Stack direction="row" sx={{ gap: 1 }}>
          {add.map(([label, row]) => (
            <Button
              key={label}
              variant="outlined"
              startIcon={<Plus size={14} />}
              onClick={() => onChange([...rows, row])}
            >
              {label}
            </Button>
          ))}
        </Stack>
      </Stack>
    </Box>
  );
}

const COLUMNS = {
  display: 'grid',
  gap: 1.5,
  gridTemplateColumns: { xs: 'minmax(0, 1fr)', sm: '210px minmax(0, 1fr)' },
};

function RecordInputs({ row, onChange }: { row: RecordRow; onChange: (row: RecordRow) => void }) {
  const t = useText();
  const { entities } = useMetadata();
  return (
    <Box sx={COLUMNS}>
      <Suggested
        label={t({ zh: '实体', en: 'Entity' })}
        value={row.entity}
        options={entities.map(({ key }) => key)}
        onChange={(entity) => onChange({ ...row, entity })}
      />
      <FactsInput
        label={t({ zh: '记录的字段', en: 'Fields of the record' })}
        value={row.values}
        onChange={(values) => onChange({ ...row, values })}
      />
    </Box>
  );
}

interface GivenInputsProps {
  row: GivenRow;
  events: string[];
  onChange: (row: GivenRow) => void;
}

function GivenInputs({ row, events, onChange }: GivenInputsProps) {
  const t = useText();
  const { entities } = useMetadata();
  const when = <When value={row.at} onChange={(at) => onChange({ ...row, at })} />;
  if (row.wait) {
    return (
      <Stack direction="row" sx={{ gap: 1.5, alignItems: 'center', flexWrap: 'wrap' }}>
        {when}
        <Stack component="span" direction="row" sx={{ gap: 0.75, alignItems: 'center', color: 'text.secondary' }}>
          <Clock size={14} aria-hidden />
          {t({ zh: '时间走到这里，到期的会执行', en: 'Time passes: what is due by then is done' })}
        </Stack>
      </Stack>
    );
  }
  const changes = entities.flatMap(({ key }) => [`${key}.created`, `${key}.updated`]);
  return (
    <Box sx={COLUMNS}>
      <Stack spacing={1.5}>
        {when}
        <Suggested
          label={t({ zh: '事件', en: 'Event' })}
          value={row.event}
          options={[...new Set([...events, ...TYPE_KEYS, ...changes])]}
          onChange={(event) => onChange({ ...row, event })}
        />
      </Stack>
      <Stack spacing={1.5}>
        <FactsInput
          label={t({ zh: '事件的字段', en: 'Fields of the event' })}
          value={row.values}
          onChange={(values) => onChange({ ...row, values })}
        />
        {(row.event.endsWith('.updated') || row.changes) && (
          <ChangesInput value={row.changes} onChange={(said) => onChange({ ...row, changes: said })} />
        )}
        <FactsInput
          label={t({ zh: '客户的字段', en: 'Fields of the person' })}
          value={row.person}
          onChange={(person) => onChange({ ...row, person })}
        />
      </Stack>
    </Box>
  );
}

interface SuggestedProps {
  label: string;
  value: string;
  options: string[];
  onChange: (value: string) => void;
}

/** A key, of which those that are likely are offered. */
function Suggested({ label, value, options, onChange }: SuggestedProps) {
  const id = useId();
  return (
    <div>
      <TextField
        fullWidth
        label={label}
        value={value}
        onChange={(event) => onChange(event.target.value.trim())}
        required
        slotProps={{ htmlInput: { list: id, autoCapitalize: 'none', spellCheck: false } }}
      />
      <datalist id={id}>
        {options.map((option) => (
          <option key={option} value={option} />
        ))}
      </datalist>
    </div>
  );
}

function ExpectedInputs({ row, onChange }: { row: ExpectedRow; onChange: (row: ExpectedRow) => void }) {
  const t = useText();
  const read = readActions(row.actions);
  return (
    <Box sx={COLUMNS}>
      <Stack spacing={1.5}>
        <When value={row.at} onChange={(at) => onChange({ ...row, at })} />
        <TextField
          label={t({ zh: '分支', en: 'Branch' })}
          value={row.branch}
          onChange={(event) => onChange({ ...row, branch: event.target.value.trim() })}
          helperText={t({ zh: 'then、else_if_1、else；空着不比较', en: 'then, else_if_1, else; any if empty' })}
        />
      </Stack>
      <LinesInput
        label={t({ zh: '动作，每行一个', en: 'Actions, one on each line' })}
        value={row.actions}
        onChange={(actions) => onChange({ ...row, actions })}
        wrong={'wrong' in read ? read.wrong : null}
        hint={t({
          zh: '例如 tag，或 tag {"tags": ["VIP"]}；只比较写出的参数。',
          en: 'Such as tag, or tag {"tags": ["VIP"]}; only arguments that are given are compared.',
        })}
      />
    </Box>
  );
}

function When({ value, onChange }: { value: string; onChange: (at: string) => void }) {
  const t = useText();
  return (
    <TextField
      type="datetime-local"
      label={t({ zh: '时间（公司时区）', en: 'Time (of the company)' })}
      value={value}
      onChange={(event) => onChange(event.target.value.slice(0, 16))}
      required
      slotProps={{ inputLabel: { shrink: true } }}
      sx={{ minWidth: 200 }}
    />
  );
}

function FactsInput({ label, value, onChange }: { label: string; value: string; onChange: (text: string) => void }) {
  const t = useText();
  const read = readFacts(value);
  return (
    <LinesInput
      label={label}
      value={value}
      onChange={onChange}
      wrong={'wrong' in read ? read.wrong : null}
      hint={t({ zh: '每行一个，例如 level: vip', en: 'One on each line, such as level: vip' })}
    />
  );
}

function ChangesInput({ value, onChange }: { value: string; onChange: (text: string) => void }) {
  const t = useText();
  const read = readChanges(value);
  return (
    <LinesInput
      label={t({ zh: '变更', en: 'What changed' })}
      value={value}
      onChange={onChange}
      wrong={'wrong' in read ? read.wrong : null}
      hint={t({
        zh: '每行一个，之前和之后，例如 level: ["normal", "vip"]',
        en: 'One on each line, before and after, such as level: ["normal", "vip"]',
      })}
    />
  );
}

interface LinesInputProps {
  label: string;
  value: string;
  onChange: (text: string) => void;
  /** The line that cannot be read. */
  wrong: string | null;
  hint: string;
}

function LinesInput({ label, value, onChange, wrong, hint }: LinesInputProps) {
  const t = useText();
  return (
    <Box>
      <TextField
        fullWidth
        multiline
        minRows={2}
        label={label}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        error={wrong !== null}
        slotProps={{ htmlInput: { spellCheck: false, sx: { fontFamily: monospace, fontSize: 13 } } }}
      />
      <FormHelperText error={wrong !== null}>
        {wrong === null
          ? hint
          : t({ zh: '读不懂这一行：{line}', en: 'This line cannot be read: {line}' }, { line: wrong })}
      </FormHelperText>
    </Box>
  );
}
