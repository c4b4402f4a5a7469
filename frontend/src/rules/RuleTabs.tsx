/** The tabs below a rule's text; which one is open stands in the address. */
import { Tab, Tabs } from '@mui/material';
import { type ReactNode, useId } from 'react';
import { Panel, useFilter } from '@/components';
import { type Text, useText } from '@/i18n';
import { FiringList } from '@/operate/FiringList';
import type { RuleItem } from './api';
import { IncidentList } from './IncidentList';
import { PendingList } from './PendingList';

export interface RuleTab {
  key: string;
  label: Text;
  count?: number;
  render: () => ReactNode;
}

export function RuleTabs({ tabs }: { tabs: RuleTab[] }) {
  const t = useText();
  const id = useId();
  const [filter, change] = useFilter('tab');
  const open = tabs.find(({ key }) => key === filter.tab) ?? tabs[0];
  if (!open) return null;
  return (
    <Panel flush>
      <Tabs
        value={open.key}
        onChange={(_, key: string) => change('tab', key)}
        aria-label={t({ zh: '规则的各个方面', en: 'Aspects of the rule' })}
        variant="scrollable"
        scrollButtons={false}
        sx={{ borderBottom: 1, borderColor: 'divider', px: 1 }}
      >
        {tabs.map(({ key, label, count }) => (
          <Tab
            key={key}
            value={key}
            id={`${id}-${key}`}
            aria-controls={`${id}-panel`}
            label={`${t(label)} ${count || ''}`}
          />
        ))}
      </Tabs>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${open.key}`}>
        {open.render()}
      </div>
    </Panel>
  );
}

/** What there is to see of a rule that runs. */
export function runningTabs({ key, incidents, pending }: RuleItem): RuleTab[] {
  return [
    {
      key: 'firings',
      label: { zh: '触发记录', en: 'Firings' },
      render: () => <FiringList filter={{ rule: key }} />,
    },
    {
      key: 'pending',
      label: { zh: '待执行', en: 'Pending' },
      count: pending,
      render: () => <PendingList rule={key} />,
    },
    {
      key: 'incidents',
      label: { zh: '问题', en: 'Incidents' },
      count: incidents,
      render: () => <IncidentList status="open" rule={key} />,
    },
  ];
}
