/** Test cases kept with the rule: what is given, what is expected and nothing else; run here, and again at publishing. */
import { Box, Button, IconButton, Stack, Tooltip, Typography } from '@mui/material';
import { CircleCheck, CircleDashed, CircleX, ClipboardCheck, Pencil, PlayCircle, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { EmptyState, ErrorLine } from '@/components';
import { type TextReader, useText } from '@/i18n';
import { type Outcome, type TestResult, useRunTests } from './authoring';
import {
  blankTest,
  type Facts,
  type Given,
  isWait,
  outcomeLine,
  printValue,
  type RuleTest,
  wallTime,
} from './ruleTests';
import { TestDialog } from './TestDialog';
import { useTimezone } from './useTimezone';

interface TestsPanelProps {
  text: string;
  ready: boolean;
  tests: RuleTest[];
  /** Kinds of events that the rule waits for. */
  events: string[];
  /** Of the records that it goes through, if it does. */
  entity: string | null;
  /** Absent where nothing may be changed. */
  onChange: ((tests: RuleTest[]) => void) | undefined;
}

export function TestsPanel({ text, ready, tests, events, entity, onChange }: TestsPanelProps) {
  const t = useText();
  const timezone = useTimezone();
  const run = useRunTests();
  const [editing, setEditing] = useState<number | 'new' | null>(null);
  // Results are of the tests as they were then.
  const current = run.variables?.text === text && run.variables.tests === tests;
  const results = current ? (run.data ?? []) : [];
  const failed = results.filter(({ passed }) => !passed).length;
  const put = (test: RuleTest) =>
    onChange?.(editing === 'new' ? [...tests, test] : tests.map((each, index) => (index === editing ? test : each)));
  const edited =
    editing === 'new'
      ? blankTest(events[0], { at: wallTime(new Date().toISOString(), timezone), entity })
      : tests[editing ?? -1];
  return (
    <>
      <Stack direction="row" sx={{ gap: 1, flexWrap: 'wrap', px: 2, py: 1.5, alignItems: 'center' }}>
        <Button
          variant="contained"
          startIcon={<PlayCircle size={15} />}
          disabled={!ready || tests.length === 0}
          loading={run.isPending}
          onClick={() => run.mutate({ text, tests })}
        >
          {t({ zh: '运行用例', en: 'Run the tests' })}
        </Button>
        {onChange && (
          <Button variant="outlined" startIcon={<Plus size={15} />} onClick={() => setEditing('new')}>
            {t({ zh: '加用例', en: 'Add a case' })}
          </Button>
        )}
        <Typography role="status" variant="body2" sx={{ color: failed > 0 ? 'error.main' : 'success.main' }}>
          {results.length > 0 &&
            (failed === 0
              ? t({ zh: '{n} 个全部通过', en: 'All {n} pass' }, { n: results.length })
              : t({ zh: '{failed} 个没有通过，共 {n} 个', en: '{failed} of {n} fail' }, { failed, n: results.length }))}
        </Typography>
      </Stack>
      <Box sx={{ px: 2 }}>
        <ErrorLine error={run.error} />
      </Box>
      {tests.length === 0 ? (
        <EmptyState
          dense
          icon={ClipboardCheck}
          title={t({ zh: '还没有用例', en: 'No test cases yet' })}
          hint={t({
            zh: '从试运行的一条触发存一个，或自己写一个；发布时会自动运行，不通过就不能发布。',
            en: 'Keep a firing of a dry run as one, or write one; they run at publishing, and one that fails stops it.',
          })}
        />
      ) : (
        <Stack component="ol" sx={{ listStyle: 'none', m: 0, p: 0 }}>
          {tests.map((test, index) => (
            <Case
              key={index}
              test={test}
              result={results[index]}
              onEdit={onChange && (() => setEditing(index))}
              onRemove={onChange && (() => onChange(tests.filter((_, each) => each !== index)))}
            />
          ))}
        </Stack>
      )}
      {edited && <TestDialog test={edited} events={events} onClose={() => setEditing(null)} onSave={put} />}
    </>
  );
}

interface CaseProps {
  test: RuleTest;
  result: TestResult | undefined;
  onEdit: (() => void) | undefined;
  onRemove: (() => void) | undefined;
}

function Case({ test, result, onEdit, onRemove }: CaseProps) {
  const t = useText();
  const title = t(test.title);
  const edit = t({ zh: '编辑用例“{title}”', en: 'Edit the case “{title}”' }, { title });
  const remove = t({ zh: '删除用例“{title}”', en: 'Delete the case “{title}”' }, { title });
  return (
    <Box component="li" sx={{ px: 2, py: 1.25, borderTop: 1, borderColor: 'divider' }}>
      <Stack direction="row" sx={{ gap: 1, alignItems: 'flex-start' }}>
        <Passed result={result} />
        <Box sx={{ flex: 1, minWidth: 0 }}>
          <Typography sx={{ fontWeight: 550, overflowWrap: 'anywhere' }}>{title}</Typography>
          {test.records && <Lines label={t({ zh: '记录', en: 'Records' })} lines={recordLines(test.records)} none="" />}
          <Lines
            label={t({ zh: '给定', en: 'Given' })}
            lines={test.given.map((given) => givenLine(given, t))}
            none={t({ zh: '什么都没有', en: 'nothing' })}
          />
          <Lines
            label={t({ zh: '期望', en: 'Expected' })}
            lines={(test.expect ?? []).map((each) => outcomeLine(each))}
            none={t({ zh: '不触发', en: 'it does not fire' })}
          />
          {result && !result.passed && <Difference result={result} />}
        </Box>
        {onEdit && (
          <Tooltip title={edit}>
            <IconButton aria-label={edit} onClick={onEdit}>
              <Pencil size={15} />
            </IconButton>
          </Tooltip>
        )}
        {onRemove && (
          <Tooltip title={remove}>
            <IconButton aria-label={remove} onClick={onRemove}>
              <Trash2 size={15} />
            </IconButton>
          </Tooltip>
        )}
      </Stack>
    </Box>
  );
}

function Passed({ result }: { result: TestResult | undefined }) {
  const t = useText();
  const [Icon, color, label] = !result
    ? ([CircleDashed, 'text.secondary', { zh: '还没有运行', en: 'Not run yet' }] as const)
    : result.passed
      ? ([CircleCheck, 'success.main', { zh: '通过', en: 'Passes' }] as const)
      : ([CircleX, 'error.main', { zh: '没有通过', en: 'Fails' }] as const);
  return (
    <Box component="span" role="img" aria-label={t(label)} sx={{ color, pt: '3px', flex: 'none' }}>
      <Icon size={16} />
    </Box>
  );
}

function givenLine(given: Given, t: TextReader): string {
  const at = given.at.replace('T', ' ');
  if (isWait(given)) return `${at} · ${t({ zh: '等到这时', en: 'time passes' })}`;
  const facts = [given.values, given.changes, given.person].flatMap((each) => Object.entries(each ?? {}));
  return [at, given.event, facts.map(([name, value]) => `${name}: ${printValue(value)}`).join(', ')]
    .filter(Boolean)
    .join(' · ');
}

function recordLines(records: Record<string, Facts[]>): string[] {
  return Object.entries(records).flatMap(([entity, all]) =>
    all.map((facts) => [entity, factsLine(facts)].filter(Boolean).join(' · ')),
  );
}

const factsLine = (facts: Facts) =>
  Object.entries(facts)
    .map(([name, value]) => `${name}: ${printValue(value)}`)
    .join(', ');

function Lines({ label, lines, none }: { label: string; lines: string[]; none: string }) {
  return (
    <Stack direction="row" sx={{ gap: 1, fontSize: 13, mt: 0.25 }}>
      <Box component="span" sx={{ color: 'text.secondary', flex: 'none', minWidth: 56 }}>
        {label}
      </Box>
      <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0, minWidth: 0, overflowWrap: 'anywhere' }}>
        {(lines.length > 0 ? lines : [none]).map((line, index) => (
          <li key={index}>{line}</li>
        ))}
      </Box>
    </Stack>
  );
}

/** Arguments are only compared where the case gives them: the others would only hide what differs. */
function argumentsOf(expected: Outcome[]): ReadonlySet<string> {
  return new Set(expected.flatMap(({ actions = [] }) => actions.flatMap((each) => Object.keys(each.arguments ?? {}))));
}

function Difference({ result: { expected, found, sentence } }: { result: TestResult }) {
  const t = useText();
  const named = argumentsOf(expected);
  const wanted = expected.map((each) => outcomeLine(each, named));
  const got = found.map((each) => outcomeLine(each, named));
  const missing = wanted.filter((line) => !got.includes(line));
  const unexpected = got.filter((line) => !wanted.includes(line));
  return (
    <Box sx={{ mt: 0.75, p: 1, borderRadius: '6px', backgroundColor: 'action.hover', fontSize: 13 }}>
      {missing.length + unexpected.length === 0 && <Typography sx={{ fontSize: 13 }}>{t(sentence)}</Typography>}
      <Lines label={t({ zh: '缺少', en: 'Missing' })} lines={missing} none={t({ zh: '没有', en: 'none' })} />
      <Lines label={t({ zh: '多出', en: 'Unexpected' })} lines={unexpected} none={t({ zh: '没有', en: 'none' })} />
    </Box>
  );
}
