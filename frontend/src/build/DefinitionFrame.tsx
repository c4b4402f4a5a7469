/** The frame of a definition with an editor of its own: its head, what was refused, its plan and versions, and the keys. */
import { Alert, Box, Button, IconButton, Stack, Tooltip, Typography } from '@mui/material';
import { Braces, Redo2, Rocket, Undo2 } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useEffect, useRef } from 'react';
import { Link } from 'react-router-dom';
import { EmptyState, PageHeader, Panel } from '@/components';
import { type Text, useText } from '@/i18n';
import { useUnsavedGuard } from '@/records/useUnsavedGuard';
import { type Definition, type DefinitionProblem, jsonPath } from './api';
import { DefinitionActions } from './DefinitionActions';
import { DefinitionState } from './DefinitionState';
import { kindOf } from './kinds';
import { PlanPanel } from './PlanPanel';
import { ProblemList, problemCount } from './ProblemList';
import { openPath } from './problemPlaces';
import { SaveRefusal } from './SaveRefusal';
import type { Draft } from './useDraft';
import type { Editing } from './useEditing';
import type { Saving } from './useSaving';
import { VersionsPanel } from './VersionsPanel';

interface DefinitionFrameProps {
  definition: Definition;
  draft: Draft;
  saving: Saving;
  editing: Editing;
  /** What is wrong with it now. */
  problems: DefinitionProblem[];
  /** Leads to a problem; false where it does not know the way. */
  onProblem?: (problem: DefinitionProblem) => boolean;
  /** A place to lead to, once. */
  at: string | null;
  /** What needs the whole width, above the rest. */
  wide?: ReactNode;
  /** Buttons beside those that every definition has. */
  actions?: ReactNode;
  /** Beside the editor, above what every definition has there. */
  side?: ReactNode;
  children: ReactNode;
}

export function DefinitionFrame(props: DefinitionFrameProps) {
  const { definition, draft, saving, editing, problems, onProblem, at, wide, side, actions, children } = props;
  const t = useText();
  const root = useRef<HTMLDivElement>(null);
  const publishable = !!definition.draft || definition.removed;
  const { list } = kindOf(definition.kind).pages ?? { list: '/build/definitions' };
  useUnsavedGuard(() => draft.dirty);
  useSaveKey(saving.save);
  const led = useRef(false);
  useEffect(() => {
    if (at && !led.current) openPath(at);
    led.current = true;
  }, [at]);
  // Boxes of this page are React's: what they hold is taken back here, letter by letter.
  const onKeyDown = (event: KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.nativeEvent.isComposing) return;
    if (!(event.target instanceof Node && root.current?.contains(event.target))) return;
    const key = event.key.toLowerCase();
    const step = key === 'y' || (key === 'z' && event.shiftKey) ? editing.redo : key === 'z' ? editing.undo : null;
    if (!step) return;
    event.preventDefault();
    step();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys of the page; each has a button as well
    <div ref={root} onKeyDown={definition.removed ? undefined : onKeyDown}>
      <PageHeader
        title={t(draft.document?.label as Text | undefined) || definition.key}
        back={list}
        status={<DefinitionState definition={definition} dirty={draft.dirty} />}
        subtitle={<code>{definition.key}</code>}
        actions={
          <>
            {!definition.removed && <UndoRedo editing={editing} />}
            {actions}
            <Button component={Link} to={jsonPath(definition)} variant="outlined" startIcon={<Braces size={15} />}>
              JSON
            </Button>
            <DefinitionActions definition={definition} draft={draft} saving={saving} />
            {wide && publishable && (
              <Button variant="outlined" startIcon={<Rocket size={15} />} onClick={() => toPlan(root.current)}>
                {t({ zh: '去发布', en: 'To publish' })}
              </Button>
            )}
          </>
        }
      />
      <SaveRefusal definition={definition} saving={saving} />
      {definition.removed && (
        <Alert severity="warning" variant="outlined" sx={{ mb: 2 }}>
          {t({
            zh: '草稿是移除这个定义：发布后它不再生效。放弃草稿可以撤回。',
            en: 'The draft is to remove this definition: once published it is no longer in force. Discard the draft to keep it.',
          })}
        </Alert>
      )}
      {draft.document ? (
        <Box
          sx={{
            ...{ display: 'grid', gap: 2, alignItems: 'start' },
            gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'minmax(0, 1fr) 340px' },
          }}
        >
          {wide && (
            <Box sx={{ gridColumn: '1 / -1', minWidth: 0 }}>
              <Fields disabled={definition.removed}>{wide}</Fields>
            </Box>
          )}
          <Fields disabled={definition.removed}>{children}</Fields>
          <Stack spacing={2} sx={{ minWidth: 0 }}>
            {problems.length > 0 && (
              <Panel title={t(problemCount(problems.length))} flush>
                <ProblemList problems={problems} onOpen={(problem) => onProblem?.(problem) || openPath(problem.path)} />
              </Panel>
            )}
            {side && <Fields disabled={definition.removed}>{side}</Fields>}
            {publishable && (
              <Box data-plan tabIndex={-1} sx={{ outline: 'none', scrollMarginTop: '72px' }}>
                <PlanPanel definition={definition} dirty={draft.dirty} />
              </Box>
            )}
            {definition.version === 0 && !definition.draft && <NotSavedYet />}
            <VersionsPanel definition={definition} draft={draft} />
          </Stack>
        </Box>
      ) : (
        <EmptyState icon={Braces} title={t({ zh: '这份草稿不是一个定义', en: 'This draft is no definition' })} />
      )}
    </div>
  );
}

