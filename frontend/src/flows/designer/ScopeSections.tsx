/** How often an activity runs, what undoes it, and the settings of scopes, gateways and jumps. */
import { Autocomplete, Stack, TextField } from '@mui/material';
import { type Text, useText } from '@/i18n';
import { LOOPS } from '../describe';
import type { AdHoc, FlowNode, Loop } from '../types';
import { aboutOf, useDesign } from './design';
import { nodeOf } from './flowDocument';
import { ChoiceInput, ExpressionInput, Named, NumberInput, SwitchInput } from './inputs';
import { useNames } from './names';

interface SectionProps {
  node: FlowNode;
}

/** Members that say nothing are left out. */
const shorter = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== null && each !== '' && each !== false)) as T;

export function LoopSection({ node }: SectionProps) {
  const t = useText();
  const { setNode } = useDesign();
  const begin: Record<string, Loop | null> = {
    '': null,
    standard: { kind: 'standard', condition: '' },
    parallel: { kind: 'parallel', collection: node.loop?.collection ?? '', element: node.loop?.element ?? 'item' },
    sequential: { kind: 'sequential', collection: node.loop?.collection ?? '', element: node.loop?.element ?? 'item' },
  };
  return (
    <Stack spacing={1.5}>
      <ChoiceInput
        label={t({ zh: '做几次', en: 'How often' })}
        value={node.loop?.kind ?? ''}
        none={t({ zh: '一次', en: 'Once' })}
        options={Object.entries(LOOPS).map(([value, label]) => ({ value, label: t(label) }))}
        onChange={(kind) => setNode({ zh: '改重复', en: 'Change the loop' }, node, { loop: begin[kind] ?? null })}
      />
      {node.loop?.kind === 'standard' && <Standard node={node} loop={node.loop} />}
      {node.loop && node.loop.kind !== 'standard' && <Instances node={node} loop={node.loop} />}
    </Stack>
  );
}

function useLoop(node: FlowNode, loop: Loop) {
  const { flow, setNode } = useDesign();
  const put = (change: Partial<Loop>, run?: string) =>
    setNode(
      { zh: '改重复', en: 'Change the loop' },
      node,
      { loop: shorter({ ...loop, ...change }) },
      run && `${node.id}:${run}`,
    );
  const around = { about: aboutOf(flow, nodeOf(flow, node.parent)), entity: flow.entity };
  const inside = { about: aboutOf(flow, node), entity: flow.entity };
  const counted = { about: aboutOf(flow, node, true), entity: flow.entity };
  return { put, around, inside, counted };
}

function Standard({ node, loop }: SectionProps & { loop: Loop }) {
  const t = useText();
  const { put, inside } = useLoop(node, loop);
  return (
    <>
      <ExpressionInput
        label={t({ zh: '条件满足就再做', en: 'Again while' })}
        value={loop.condition ?? ''}
        onChange={(condition) => put({ condition }, 'condition')}
        expects="boolean"
        {...inside}
      />
      <SwitchInput
        label={t({ zh: '做之前先看条件', en: 'Look at it before the first time' })}
        value={!!loop.test_before}
        onChange={(test_before) => put({ test_before })}
      />
      <NumberInput
        label={t({ zh: '最多几次', en: 'How often at most' })}
        value={loop.maximum ?? null}
        onChange={(maximum) => put({ maximum }, 'maximum')}
      />
    </>
  );
}

function Instances({ node, loop }: SectionProps & { loop: Loop }) {
  const t = useText();
  const { variables } = useNames();
  const { put, around, inside, counted } = useLoop(node, loop);
  const counts = loop.cardinality != null;
  return (
    <>
      <ChoiceInput
        label={t({ zh: '做多少份', en: 'How many' })}
        value={counts ? 'cardinality' : 'collection'}
        options={[
          { value: 'collection', label: t({ zh: '列表里的每一项一份', en: 'One for each item of a list' }) },
          { value: 'cardinality', label: t({ zh: '一个数量', en: 'A number' }) },
        ]}
        onChange={(next) =>
          put(
            next === 'cardinality'
              ? { cardinality: '2', collection: null, element: null }
              : { cardinality: null, collection: '', element: 'item' },
          )
        }
      />
      {counts ? (
        <ExpressionInput
          label={t({ zh: '数量', en: 'Number' })}
          value={loop.cardinality ?? ''}
          onChange={(cardinality) => put({ cardinality: cardinality || '0' }, 'cardinality')}
          expects="number"
          {...around}
        />
      ) : (
        <>
          <ExpressionInput
            label={t({ zh: '列表', en: 'List' })}
            value={loop.collection ?? ''}
            onChange={(collection) => put({ collection }, 'collection')}
            {...around}
          />
          <TextField
            label={t({ zh: '每一项叫什么', en: 'What each item is called' })}
            value={loop.element ?? ''}
            onChange={(event) => put({ element: event.target.value.trim() }, 'element')}
          />
        </>
      )}
      <ExpressionInput
        label={t({ zh: '够了就不再等', en: 'Enough when' })}
        value={loop.completion ?? ''}
        onChange={(completion) => put({ completion }, 'completion')}
        help={t({
          zh: '可用 completed_instances、active_instances、instances；空着：全部做完',
          en: 'May use completed_instances, active_instances, instances. Empty: all of them',
        })}
        expects="boolean"
        {...counted}
      />
      <ExpressionInput
        label={t({ zh: '每份的结果', en: 'Result of each' })}
        value={loop.output ?? ''}
        onChange={(output) => put({ output }, 'output')}
        {...inside}
      />
      <Named
        label={t({ zh: '结果收进变量', en: 'Gathered in the variable' })}
        value={loop.output_collection ?? ''}
        options={variables}
        onChange={(output_collection) => put({ output_collection }, 'output_collection')}
      />
    </>
  );
}

