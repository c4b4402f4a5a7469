/** /rules — every rule with what came of it; what went wrong, what is pending, and what is sent for which purpose. */
import { Button, Stack, Tab, Tabs } from '@mui/material';
import { ListChecks, Plus, SearchX } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Navigate } from 'react-router-dom';
import { type DefinitionEntry, useDefinitions } from '@/build/api';
import { Choice, EmptyState, Loaded, PageHeader, Panel, SearchField, useFilter } from '@/components';
import { type Text, useText } from '@/i18n';
import { useMay } from '@/providers/me';
import { type IncidentStatus, type RuleItem, rulePath, useRules } from './api';
import { IncidentList } from './IncidentList';
import { RULE_STATES, type RuleStateKey, stateOf, TRIGGERS } from './labels';
import { NewRuleDialog } from './NewRuleDialog';
import { PendingList } from './PendingList';
import { PurposeList } from './PurposeList';
import { type RuleRow, RuleTable } from './RuleTable';

type TabKey = 'rules' | 'incidents' | 'pending' | 'purposes';

const TABS: Record<TabKey, { label: Text; count?: (rules: RuleItem[]) => number }> = {
  rules: { label: { zh: '规则', en: 'Rules' } },
  incidents: { label: { zh: '问题', en: 'Incidents' }, count: (rules) => sum(rules, 'incidents') },
  pending: { label: { zh: '待执行', en: 'Pending' }, count: (rules) => sum(rules, 'pending') },
  purposes: { label: { zh: '用途', en: 'Purposes' } },
};

const sum = (rules: RuleItem[], what: 'incidents' | 'pending') => rules.reduce((all, rule) => all + rule[what], 0);
const isTab = (key: string): key is TabKey => key in TABS;

export default function RulesPage() {
  const t = useText();
  const may = useMay();
  const [filter, change] = useFilter('tab', 'rule');
  const query = useRules();
  const tab = isTab(filter.tab) && may('operate') ? filter.tab : 'rules';
  // An address of before the rules had pages of their own.
  if (filter.rule) return <Navigate to={rulePath(filter.rule)} replace />;
  const views: Record<TabKey, () => ReactNode> = {
    rules: () => <AllRules query={query} />,
    incidents: () => <Incidents />,
    pending: () => (
      <Panel flush>
        <PendingList />
      </Panel>
    ),
    purposes: () => (
      <Panel flush>
        <PurposeList />
      </Panel>
    ),
  };
  return (
    <>
      <PageHeader
        title={t({ zh: '规则', en: 'Rules' })}
        subtitle={t({
          zh: '每个新事件都按这些规则判断；触发时留下当时看到的值。',
          en: 'Every new event is judged by these rules; a firing keeps the values it saw.',
        })}
        actions={may('build') && <NewRule />}
      >
        {may('operate') && (
          <Tabs
            value={tab}
            onChange={(_, next: TabKey) => change('tab', next === 'rules' ? '' : next)}
            aria-label={t({ zh: '规则的各个方面', en: 'Aspects of the rules' })}
            variant="scrollable"
            scrollButtons={false}
          >
            {Object.entries(TABS).map(([key, { label, count }]) => (
              <Tab key={key} value={key} label={`${t(label)} ${(query.data && count?.(query.data)) || ''}`} />
            ))}
          </Tabs>
        )}
      </PageHeader>
      {views[tab]()}
    </>
  );
}

function NewRule() {
  const t = useText();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="contained" startIcon={<Plus size={15} />} onClick={() => setOpen(true)}>
        {t({ zh: '新建规则', en: 'New rule' })}
      </Button>
      {open && <NewRuleDialog onClose={() => setOpen(false)} />}
    </>
  );
}