/** Below a wide drawing the panel that publishes is out of sight. */
function toPlan(root: HTMLElement | null): void {
  const plan = root?.querySelector<HTMLElement>('[data-plan]');
  plan?.scrollIntoView({ block: 'start' });
  plan?.focus({ preventScroll: true });
}

/** What is about to be removed is only read. */
function Fields({ disabled, children }: { disabled: boolean; children: ReactNode }) {
  return (
    <Stack component="fieldset" disabled={disabled} spacing={2} sx={{ border: 0, m: 0, p: 0, minWidth: 0 }}>
      {children}
    </Stack>
  );
}

/** Ctrl-S saves wherever one is on the page. */
function useSaveKey(save: () => void): void {
  const latest = useRef(save);
  latest.current = save;
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 's') return;
      event.preventDefault();
      latest.current();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}

function UndoRedo({ editing }: { editing: Editing }) {
  const t = useText();
  const undo = t({ zh: '撤销', en: 'Undo' });
  const redo = t({ zh: '重做', en: 'Redo' });
  const said = (verb: string, label: Text | null) => (label ? `${verb}: ${t(label)}` : verb);
  return (
    <>
      <Tooltip title={`${said(undo, editing.undoLabel)} (Ctrl+Z)`}>
        <span>
          <IconButton aria-label={undo} disabled={!editing.undoLabel} onClick={editing.undo}>
            <Undo2 size={17} />
          </IconButton>
        </span>
      </Tooltip>
      <Tooltip title={`${said(redo, editing.redoLabel)} (Ctrl+Shift+Z)`}>
        <span>
          <IconButton aria-label={redo} disabled={!editing.redoLabel} onClick={editing.redo}>
            <Redo2 size={17} />
          </IconButton>
        </span>
      </Tooltip>
    </>
  );
}

function NotSavedYet() {
  const t = useText();
  return (
    <Panel title={t({ zh: '还没有保存', en: 'Not saved yet' })}>
      <Typography variant="body2" sx={{ color: 'text.secondary' }}>
        {t({
          zh: '保存草稿后，会显示发布时会发生什么，然后可以发布。',
          en: 'Save the draft to see what publishing would do; then it can be published.',
        })}
      </Typography>
    </Panel>
  );
}
