/** What happens by itself: actions, scripts, decision tables and rules, called flows. */
import { Autocomplete, Stack, TextField } from '@mui/material';
import { useState } from 'react';
import { useDefinition, useDefinitions } from '@/build/api';
import { useText } from '@/i18n';
import type { Call, FlowNode } from '../types';
import { aboutOf, useDesign } from './design';
import { ChoiceInput, ExpressionInput, MapInput, TextInput } from './inputs';
import { useNames } from './names';

interface SectionProps {
  node: FlowNode;
}

/** The actions behind nodes that are always the same one. */
const FIXED: Partial<Record<FlowNode['type'], string>> = {
  notify: 'notify',
  create_record: 'create_record',
  update_record: 'update_record',
  find_record: 'find_record',
  set_tag: 'tag',
};

export function ServiceSection({ node }: SectionProps) {
  const t = useText();
  const { setNode, actions } = useDesign();
  return (
    <Stack spacing={1.5}>
      <ChoiceInput
        label={t({ zh: '动作', en: 'Action' })}
        value={node.action ?? ''}
        options={actions.map(({ key, label }) => ({ value: key, label: t(label) || key }))}
        onChange={(action) => setNode({ zh: '改动作', en: 'Change the action' }, node, { action, arguments: {} })}
      />
      <ActionSection node={node} />
    </Stack>
  );
}

/** The arguments of the node's action and what it keeps of the result. */
export function ActionSection({ node }: SectionProps) {
  const t = useText();
  const { flow, setNode, actions } = useDesign();
  const names = useNames();
  const action = actions.find(({ key }) => key === (FIXED[node.type] ?? node.action));
  const parameters = (action?.parameters ?? []).map(({ name, label, required }) => ({
    value: name,
    label: `${t(label) || name}${required ? ' *' : ''}`,
  }));
  const known = new Set(parameters.map(({ value }) => value));
  const fields = action?.open ? names.fields.filter(({ value }) => !known.has(value)) : [];
  return (
    <Stack spacing={2}>
      <MapInput
        title={t({ zh: '参数', en: 'Arguments' })}
        value={node.arguments ?? {}}
        onChange={(value) =>
          setNode({ zh: '改参数', en: 'Change the arguments' }, node, { arguments: value }, `${node.id}:arguments`)
        }
        name={t({ zh: '参数', en: 'Argument' })}
        names={[...parameters, ...fields]}
        said={t({ zh: '值是表达式：文字要加引号', en: 'Values are expressions: words stand in quotes' })}
        about={aboutOf(flow, node)}
        entity={flow.entity}
      />
      <OutputsPart node={node} />
    </Stack>
  );
}

function OutputsPart({ node, members = [] }: SectionProps & { members?: { value: string; label: string }[] }) {
  const t = useText();
  const { setNode } = useDesign();
  const { variables } = useNames();
  return (
    <MapInput
      title={t({ zh: '结果放进变量', en: 'The result, into variables' })}
      value={node.outputs ?? {}}
      onChange={(outputs) =>
        setNode({ zh: '改结果', en: 'Change the outputs' }, node, { outputs }, `${node.id}:outputs`)
      }
      name={t({ zh: '变量', en: 'Variable' })}
      names={variables}
      values={members}
      said={t({
        zh: '变量，和结果里的哪一项（用点进入里层）',
        en: 'A variable, and which member of the result (dots reach inside)',
      })}
    />
  );
}

export function ScriptSection({ node }: SectionProps) {
  const t = useText();
  const { flow, setNode } = useDesign();
  const { variables } = useNames();
  return (
    <MapInput
      title={t({ zh: '给变量赋值', en: 'Variables and their new values' })}
      value={node.assign ?? {}}
      onChange={(assign) => setNode({ zh: '改赋值', en: 'Change the script' }, node, { assign }, `${node.id}:assign`)}
      name={t({ zh: '变量', en: 'Variable' })}
      names={variables}
      said={t({ zh: '从上到下依次计算', en: 'Worked out from top to bottom' })}
      about={aboutOf(flow, node)}
      entity={flow.entity}
    />
  );
}