function Incidents() {
  const t = useText();
  const [{ resolved }, change] = useFilter('resolved');
  const status: IncidentStatus = resolved ? 'resolved' : 'open';
  return (
    <Panel
      flush
      title={t(
        resolved ? { zh: '已解决的问题', en: 'Resolved incidents' } : { zh: '未解决的问题', en: 'Open incidents' },
      )}
      actions={
        <Button onClick={() => change('resolved', resolved ? '' : '1')}>
          {t(resolved ? { zh: '看未解决的', en: 'Show open ones' } : { zh: '看已解决的', en: 'Show resolved ones' })}
        </Button>
      }
    >
      <IncidentList key={status} status={status} />
    </Panel>
  );
}

function AllRules({ query }: { query: ReturnType<typeof useRules> }) {
  const t = useText();
  const may = useMay();
  const drafts = useDefinitions(may('build'));
  const [filter, change] = useFilter('search', 'state', 'trigger');
  const rows = rowsOf(query.data ?? [], drafts.data ?? []);
  const shown = rows.filter((row) => matches(row, filter));
  return (
    <Stack spacing={2}>
      <Stack direction="row" sx={{ gap: 1.5, flexWrap: 'wrap' }}>
        <SearchField
          label={t({ zh: '搜索名称、键或文本', en: 'Search name, key or text' })}
          value={filter.search}
          onChange={(event) => change('search', event.target.value)}
          sx={{ flex: '1 1 200px', maxWidth: { sm: 320 } }}
        />
        <Choice
          label={t({ zh: '状态', en: 'State' })}
          value={filter.state}
          options={Object.entries(RULE_STATES).map(([key, { label }]) => [key, t(label)])}
          onChange={(value) => change('state', value)}
        />
        <Choice
          label={t({ zh: '触发方式', en: 'Trigger' })}
          value={filter.trigger}
          options={Object.entries(TRIGGERS).map(([key, { label }]) => [key, t(label)])}
          onChange={(value) => change('trigger', value)}
        />
      </Stack>
      <Panel flush>
        <Loaded query={query}>
          {() => (shown.length > 0 ? <RuleTable rows={shown} /> : <None filtered={rows.length > 0} />)}
        </Loaded>
      </Panel>
    </Stack>
  );
}

function None({ filtered }: { filtered: boolean }) {
  const t = useText();
  if (filtered) {
    return (
      <EmptyState
        icon={SearchX}
        title={t({ zh: '没有符合的规则', en: 'No rule matches' })}
        hint={t({ zh: '换个条件试试。', en: 'Change the filter.' })}
      />
    );
  }
  return (
    <EmptyState
      icon={ListChecks}
      title={t({ zh: '还没有规则', en: 'No rules yet' })}
      hint={t({
        zh: '新建一条规则，或安装带规则的模板。',
        en: 'Make one, or install a template that brings some.',
      })}
    />
  );
}

/** Published rules, and drafts of rules that never were. */
export function rowsOf(rules: RuleItem[], definitions: DefinitionEntry[]): RuleRow[] {
  const drafted = definitions.filter(({ kind, draft }) => kind === 'rule' && draft);
  const keys = new Set(drafted.map(({ key }) => key));
  const published = new Set(rules.map(({ key }) => key));
  return [
    ...drafted
      .filter(({ key }) => !published.has(key))
      .map(({ key, label }) => ({ key, label, draft: true, item: null })),
    ...rules.map((item) => ({ key: item.key, label: item.label, draft: keys.has(item.key), item })),
  ];
}

export function matches(
  { key, label, draft, item }: RuleRow,
  { search, state, trigger }: Record<'search' | 'state' | 'trigger', string>,
): boolean {
  const wanted = search.trim().toLowerCase();
  const said = [key, label.zh, label.en, item?.text ?? ''].some((text) => text.toLowerCase().includes(wanted));
  const states: RuleStateKey[] = [...(item ? [stateOf(item)] : []), ...(draft ? (['draft'] as const) : [])];
  return said && (!state || states.includes(state as RuleStateKey)) && (!trigger || item?.trigger?.kind === trigger);
}
