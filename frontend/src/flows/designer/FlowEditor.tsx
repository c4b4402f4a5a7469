/** A flow being drawn: the palette, the drawing with what is wrong with it, and what is chosen; checked while it is drawn. */
import { Alert, Box, Button, Paper, Stack, Typography, useMediaQuery } from '@mui/material';
import type { Theme } from '@mui/material/styles';
import { CircleAlert, LayoutGrid } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { useNotify } from 'react-admin';
import type { Content, Definition, DefinitionProblem } from '@/build/api';
import { DefinitionFrame } from '@/build/DefinitionFrame';
import { NamePanel } from '@/build/NamePanel';
import { problemCount } from '@/build/ProblemList';
import { useDraft } from '@/build/useDraft';
import { useEditing } from '@/build/useEditing';
import { useSaving } from '@/build/useSaving';
import { useText } from '@/i18n';
import { BpmnExport } from '../BpmnExport';
import type { CanvasSurroundings } from '../canvasContext';
import { useActions, useChecked } from './api';
import { DesignerCanvas } from './DesignerCanvas';
import { type Chosen, type Design, DesignContext, useDesign } from './design';
import { added, nodeOf, readFlow, removed, tidied, withEdge, withNode, withoutEdge, writeFlow } from './flowDocument';
import { EdgePanel, NodePanel } from './NodePanel';
import { useNames } from './names';
import { AddMenu, Palette } from './Palette';
import { chosenAt, concerning, worst } from './problems';
import { AboutPanel, VariablesPanel } from './VariablesPanel';

const NOTHING: Content = {};

export function FlowEditor({ definition, at }: { definition: Definition; at: string | null }) {
  const t = useText();
  const notify = useNotify();
  const draft = useDraft(definition);
  const saving = useSaving(definition, draft);
  const editing = useEditing(draft, !definition.removed);
  const actions = useActions();
  const document = draft.document ?? NOTHING;
  const flow = useMemo(() => readFlow(document), [document]);
  const checked = useChecked(draft.document);
  const problems = checked.data?.problems ?? definition.problems;
  const [chosen, setChosen] = useState<Chosen | null>(() => (at ? chosenAt(flow, at) : null));
  const [shown, setShown] = useState<{ id: string } | null>(null);
  const [looked, setLooked] = useState<DefinitionProblem | null>(null);
  const choose = (next: Chosen | null) => {
    setChosen(next);
    setLooked(null);
  };
  const change: Design['change'] = (label, next, run) => editing.change(label, writeFlow(next), run);
  const design: Design = {
    ...{ flow, document, chosen, choose, change, problems, actions },
    readOnly: definition.removed,
    setNode: (label, node, next, run) => change(label, withNode(flow, node.id, next), run),
    setEdge: (label, edge, next, run) => change(label, withEdge(flow, edge.id, next), run),
    add: (type, where) => {
      const made = added(flow, type, where);
      if (type === 'boundary_event' && !nodeOf(made.flow, made.id)?.attached_to) {
        notify(
          t({
            zh: '先选中要放上去的那一步，或拖到它的边上。',
            en: 'Choose the step that it shall sit on first, or drag it onto its border.',
          }),
          { type: 'info' },
        );
        return;
      }
      change({ zh: '加一步', en: 'Add a step' }, made.flow);
      setChosen({ kind: 'node', id: made.id });
      setShown({ id: made.id });
    },
    remove: ({ kind, id }) => {
      change({ zh: '删除', en: 'Remove' }, kind === 'node' ? removed(flow, id) : withoutEdge(flow, id));
      setChosen(null);
    },
  };
  const look = (problem: DefinitionProblem) => {
    const found = concerning(flow, problem);
    if (!found) return false;
    setChosen(found);
    setLooked(problem);
    const node = found.kind === 'node' ? found.id : flow.edges.find(({ id }) => id === found.id)?.source;
    if (node) setShown({ id: node });
    return true;
  };
  const surroundings = useMemo<CanvasSurroundings>(
    () => ({
      flow,
      editable: !definition.removed,
      wrong: worst(flow, problems),
      trace: new Set(looked?.trace ?? []),
    }),
    [flow, definition.removed, problems, looked],
  );
  useEscape(() => choose(null), chosen !== null);
  return (
    <DesignContext.Provider value={design}>
      <DefinitionFrame
        definition={definition}
        draft={draft}
        saving={saving}
        editing={editing}
        problems={problems}
        onProblem={look}
        at={at}
        actions={<BpmnExport definition={definition} dirty={draft.dirty} />}
        wide={
          <Board
            surroundings={surroundings}
            shown={shown}
            looked={looked}
            problems={problems}
            onLook={look}
            onTidy={() => change({ zh: '重新排列', en: 'Arrange' }, tidied(flow))}
          />
        }
      >
        <AboutPanel document={document} editing={editing} />
        <VariablesPanel flow={flow} editing={editing} />
        <NamePanel document={document} editing={editing} problems={problems} />
      </DefinitionFrame>
    </DesignContext.Provider>
  );
}