interface Column {
  key: string;
  label?: { zh: string; en: string };
}

/** What a set of rules says of itself. */
const RULES_TOLD = [
  { value: 'fired', label: { zh: '执行了的规则', en: 'The rules that fired' } },
  { value: 'failed', label: { zh: '没成功的规则', en: 'The rules that failed' } },
  { value: 'held_back', label: { zh: '被限次挡住的规则', en: 'The rules that a limit kept back' } },
  { value: 'count', label: { zh: '执行了几条', en: 'How many fired' } },
];

function RuleSetPart({ node }: SectionProps) {
  const t = useText();
  const { setNode } = useDesign();
  const { data: definitions = [] } = useDefinitions();
  const rules = definitions.filter(({ kind }) => kind === 'rule');
  return (
    <>
      <Autocomplete
        multiple
        value={node.rules ?? []}
        options={rules.map(({ key }) => key)}
        getOptionLabel={(key) => t(rules.find((rule) => rule.key === key)?.label) || key}
        onChange={(_, chosen) => setNode({ zh: '改规则', en: 'Change the rules' }, node, { rules: chosen })}
        renderInput={(params) => (
          <TextField
            {...params}
            label={t({ zh: '规则', en: 'Rules' })}
            helperText={t({
              zh: '按时逐条处理这种记录的规则，现在就对流程的记录执行',
              en: 'Those that go through such records by the clock: they fire now, about the record of the flow',
            })}
          />
        )}
      />
      <OutputsPart node={node} members={RULES_TOLD.map(({ value, label }) => ({ value, label: t(label) }))} />
    </>
  );
}

/** In place of a table. */
const RULE_SET = '=';

export function DecisionSection({ node }: SectionProps) {
  const t = useText();
  const { setNode } = useDesign();
  const { data: definitions = [] } = useDefinitions();
  const tables = definitions.filter(({ kind }) => kind === 'decision_table');
  // That rules are meant is known here until some are chosen: an empty list is not written down.
  const [asksRules, setAsksRules] = useState(!!node.rules?.length);
  return (
    <Stack spacing={2}>
      <ChoiceInput
        label={t({ zh: '决策表或规则', en: 'Table or rules' })}
        value={asksRules ? RULE_SET : (node.decision ?? '')}
        options={[
          ...tables.map(({ key, label }) => ({ value: key, label: t(label) || key })),
          { value: RULE_SET, label: t({ zh: '一组规则', en: 'A set of rules' }) },
        ]}
        onChange={(key) => {
          setAsksRules(key === RULE_SET);
          setNode(
            { zh: '改决策表', en: 'Change the table' },
            node,
            key === RULE_SET
              ? { decision: undefined, arguments: undefined, outputs: undefined }
              : { decision: key, ...(asksRules ? { rules: undefined, outputs: undefined } : {}) },
          );
        }}
      />
      {asksRules ? <RuleSetPart node={node} /> : <TablePart node={node} />}
    </Stack>
  );
}

function TablePart({ node }: SectionProps) {
  const t = useText();
  const { flow, setNode } = useDesign();
  const { data: table } = useDefinition({ kind: 'decision_table', key: node.decision ?? '' }, true);
  const content = (node.decision && (table?.draft ?? table?.content)) || {};
  const columns = (of: unknown) =>
    ((of ?? []) as Column[]).map(({ key, label }) => ({ value: key, label: t(label) || key }));
  return (
    <>
      <MapInput
        title={t({ zh: '问什么', en: 'What is asked' })}
        value={node.arguments ?? {}}
        onChange={(value) =>
          setNode({ zh: '改参数', en: 'Change the arguments' }, node, { arguments: value }, `${node.id}:arguments`)
        }
        name={t({ zh: '条件列', en: 'Input' })}
        names={columns(content.inputs)}
        said={t({ zh: '每个条件列的值', en: 'The value of each input column' })}
        about={aboutOf(flow, node)}
        entity={flow.entity}
      />
      <OutputsPart node={node} members={columns(content.outputs)} />
    </>
  );
}

