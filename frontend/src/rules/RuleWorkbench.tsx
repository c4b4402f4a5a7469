/** A rule being written: its text and its blocks side by side; below, what it would do, what it must do, and what it did. */
import type { EditorView } from '@codemirror/view';
import { Alert, Box, Button, Stack, Typography } from '@mui/material';
import { Braces, Settings2 } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useNotify } from 'react-admin';
import { Link } from 'react-router-dom';
import { type Content, type Definition, type DefinitionProblem, jsonPath, pointerOf } from '@/build/api';
import { DefinitionActions } from '@/build/DefinitionActions';
import { DefinitionState } from '@/build/DefinitionState';
import { placeInText, printDocument, readPath } from '@/build/documents';
import { blankDocument } from '@/build/kinds';
import { PlanPanel } from '@/build/PlanPanel';
import { ProblemList, problemCount } from '@/build/ProblemList';
import { SaveRefusal } from '@/build/SaveRefusal';
import { useDraft } from '@/build/useDraft';
import { useSaving } from '@/build/useSaving';
import { PageHeader, Panel, useFilter } from '@/components';
import type { CheckState } from '@/expressions/useChecked';
import { type Text, useLocale, useText } from '@/i18n';
import { useMay } from '@/providers/me';
import { useUnsavedGuard } from '@/records/useUnsavedGuard';
import type { RuleItem } from './api';
import type { ReadRule, RuleAnswer } from './authoring';
import { DetailsDialog } from './DetailsDialog';
import { DryRunPanel } from './DryRunPanel';
import { MatchLine } from './MatchLine';
import { OutlinePanel } from './OutlinePanel';
import { insertInto, RuleEditor, select } from './RuleEditor';
import { RuleNotices } from './RuleNotices';
import { RuleState, RuleSwitch } from './RuleTable';
import { type RuleTab, RuleTabs, runningTabs } from './RuleTabs';
import { type RuleTest, testFrom, testsOf } from './ruleTests';
import { isStarter, starterText } from './starters';
import { TestsPanel } from './TestsPanel';
import { useTimezone } from './useTimezone';
import { VersionsTab } from './VersionsTab';

interface RuleWorkbenchProps {
  definition: Definition;
  /** How it runs; null when it was never published. */
  rule: RuleItem | null;
  /** What a rule that is not there yet begins with. */
  begin: { starter: string | null; name: string };
  /** A place to lead to: `/text@4-9`. */
  at: string | null;
}

const TEXT = '/text';
const TESTS = '/tests';
const NONE: string[] = [];
const NOTHING: CheckState<RuleAnswer> = { text: '', answer: null, error: null, current: false };

export function RuleWorkbench({ definition, rule, begin, at }: RuleWorkbenchProps) {
  const t = useText();
  const may = useMay();
  const locale = useLocale();
  const view = useRef<EditorView | null>(null);
  const draft = useDraft(definition, useFirst(definition.key, begin));
  const saving = useSaving(definition, draft);
  const [checked, setChecked] = useState(NOTHING);
  const [detailing, setDetailing] = useState(false);
  const [, openTab] = useFilter('tab');
  const { document } = draft;
  const text = typeof document?.text === 'string' ? document.text : '';
  const ready = checked.current && !!checked.answer?.ok;
  const writable = !definition.removed;
  useUnsavedGuard(() => draft.dirty);
  usePlace(view, text, at);

  const change = useCallback(
    (members: Content) => {
      if (document) draft.setText(`${printDocument({ ...document, ...members })}\n`);
    },
    [document, draft],
  );
  const openProblem = (problem: DefinitionProblem) => {
    if (problem.path.startsWith(TESTS)) openTab('tab', 'tests');
    else select(view.current, placeInText(text, readPath(pointerOf(problem)).inside ?? [0, 0]));
  };
  const elsewhere = definition.problems.filter(({ path }) => path !== TEXT || ready);
  return (
    <>
      <PageHeader
        title={t(document?.label as Text | undefined) || definition.key}
        back="/rules"
        status={
          <>
            {rule && <RuleState rule={rule} />}
            <DefinitionState definition={definition} dirty={draft.dirty} />
          </>
        }
        subtitle={<code>{definition.key}</code>}
        actions={
          <>
            {rule && may('operate') && <RuleSwitch rule={rule} />}
            {writable && (
              <Button variant="outlined" startIcon={<Settings2 size={15} />} onClick={() => setDetailing(true)}>
                {t({ zh: '名称与说明', en: 'Details' })}
              </Button>
            )}
            <Button component={Link} to={jsonPath(definition)} variant="outlined" startIcon={<Braces size={15} />}>
              JSON
            </Button>
            <DefinitionActions definition={definition} draft={draft} saving={saving} />
          </>
        }
      />
      <SaveRefusal definition={definition} saving={saving} />
      {rule && <RuleNotices rule={rule} />}
      {definition.removed && (
        <Alert severity="warning" variant="outlined" sx={{ mb: 2 }}>
          {t({
            zh: '草稿是移除这条规则：发布后它不再生效。放弃草稿可以撤回。',
            en: 'The draft is to remove this rule: once published it is no longer in force. Discard the draft to keep it.',
          })}
        </Alert>
      )}
      <Box
        sx={{
          display: 'grid',
          gap: 2,
          mb: 2,
          alignItems: 'start',
          gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'minmax(0, 1fr) 360px' },
        }}
      >
        <Stack spacing={2} sx={{ minWidth: 0 }}>
          <Panel flush>
            <RuleEditor
              value={text}
              onChange={saving.setRuleText}
              onSave={saving.save}
              onChecked={setChecked}
              view={view}
              readOnly={!writable}
              autoFocus={definition.version === 0}
            >
              <MatchLine text={text} ready={ready} />
            </RuleEditor>
          </Panel>
          {(definition.draft || definition.removed) && <PlanPanel definition={definition} dirty={draft.dirty} />}
        </Stack>
        <Stack spacing={2}>
          <OutlinePanel
            text={text}
            rule={checked.current ? (checked.answer?.rule ?? null) : null}
            onOpen={(block) => select(view.current, block)}
            onAdd={writable ? (insertion) => insertInto(view.current, insertion, locale) : undefined}
          />
          {elsewhere.length > 0 && (
            <Panel title={t(problemCount(elsewhere.length))} flush>
              <ProblemList problems={elsewhere} onOpen={openProblem} />
              {draft.dirty && (
                <Typography variant="body2" sx={{ px: 2, pb: 1.5, color: 'text.secondary' }}>
                  {t({ zh: '这是上次保存时的结果。', en: 'As of the last save.' })}
                </Typography>
              )}
            </Panel>
          )}
        </Stack>
      </Box>
      <WorkTabs
        rule={rule}
        definition={definition}
        text={text}
        ready={ready}
        read={checked.answer?.rule ?? null}
        tests={testsOf(document)}
        change={writable ? change : undefined}
      />
      {detailing && document && (
        <DetailsDialog document={document} onClose={() => setDetailing(false)} onChange={change} />
      )}
    </>
  );
}