/** Escape leaves what is chosen from inside the panel too. */
function useEscape(leave: () => void, active: boolean) {
  useEffect(() => {
    if (!active) return;
    const onKey = (event: KeyboardEvent) => {
      const target = event.target instanceof Element ? event.target : null;
      if (event.key === 'Escape' && !event.defaultPrevented && target?.closest('[data-designer]')) leave();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  });
}

interface BoardProps {
  surroundings: CanvasSurroundings;
  shown: { id: string } | null;
  looked: DefinitionProblem | null;
  problems: DefinitionProblem[];
  onLook: (problem: DefinitionProblem) => void;
  onTidy: () => void;
}

function Board({ surroundings, shown, looked, problems, onLook, onTidy }: BoardProps) {
  const t = useText();
  return (
    <Paper
      variant="outlined"
      data-designer
      sx={{
        ...{ display: 'grid', overflow: 'hidden' },
        gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: '168px minmax(0, 1fr) 340px' },
        height: { md: 'max(560px, calc(100vh - 220px))' },
      }}
    >
      <Box sx={{ display: { xs: 'none', md: 'block' }, borderRight: 1, borderColor: 'divider', minHeight: 0 }}>
        <Palette />
      </Box>
      <Box sx={{ position: 'relative', minHeight: { xs: 380, md: 0 } }}>
        <DesignerCanvas surroundings={surroundings} shown={shown} />
        <Box sx={{ position: 'absolute', left: 10, right: 10, top: 10, zIndex: 5, pointerEvents: 'none' }}>
          <Box sx={{ display: 'flex', gap: 1, flexWrap: 'wrap', '& > *': { pointerEvents: 'auto' } }}>
            <Box sx={{ display: { md: 'none' }, bgcolor: 'background.paper', borderRadius: 1 }}>
              <AddMenu label={t({ zh: '加一步', en: 'Add a step' })} />
            </Box>
            <Button
              variant="outlined"
              startIcon={<LayoutGrid size={14} />}
              onClick={onTidy}
              disabled={!surroundings.editable}
              sx={{ bgcolor: 'background.paper' }}
            >
              {t({ zh: '重新排列', en: 'Arrange' })}
            </Button>
            <NextProblem problems={problems} looked={looked} onLook={onLook} />
          </Box>
        </Box>
        {looked && (looked.trace ?? []).length > 0 && <Trace problem={looked} />}
      </Box>
      <Box
        component="aside"
        aria-label={t({ zh: '设置', en: 'Settings' })}
        sx={{
          borderStyle: 'solid',
          borderWidth: { xs: '1px 0 0', md: '0 0 0 1px' },
          borderColor: 'divider',
          p: 2,
          overflow: 'auto',
          minHeight: 0,
        }}
      >
        <ChosenPanel />
      </Box>
    </Paper>
  );
}

type NextProblemProps = Pick<BoardProps, 'problems' | 'looked' | 'onLook'>;

/** How many problems there are; each press goes to the next one. */
function NextProblem({ problems, looked, onLook }: NextProblemProps) {
  const t = useText();
  if (problems.length === 0) return null;
  const next = problems[(looked ? problems.indexOf(looked) + 1 : 0) % problems.length];
  const grave = problems.some(({ severity }) => severity === 'error');
  return (
    <Button
      variant="outlined"
      color={grave ? 'error' : 'warning'}
      startIcon={<CircleAlert size={14} />}
      sx={{ bgcolor: 'background.paper', '&:hover': { bgcolor: 'background.paper' } }}
      onClick={() => next && onLook(next)}
    >
      {t(problemCount(problems.length))}
    </Button>
  );
}

/** The way that leads to a problem, in words under the drawing where it is marked. */
function Trace({ problem }: { problem: DefinitionProblem }) {
  const t = useText();
  const { flow } = useDesign();
  const { stepName } = useNames();
  const name = (id: string) => {
    const node = nodeOf(flow, id);
    return node ? stepName(node) : id;
  };
  return (
    <Alert
      severity={problem.severity}
      sx={{ position: 'absolute', left: 54, right: 10, bottom: 10, zIndex: 5, py: 0 }}
      data-trace-text
    >
      {t(
        { zh: '标出的路走到这里：{way}', en: 'The marked way leads here: {way}' },
        { way: (problem.trace ?? []).map(name).join(' → ') },
      )}
    </Alert>
  );
}

function ChosenPanel() {
  const t = useText();
  // Without room for the palette there is nothing to drag.
  const phone = useMediaQuery((theme: Theme) => theme.breakpoints.down('md'));
  const design = useDesign();
  const { flow, chosen, problems } = design;
  const node = chosen?.kind === 'node' ? nodeOf(flow, chosen.id) : undefined;
  const edge = chosen?.kind === 'edge' ? flow.edges.find(({ id }) => id === chosen.id) : undefined;
  const about = (id: string) =>
    problems.filter((problem) => {
      const found = concerning(flow, problem);
      return found?.id === id && found.kind === chosen?.kind;
    });
  if (node) return <NodePanel key={node.id} node={node} problems={about(node.id)} />;
  if (edge) return <EdgePanel key={edge.id} edge={edge} problems={about(edge.id)} />;
  return (
    <Stack spacing={1.5}>
      <Typography variant="subtitle2">{t({ zh: '没有选中什么', en: 'Nothing is chosen' })}</Typography>
      <Typography variant="body2" sx={{ color: 'text.secondary' }}>
        {phone
          ? t({
              zh: '点一步或一条线来设置它。先选中一步，再“加一步”，新的就接在后面。',
              en: 'Tap a step or a connection to set it up. Choose a step and add another: it goes on from there.',
            })
          : t({
              zh: '点一步或一条线来设置它。从左边拖一种到图上；或者先选中一步，再点一种，它就接在后面。从一步边上的圆点拉出线来连接。',
              en: 'Click a step or a connection to set it up. Drag a kind from the left onto the drawing; or choose a step and click a kind: it goes on from there. Pull a line from the dots at the border of a step to connect it.',
            })}
      </Typography>
      <AddMenu label={t({ zh: '加一步', en: 'Add a step' })} />
    </Stack>
  );
}
