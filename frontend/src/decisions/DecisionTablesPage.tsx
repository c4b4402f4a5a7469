/** /decision-tables — what is decided by rows of conditions instead of a chain of ifs. */
import { KindPage } from '@/build/KindPage';

export default function DecisionTablesPage() {
  return (
    <KindPage
      kind="decision_table"
      about={{
        zh: '一行是一组条件和它的结果；规则和流程用 decide("键", …) 来问。',
        en: 'A row is some conditions and what follows; rules and flows ask with decide("key", …).',
      }}
      none={{
        zh: '折扣、补偿、分派等级这类“看情况定”的事，写成表最清楚。',
        en: 'Discounts, compensation, levels: what depends on several things is clearest as a table.',
      }}
      action={{ zh: '新建决策表', en: 'New decision table' }}
    />
  );
}
