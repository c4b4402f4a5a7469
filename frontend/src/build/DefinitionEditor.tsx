/** The editor of one definition: text on the left; problems, plan and versions on the right. */
import { Alert, Box, Button, Stack, Tab, Tabs, Typography } from '@mui/material';
import { useMemo, useState } from 'react';
import { PageHeader, Panel } from '@/components';
import { type Text, useText } from '@/i18n';
import { useUnsavedGuard } from '@/records/useUnsavedGuard';
import { type Content, type Definition, type DefinitionProblem, pointerOf } from './api';
import { CodeEditor, type Mark } from './CodeEditor';
import { ConditionsPanel } from './ConditionsPanel';
import { DefinitionActions } from './DefinitionActions';
import { DefinitionState } from './DefinitionState';
import { type Place, placeInText, placeOf, readPath } from './documents';
import { kindOf } from './kinds';
import { PlanPanel } from './PlanPanel';
import { ProblemList, problemCount } from './ProblemList';
import { SaveRefusal } from './SaveRefusal';
import { type Draft, useDraft } from './useDraft';
import { useSaving } from './useSaving';
import { VersionsPanel } from './VersionsPanel';

/** A rule is mostly its text, which JSON writes on one line: it has an editor of its own. */
type Surface = 'rule' | 'json';
const RULE_TEXT = '/text';

const textOf = (document: Content | null) => (typeof document?.text === 'string' ? document.text : '');
const about = (problem: DefinitionProblem): Surface => (problem.path === RULE_TEXT ? 'rule' : 'json');

function placeOn(surface: Surface, draft: Draft, path: string): Place {
  if (surface === 'json') return placeOf(draft.text, path);
  const { inside } = readPath(path);
  return placeInText(textOf(draft.document), inside ?? [0, 0]);
}

export function DefinitionEditor({ definition, at }: { definition: Definition; at: string | null }) {
  const t = useText();
  const draft = useDraft(definition);
  const saving = useSaving(definition, draft);
  const isRule = definition.kind === 'rule';
  const [chosen, setChosen] = useState<Surface>(isRule && (!at || at.startsWith(RULE_TEXT)) ? 'rule' : 'json');
  const surface: Surface = isRule && draft.document ? chosen : 'json';
  const [jump, setJump] = useState<Place | null>(() => (at ? placeOn(surface, draft, at) : null));
  const born = definition.version > 0 || definition.draft !== null;
  useUnsavedGuard(() => draft.dirty);

  const marks = useMemo<Mark[]>(() => {
    const here = definition.problems.filter((problem) => surface === 'json' || about(problem) === 'rule');
    return here.map((problem) => ({
      ...placeOn(surface, draft, pointerOf(problem)),
      message: [t(problem.message), problem.suggestion].filter(Boolean).join(' · '),
      severity: problem.severity,
    }));
  }, [definition.problems, draft, surface, t]);

  const open = (problem: DefinitionProblem) => {
    const target = isRule && draft.document && about(problem) === 'rule' ? 'rule' : 'json';
    setChosen(target);
    setJump(placeOn(target, draft, pointerOf(problem)));
  };
  const choose = (next: Surface) => {
    setJump(null);
    setChosen(next);
  };
  const label = draft.document?.label as Text | undefined;
  return (
    <>
      <PageHeader
        title={t(label) || definition.key}
        back={`/build/definitions?kind=${definition.kind}`}
        status={<DefinitionState definition={definition} dirty={draft.dirty} />}
        subtitle={
          <>
            {t(kindOf(definition.kind).label)} · <code>{definition.key}</code>
          </>
        }
        actions={<DefinitionActions definition={definition} draft={draft} saving={saving} />}
      >
        {isRule && (
          <Tabs
            value={surface}
            onChange={(_, next: Surface) => choose(next)}
            aria-label={t({ zh: '写法', en: 'Way of writing' })}
          >
            <Tab value="rule" label={t({ zh: '规则文本', en: 'Rule text' })} disabled={!draft.document} />
            <Tab value="json" label="JSON" />
          </Tabs>
        )}
      </PageHeader>
      <SaveRefusal definition={definition} saving={saving} />
      {definition.removed && (
        <Alert severity="warning" variant="outlined" sx={{ mb: 2 }}>
          {t({
            zh: '草稿是移除这个定义：发布后它不再生效。放弃草稿可以撤回。',
            en: 'The draft is to remove this definition: once published it is no longer in force. Discard the draft to keep it.',
          })}
        </Alert>
      )}
      <Box
        sx={{
          display: 'grid',
          gap: 2,
          alignItems: 'start',
          gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'minmax(0, 1fr) 360px' },
        }}
      >
        <Panel flush>
          <Box sx={{ height: { xs: '60dvh', lg: 'calc(100dvh - 210px)' }, minHeight: 320 }}>
            <CodeEditor
              key={surface}
              label={
                surface === 'rule'
                  ? t({ zh: '规则文本', en: 'Rule text' })
                  : t({ zh: '定义的 JSON', en: 'JSON of the definition' })
              }
              language={surface}
              value={surface === 'rule' ? textOf(draft.document) : draft.text}
              onChange={surface === 'rule' ? saving.setRuleText : draft.setText}
              onSave={saving.save}
              marks={marks}
              jump={jump}
              readOnly={definition.removed}
            />
          </Box>
        </Panel>
        <Stack spacing={2}>
          {definition.draft && <Problems definition={definition} dirty={draft.dirty} onOpen={open} />}
          <ConditionsPanel definition={definition} draft={draft} />
          {(definition.draft || definition.removed) && <PlanPanel definition={definition} dirty={draft.dirty} />}
          {born ? (
            <VersionsPanel definition={definition} draft={draft} />
          ) : (
            <Panel title={t({ zh: '新定义', en: 'New definition' })}>
              <Typography variant="body2" sx={{ color: 'text.secondary' }}>
                {t({
                  zh: '保存草稿后会检查它，并显示发布时会发生什么。',
                  en: 'Save the draft to have it checked and to see what publishing would do.',
                })}
              </Typography>
              <Button sx={{ mt: 1.5 }} variant="outlined" loading={saving.busy} onClick={saving.save}>
                {t({ zh: '保存草稿', en: 'Save draft' })}
              </Button>
            </Panel>
          )}
        </Stack>
      </Box>
    </>
  );
}

interface ProblemsProps {
  definition: Definition;
  dirty: boolean;
  onOpen: (problem: DefinitionProblem) => void;
}

function Problems({ definition: { problems }, dirty, onOpen }: ProblemsProps) {
  const t = useText();
  const title = t(problemCount(problems.length));
  const asSaved = t({ zh: '这是上次保存时的结果。', en: 'As of the last save.' });
  return (
    <Panel title={title} flush>
      {problems.length > 0 && <ProblemList problems={problems} onOpen={onOpen} />}
      {(dirty || problems.length === 0) && (
        <Typography variant="body2" sx={{ px: 2, pb: 1.5, color: 'text.secondary' }}>
          {dirty ? asSaved : t({ zh: '草稿本身没有问题。', en: 'The draft itself is sound.' })}
        </Typography>
      )}
    </Panel>
  );
}