export function CallSection({ node }: SectionProps) {
  const t = useText();
  const { flow, setNode } = useDesign();
  const names = useNames();
  const call: Call = node.call ?? {};
  const put = (change: Partial<Call>, run?: string) => {
    const next = Object.entries({ ...call, ...change }).filter(([, value]) => value !== null && value !== '');
    setNode(
      { zh: '改调用', en: 'Change the call' },
      node,
      { call: Object.fromEntries(next) as Call },
      run && `${node.id}:${run}`,
    );
  };
  const { data: called } = useDefinition({ kind: 'flow', key: call.flow ?? '' }, true);
  const content = (call.flow && (called?.content ?? called?.draft)) || {};
  const theirs = ((content.variables ?? []) as Column[]).map(({ key, label }) => ({
    value: key,
    label: t(label) || key,
  }));
  const computed = call.flow_expression != null;
  const said = { about: aboutOf(flow, node), entity: flow.entity };
  return (
    <Stack spacing={1.5}>
      <ChoiceInput
        label={t({ zh: '哪个流程', en: 'Which flow' })}
        value={computed ? '=' : (call.flow ?? '')}
        options={[
          ...names.flows.filter(({ value }) => value !== flow.key),
          { value: '=', label: t({ zh: '由表达式算出', en: 'Worked out by an expression' }) },
        ]}
        onChange={(key) =>
          put(key === '=' ? { flow: null, flow_expression: '"flow"' } : { flow: key, flow_expression: null })
        }
      />
      {computed && (
        <ExpressionInput
          label={t({ zh: '流程的键', en: 'Key of the flow' })}
          value={call.flow_expression ?? ''}
          onChange={(flow_expression) => put({ flow_expression: flow_expression || '""' }, 'flow_expression')}
          expects="text"
          {...said}
        />
      )}
      <ChoiceInput
        label={t({ zh: '用哪个版本', en: 'Which version' })}
        value={call.binding ?? 'latest'}
        options={[
          { value: 'latest', label: t({ zh: '调用时的最新版', en: 'The latest when it is called' }) },
          { value: 'deployment', label: t({ zh: '本流程发布时的版本', en: 'That of when this flow was published' }) },
        ]}
        onChange={(binding) => put({ binding: binding as 'latest' })}
      />
      <ExpressionInput
        label={t({ zh: '关于哪条记录', en: 'About which record' })}
        value={call.record ?? ''}
        onChange={(record) => put({ record }, 'record')}
        help={t({ zh: '空着：同一条记录', en: 'Empty: the same record' })}
        {...said}
      />
      <MapInput
        title={t({ zh: '传进去', en: 'What goes in' })}
        value={call.inputs ?? {}}
        onChange={(inputs) => put({ inputs }, 'inputs')}
        name={t({ zh: '对方的变量', en: 'Its variable' })}
        names={theirs}
        said={t({ zh: '被调用流程的变量和它的值', en: 'Variables of the called flow and their values' })}
        {...said}
      />
      <MapInput
        title={t({ zh: '带回来', en: 'What comes back' })}
        value={call.outputs ?? {}}
        onChange={(outputs) => put({ outputs }, 'outputs')}
        name={t({ zh: '这里的变量', en: 'Variable here' })}
        names={names.variables}
        values={theirs}
        said={t({ zh: '这里的变量，取对方的哪个变量', en: 'A variable here, and which of its variables it takes' })}
      />
    </Stack>
  );
}

export function OutcomeSection({ node }: SectionProps) {
  const t = useText();
  const { setNode } = useDesign();
  return (
    <TextInput
      mono
      label={t({ zh: '结局', en: 'Outcome of the flow' })}
      value={node.outcome ?? ''}
      onChange={(outcome) =>
        setNode({ zh: '改结局', en: 'Change the outcome' }, node, { outcome }, `${node.id}:outcome`)
      }
      help={t({ zh: '流程这样结束时叫什么，如 approved', en: 'What ending here is called, such as approved' })}
    />
  );
}