/** The document of a rule that is not there yet. */
function useFirst(key: string, { starter, name }: RuleWorkbenchProps['begin']): Content {
  const locale = useLocale();
  const [first] = useState(() => ({
    ...blankDocument('rule', key),
    label: { zh: name, en: name },
    text: starterText(isStarter(starter) ? starter : 'event', { key, title: name, locale }),
  }));
  return first;
}

/** Leads to the place that the address names, once. */
function usePlace(view: React.RefObject<EditorView | null>, text: string, at: string | null): void {
  const pending = useRef(at);
  useEffect(() => {
    const place = pending.current;
    if (!place?.startsWith(TEXT) || !text || !view.current) return;
    pending.current = null;
    select(view.current, placeInText(text, readPath(place).inside ?? [0, 0]));
  }, [view, text]);
}

interface WorkTabsProps {
  rule: RuleItem | null;
  definition: Definition;
  text: string;
  ready: boolean;
  read: ReadRule | null;
  tests: RuleTest[];
  /** Absent where nothing may be changed. */
  change: ((members: Content) => void) | undefined;
}

function WorkTabs({ rule, definition, text, ready, read, tests, change }: WorkTabsProps) {
  const t = useText();
  const may = useMay();
  const notify = useNotify();
  const timezone = useTimezone();
  const [, open] = useFilter('tab');
  // Kept while the text is being changed: what it waits for is not forgotten with every letter.
  const trigger = useLast(read?.trigger ?? null);
  const events = trigger?.events ?? NONE;
  const entity = trigger?.entity ?? null;
  const written = useMemo<RuleTab[]>(
    () => [
      {
        key: 'dry-run',
        label: { zh: '试运行', en: 'Dry run' },
        render: () => (
          <DryRunPanel
            text={text}
            ready={ready}
            onKeep={
              change &&
              ((firing) => {
                change({ tests: [...tests, testFrom(firing, timezone)] });
                notify(t({ zh: '已存为用例，保存草稿后留下', en: 'Kept as a test case; save the draft to keep it' }), {
                  type: 'success',
                });
                open('tab', 'tests');
              })
            }
          />
        ),
      },
      {
        key: 'tests',
        label: { zh: '用例', en: 'Test cases' },
        count: tests.length,
        render: () => (
          <TestsPanel
            text={text}
            ready={ready}
            tests={tests}
            events={events}
            entity={entity}
            onChange={change && ((next) => change({ tests: next }))}
          />
        ),
      },
    ],
    [text, ready, tests, events, entity, change, timezone, notify, t, open],
  );
  const versions: RuleTab = {
    key: 'versions',
    label: { zh: '版本', en: 'Versions' },
    render: () => (
      <VersionsTab rule={definition.key} text={text} onTake={change && ((taken) => change({ text: taken }))} />
    ),
  };
  const running = rule && may('operate') ? runningTabs(rule) : [];
  return <RuleTabs tabs={[...written, ...running, ...(definition.version > 0 ? [versions] : [])]} />;
}

/** The last value that was not null. */
function useLast<Value>(value: Value | null): Value | null {
  const kept = useRef(value);
  if (value !== null) kept.current = value;
  return kept.current;
}