export function CompensationSection({ node }: SectionProps) {
  const t = useText();
  const { setNode } = useDesign();
  return (
    <SwitchInput
      label={t({ zh: '用于撤回别的步骤', en: 'Undoes another step' })}
      value={!!node.for_compensation}
      onChange={(value) =>
        setNode({ zh: '改撤回', en: 'Change the compensation' }, node, {
          for_compensation: value || undefined,
        } as Partial<FlowNode>)
      }
      help={t({
        zh: '不在正常的路上；由步骤边上的“补偿”事件运行',
        en: 'Off the normal way: run by the compensation event on the border of a step',
      })}
    />
  );
}

export function InterruptingSection({ node }: SectionProps) {
  const t = useText();
  const { flow, setNode } = useDesign();
  const inner = nodeOf(flow, node.parent)?.type === 'event_sub_process';
  if (node.type === 'start_event' && !inner) return null;
  const label: Text =
    node.type === 'start_event'
      ? { zh: '中断正在进行的', en: 'Interrupts what is going on' }
      : { zh: '中断这一步', en: 'Interrupts the step' };
  return (
    <SwitchInput
      label={t(label)}
      value={node.interrupting !== false}
      onChange={(value) =>
        setNode({ zh: '改中断', en: 'Change the interruption' }, node, {
          interrupting: value ? undefined : false,
        } as Partial<FlowNode>)
      }
      help={t({ zh: '不中断：那一步继续，另起一条路', en: 'Without: the step goes on, and another way begins' })}
    />
  );
}

export function ConditionSection({ node }: SectionProps) {
  const t = useText();
  const { flow, setNode } = useDesign();
  return (
    <ExpressionInput
      label={t({ zh: '等到', en: 'Wait until' })}
      value={node.condition ?? ''}
      onChange={(condition) =>
        setNode({ zh: '改条件', en: 'Change the condition' }, node, { condition }, `${node.id}:condition`)
      }
      about={aboutOf(flow, node)}
      entity={flow.entity}
      expects="boolean"
    />
  );
}

export function RequiredSection({ node }: SectionProps) {
  const t = useText();
  const { setNode } = useDesign();
  return (
    <NumberInput
      label={t({ zh: '到了几条就继续', en: 'Goes on after how many' })}
      value={node.required ?? null}
      onChange={(required) =>
        setNode({ zh: '改数量', en: 'Change the number' }, node, { required }, `${node.id}:required`)
      }
    />
  );
}

export function TargetSection({ node }: SectionProps) {
  const t = useText();
  const { setNode } = useDesign();
  const { steps } = useNames();
  const reachable = steps(
    (each) => each.id !== node.id && (each.parent ?? null) === (node.parent ?? null) && !each.attached_to,
  );
  return (
    <ChoiceInput
      label={t({ zh: '跳到', en: 'Goes to' })}
      value={node.target ?? ''}
      options={reachable}
      onChange={(target) => setNode({ zh: '改目标', en: 'Change the target' }, node, { target })}
    />
  );
}

export function AdHocSection({ node }: SectionProps) {
  const t = useText();
  const { flow, setNode } = useDesign();
  const { steps } = useNames();
  const adHoc: AdHoc = node.ad_hoc ?? {};
  const put = (change: Partial<AdHoc>, run?: string) => {
    const { cancel_remaining, ...rest } = { ...adHoc, ...change };
    const next = { ...shorter(rest), ...(cancel_remaining === false ? { cancel_remaining } : {}) };
    setNode({ zh: '改自由子流程', en: 'Change the ad-hoc' }, node, { ad_hoc: next }, run && `${node.id}:${run}`);
  };
  const inside = steps((each) => each.parent === node.id && !each.attached_to);
  return (
    <Stack spacing={1.5}>
      <ChoiceInput
        label={t({ zh: '顺序', en: 'Ordering' })}
        value={adHoc.ordering ?? 'parallel'}
        options={[
          { value: 'parallel', label: t({ zh: '可以同时', en: 'Several at once' }) },
          { value: 'sequential', label: t({ zh: '一次一个', en: 'One at a time' }) },
        ]}
        onChange={(ordering) => put({ ordering: ordering as 'parallel' })}
      />
      <Autocomplete
        multiple
        value={adHoc.start ?? []}
        options={inside.map(({ value }) => value)}
        getOptionLabel={(id) => inside.find(({ value }) => value === id)?.label ?? id}
        onChange={(_, start) => put({ start })}
        renderInput={(params) => <TextField {...params} label={t({ zh: '一进来就开始', en: 'Begun at once' })} />}
      />
      <ExpressionInput
        label={t({ zh: '完成条件', en: 'Complete when' })}
        value={adHoc.completion ?? ''}
        onChange={(completion) => put({ completion }, 'completion')}
        about={aboutOf(flow, node)}
        entity={flow.entity}
        expects="boolean"
        help={t({ zh: '空着：没有进行中的步骤时', en: 'Empty: when nothing in it is active' })}
      />
      <SwitchInput
        label={t({ zh: '完成时停掉其余的', en: 'Ends what is left' })}
        value={adHoc.cancel_remaining !== false}
        onChange={(cancel_remaining) => put({ cancel_remaining })}
      />
    </Stack>
  );
}
