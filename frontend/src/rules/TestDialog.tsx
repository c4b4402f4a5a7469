/** One test case, edited: events in their order with what they say, and the firings that must come of them. */
import {
  Box,
  Button,
  FormHelperText,
  IconButton,
  MenuItem,
  Stack,
  TextField,
  Tooltip,
  Typography,
} from '@mui/material';
import { Clock, Plus, Trash2 } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { FormDialog } from '@/components';
import { type Text, useLocale, useText } from '@/i18n';
import { monospace } from '@/theme';
import {
  type ExpectedFiring,
  type Facts,
  type Given,
  isMoment,
  isWait,
  printActions,
  printFacts,
  type RuleTest,
  readActions,
  readFacts,
} from './ruleTests';

/** Rows as they are typed: what is half-written stays as it is until it is read. */
interface GivenRow {
  at: string;
  wait: boolean;
  event: string;
  values: string;
  person: string;
}

interface ExpectedRow {
  at: string;
  branch: string;
  actions: string;
}

const rowOf = (given: Given): GivenRow =>
  isWait(given)
    ? { at: given.at, wait: true, event: '', values: '', person: '' }
    : { ...given, wait: false, values: printFacts(given.values), person: printFacts(given.person) };

const expectedRow = ({ at, branch, actions }: ExpectedFiring): ExpectedRow => ({
  at,
  branch,
  actions: printActions(actions),
});

const factsIn = (text: string): Facts | null => {
  const read = readFacts(text);
  return 'facts' in read ? read.facts : null;
};

/** The step that a row says; null while it cannot be read. */
function givenIn({ at, wait, event, values, person }: GivenRow): Given | null {
  if (!isMoment(at)) return null;
  if (wait) return { at, wait: true };
  const [said, about] = [factsIn(values), factsIn(person)];
  if (!event || !said || !about) return null;
  return { at, event, values: said, person: person.trim() ? about : null };
}

function expectedIn({ at, branch, actions }: ExpectedRow): ExpectedFiring | null {
  const read = readActions(actions);
  return isMoment(at) && branch && 'actions' in read ? { at, branch, actions: read.actions } : null;
}

const all = <Item,>(items: (Item | null)[]): items is Item[] => items.every((item) => item !== null);

interface TestDialogProps {
  test: RuleTest;
  events: string[];
  onClose: () => void;
  onSave: (test: RuleTest) => void;
}

export function TestDialog({ test, events, onClose, onSave }: TestDialogProps) {
  const t = useText();
  const locale = useLocale();
  const [title, setTitle] = useState(t(test.title));
  const [given, setGiven] = useState(() => test.given.map(rowOf));
  const [expected, setExpected] = useState(() => test.expect.map(expectedRow));
  const [changed, setChanged] = useState(false);
  const [read, wanted] = [given.map(givenIn), expected.map(expectedIn)];
  const ready = title.trim() !== '' && all(read) && all(wanted);
  const change =
    <Row,>(put: (rows: Row[]) => void) =>
    (rows: Row[]) => {
      setChanged(true);
      put(rows);
    };
  const last = given.at(-1)?.at ?? '';
  const save = async () => {
    if (!all(read) || !all(wanted)) return;
    onSave({ ...test, title: titleIn(test.title, title.trim(), locale), given: read, expect: wanted });
  };
  return (
    <FormDialog
      open
      wide
      ready={ready}
      changed={changed}
      title={t({ zh: '用例', en: 'Test case' })}
      action={t({ zh: '放进草稿', en: 'Put into the draft' })}
      onClose={onClose}
      onSubmit={save}
    >
      <TextField
        label={t({ zh: '标题', en: 'Title' })}
        value={title}
        onChange={(event) => {
          setChanged(true);
          setTitle(event.target.value);
        }}
        required
        autoFocus
      />
      <Rows
        title={t({ zh: '给定：按顺序发生的事', en: 'Given: what happens, in order' })}
        rows={given}
        onChange={change(setGiven)}
        name={(number) => t({ zh: '第 {number} 步', en: 'Step {number}' }, { number })}
        add={[
          [
            t({ zh: '加事件', en: 'Add an event' }),
            { at: last, wait: false, event: events[0] ?? '', values: '', person: '' },
          ],
          [t({ zh: '加等待', en: 'Add a wait' }), { at: last, wait: true, event: '', values: '', person: '' }],
        ]}
      >
        {(row, put) => <GivenInputs row={row} events={events} onChange={put} />}
      </Rows>
      <Rows
        title={t({ zh: '期望：触发这些，且没有别的', en: 'Expected: these firings and nothing else' })}
        rows={expected}
        onChange={change(setExpected)}
        name={(number) => t({ zh: '第 {number} 次触发', en: 'Firing {number}' }, { number })}
        add={[[t({ zh: '加触发', en: 'Add a firing' }), { at: last, branch: 'then', actions: '' }]]}
      >
        {(row, put) => <ExpectedInputs row={row} onChange={put} />}
      </Rows>
    </FormDialog>
  );
}

/** Both languages say it until somebody writes the other. */
function titleIn(before: Text, title: string, locale: 'zh' | 'en'): Text {
  const other = locale === 'zh' ? 'en' : 'zh';
  return before[other] && before[other] !== before[locale] ? { ...before, [locale]: title } : { zh: title, en: title };
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

function GivenInputs({
  row,
  events,
  onChange,
}: {
  row: GivenRow;
  events: string[];
  onChange: (row: GivenRow) => void;
}) {
  const t = useText();
  if (row.wait) {
    return (
      <Stack direction="row" sx={{ gap: 1.5, alignItems: 'center', flexWrap: 'wrap' }}>
        <When value={row.at} onChange={(at) => onChange({ ...row, at })} />
        <Stack component="span" direction="row" sx={{ gap: 0.75, alignItems: 'center', color: 'text.secondary' }}>
          <Clock size={14} aria-hidden />
          {t({ zh: '时间走到这里，到期的会执行', en: 'Time passes: what is due by then is done' })}
        </Stack>
      </Stack>
    );
  }
  const known = events.includes(row.event) || !row.event ? events : [row.event, ...events];
  return (
    <Box sx={COLUMNS}>
      <Stack spacing={1.5}>
        <When value={row.at} onChange={(at) => onChange({ ...row, at })} />
        {known.length > 1 ? (
          <TextField
            select
            label={t({ zh: '事件', en: 'Event' })}
            value={row.event}
            onChange={(event) => onChange({ ...row, event: event.target.value })}
          >
            {known.map((each) => (
              <MenuItem key={each} value={each}>
                {each}
              </MenuItem>
            ))}
          </TextField>
        ) : (
          <TextField
            label={t({ zh: '事件', en: 'Event' })}
            value={row.event}
            onChange={(event) => onChange({ ...row, event: event.target.value.trim() })}
            required
          />
        )}
      </Stack>
      <Stack spacing={1.5}>
        <FactsInput
          label={t({ zh: '事件的字段', en: 'Fields of the event' })}
          value={row.values}
          onChange={(values) => onChange({ ...row, values })}
        />
        <FactsInput
          label={t({ zh: '客户的字段', en: 'Fields of the person' })}
          value={row.person}
          onChange={(person) => onChange({ ...row, person })}
        />
      </Stack>
    </Box>
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
          helperText="then, else_if_1, else"
          required
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
