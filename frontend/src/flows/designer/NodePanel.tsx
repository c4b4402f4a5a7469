/** What is chosen: a node with everything that can be set on it, or a connection with its condition. */
import { Alert, Box, Button, Divider, IconButton, Stack, TextField, Tooltip, Typography } from '@mui/material';
import { ArrowUp, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { DefinitionProblem } from '@/build/api';
import { relabelled } from '@/build/labels';
import { useLocale, useText } from '@/i18n';
import { PERSON } from '../nodeKind';
import { nodeKind } from '../nodeTypes';
import type { FlowEdge, FlowNode } from '../types';
import { aboutOf, useDesign } from './design';
import { EventSection } from './EventSection';
import { canConnect, connected, earlier, nodeOf, renamed } from './flowDocument';
import { ChoiceInput, ExpressionInput, Hint, SwitchInput } from './inputs';
import { useNames } from './names';
import { AddMenu } from './Palette';
import { DueSection } from './people/DueSection';
import { ModeSection } from './people/ModeSection';
import { OutcomesSection } from './people/OutcomesSection';
import { OperationsSection, PoliciesSection } from './people/PolicySections';
import { WhoWouldGetIt } from './people/PredictionSection';
import { FormSection } from './people/RightsSection';
import { CopiesSection, WhoSection } from './people/WhoSection';
import {
  AdHocSection,
  CompensationSection,
  ConditionSection,
  InterruptingSection,
  LoopSection,
  RequiredSection,
  TargetSection,
} from './ScopeSections';
import type { Section } from './sections';
import {
  ActionSection,
  CallSection,
  DecisionSection,
  OutcomeSection,
  ScriptSection,
  ServiceSection,
} from './WorkSections';

/** The parts of the panel by their names in the list of node types. */
const SECTIONS: Record<Section, (props: { node: FlowNode }) => React.ReactNode> = {
  who: WhoSection,
  mode: ModeSection,
  outcomes: OutcomesSection,
  due: DueSection,
  form: FormSection,
  operations: OperationsSection,
  policies: PoliciesSection,
  copies: CopiesSection,
  prediction: WhoWouldGetIt,
  service: ServiceSection,
  action: ActionSection,
  script: ScriptSection,
  decision: DecisionSection,
  events: EventSection,
  call: CallSection,
  ad_hoc: AdHocSection,
  condition: ConditionSection,
  required: RequiredSection,
  target: TargetSection,
  outcome: OutcomeSection,
  interrupting: InterruptingSection,
  loop: LoopSection,
  compensation: CompensationSection,
};

export function NodePanel({ node, problems }: { node: FlowNode; problems: DefinitionProblem[] }) {
  const t = useText();
  const { remove, readOnly } = useDesign();
  const kind = nodeKind(node.type);
  const folded = kind.sections.filter((section) => PERSON.includes(section));
  return (
    <Stack spacing={2} key={node.id}>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1 }}>
        <Box sx={{ flex: 1, minWidth: 0 }}>
          <Typography variant="subtitle2">{t(kind.label)}</Typography>
          <Hint>{t(kind.help)}</Hint>
        </Box>
        <RemoveButton disabled={readOnly} onRemove={() => remove({ kind: 'node', id: node.id })} />
      </Box>
      <Problems problems={problems} />
      <Title node={node} />
      {folded.length > 0 && (
        <div>
          {folded.map((section) => {
            const Part = SECTIONS[section];
            return <Part key={section} node={node} />;
          })}
        </div>
      )}
      {kind.sections
        .filter((section) => !folded.includes(section))
        .map((section) => {
          const Part = SECTIONS[section];
          return <Part key={section} node={node} />;
        })}
      <Divider />
      <Ways node={node} />
      <IdInput key={node.id} node={node} />
    </Stack>
  );
}

function RemoveButton({ disabled, onRemove }: { disabled: boolean; onRemove: () => void }) {
  const t = useText();
  const label = t({ zh: '删除', en: 'Remove' });
  return (
    <Tooltip title={`${label} (Delete)`}>
      <span>
        <IconButton aria-label={label} disabled={disabled} onClick={onRemove}>
          <Trash2 size={16} />
        </IconButton>
      </span>
    </Tooltip>
  );
}

function Problems({ problems }: { problems: DefinitionProblem[] }) {
  const t = useText();
  return problems.map((problem, index) => (
    <Alert key={index} severity={problem.severity} variant="outlined">
      {t(problem.message)}
      {problem.mending && <Hint>{t(problem.mending)}</Hint>}
      {problem.suggestion && (
        <Hint>{t({ zh: '怎么改：{how}', en: 'How to mend it: {how}' }, { how: problem.suggestion })}</Hint>
      )}
    </Alert>
  ));
}

function Title({ node }: { node: FlowNode }) {
  const t = useText();
  const locale = useLocale();
  const { setNode } = useDesign();
  return (
    <TextField
      label={t({ zh: '名称', en: 'Name' })}
      value={node.title[locale]}
      onChange={(event) =>
        setNode(
          { zh: '改名', en: 'Rename' },
          node,
          { title: relabelled(node.title, locale, event.target.value) },
          `${node.id}:title`,
        )
      }
    />
  );
}

/** How it goes on: a new step, or a connection to one that is there. */
function Ways({ node }: { node: FlowNode }) {
  const t = useText();
  const { flow, change, choose } = useDesign();
  const { steps, stepName } = useNames();
  const targets = steps((each) => each.id !== node.id && canConnect(flow, node.id, each.id));
  const out = flow.edges.filter(({ source }) => source === node.id);
  return (
    <Stack spacing={1}>
      <Typography variant="subtitle2">{t({ zh: '接下来', en: 'What follows' })}</Typography>
      {out.map((edge) => {
        const target = nodeOf(flow, edge.target);
        return (
          <Button
            key={edge.id}
            sx={{ justifyContent: 'flex-start', textAlign: 'left' }}
            onClick={() => choose({ kind: 'edge', id: edge.id })}
          >
            → {target ? stepName(target) : edge.target}
            {edge.when ? `（${edge.when}）` : ''}
          </Button>
        );
      })}
      <Box sx={{ display: 'grid', gap: 1 }}>
        <AddMenu label={t({ zh: '加一步', en: 'Add a step' })} />
        {targets.length > 0 && (
          <ChoiceInput
            label={t({ zh: '连到', en: 'Connect to' })}
            value=""
            options={targets}
            onChange={(target) => change({ zh: '连线', en: 'Connect' }, connected(flow, node.id, target))}
          />
        )}
      </Box>
    </Stack>
  );
}

const ID = /^[A-Za-z_][A-Za-z0-9_.-]{0,99}$/;

/** Taken over when the box is left: everything that names the node follows. */
function IdInput({ node }: { node: FlowNode }) {
  const t = useText();
  const { flow, change, choose } = useDesign();
  const [id, setId] = useState(node.id);
  const taken = id !== node.id && !!nodeOf(flow, id);
  const wrong = !ID.test(id) || taken;
  const settle = () => {
    if (wrong || id === node.id) return;
    change({ zh: '改标识', en: 'Change the id' }, renamed(flow, node.id, id));
    choose({ kind: 'node', id });
  };
  return (
    <TextField
      label={t({ zh: '标识', en: 'Id' })}
      value={id}
      error={wrong}
      onChange={(event) => setId(event.target.value.trim())}
      onBlur={settle}
      onKeyDown={(event) => event.key === 'Enter' && settle()}
      helperText={taken ? t({ zh: '已经有了', en: 'Already there' }) : undefined}
      slotProps={{ htmlInput: { autoCapitalize: 'none', spellCheck: false } }}
    />
  );
}

export function EdgePanel({ edge, problems }: { edge: FlowEdge; problems: DefinitionProblem[] }) {
  const t = useText();
  const locale = useLocale();
  const { flow, setEdge, change, remove, readOnly } = useDesign();
  const { stepName } = useNames();
  const [from, to] = [nodeOf(flow, edge.source), nodeOf(flow, edge.target)];
  const siblings = flow.edges.filter(({ source }) => source === edge.source);
  const label = edge.label ?? { zh: '', en: '' };
  const conditional =
    from && !['parallel_gateway', 'event_based_gateway'].includes(from.type) && from.type !== 'start_event';
  return (
    <Stack spacing={2} key={edge.id}>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1 }}>
        <Box sx={{ flex: 1, minWidth: 0 }}>
          <Typography variant="subtitle2">{t({ zh: '连线', en: 'Connection' })}</Typography>
          <Hint>
            {from ? stepName(from) : edge.source} → {to ? stepName(to) : edge.target}
          </Hint>
        </Box>
        <RemoveButton disabled={readOnly} onRemove={() => remove({ kind: 'edge', id: edge.id })} />
      </Box>
      <Problems problems={problems} />
      <TextField
        label={t({ zh: '文字', en: 'Label' })}
        value={label[locale]}
        onChange={(event) =>
          setEdge(
            { zh: '改文字', en: 'Change the label' },
            edge,
            { label: relabelled(label, locale, event.target.value) },
            `${edge.id}:label`,
          )
        }
      />
      {conditional && !edge.default && (
        <ExpressionInput
          label={t({ zh: '走这条的条件', en: 'Taken when' })}
          value={edge.when ?? ''}
          onChange={(when) => setEdge({ zh: '改条件', en: 'Change the condition' }, edge, { when }, `${edge.id}:when`)}
          about={aboutOf(flow, from)}
          entity={flow.entity}
          expects="boolean"
          help={t({ zh: '上一个任务的结果叫 outcome', en: 'The outcome of the task before is called outcome' })}
        />
      )}
      {conditional && siblings.length > 1 && (
        <SwitchInput
          label={t({ zh: '其他条件都不满足时走这条', en: 'Taken when nothing else holds' })}
          value={!!edge.default}
          onChange={(value) =>
            setEdge(
              { zh: '改默认', en: 'Change the default' },
              edge,
              value ? { default: true, when: null } : { default: false },
            )
          }
        />
      )}
      {conditional && siblings.indexOf(edge) > 0 && (
        <Button
          startIcon={<ArrowUp size={15} />}
          sx={{ alignSelf: 'start' }}
          onClick={() => change({ zh: '改顺序', en: 'Change the order' }, earlier(flow, edge.id))}
        >
          {t({ zh: '先看这条', en: 'Try it earlier' })}
        </Button>
      )}
      <AddMenu label={t({ zh: '在中间加一步', en: 'Add a step in between' })} />
    </Stack>
  );
}
