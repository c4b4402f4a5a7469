/** /rules/:key — one rule: written and tried by those who build, read and operated by those who run it. */
import { useParams, useSearchParams } from 'react-router-dom';
import { useDefinition } from '@/build/api';
import { ErrorState, Loaded, PageHeader, PageSkeleton } from '@/components';
import { useText } from '@/i18n';
import { useMay, useMe } from '@/providers/me';
import { useRule, useRules } from './api';
import { RuleReading } from './RuleReading';
import { RuleWorkbench } from './RuleWorkbench';

export default function RulePage() {
  const { key = '' } = useParams();
  const me = useMe();
  const may = useMay();
  if (!me) return <PageSkeleton />;
  return may('build') ? <Written key={key} rule={key} /> : <Read key={key} rule={key} />;
}

/** Its definition with the draft, and how it runs, where it was published. */
function Written({ rule: key }: { rule: string }) {
  const t = useText();
  const [params] = useSearchParams();
  const definition = useDefinition({ kind: 'rule', key }, params.has('new'));
  const rules = useRules();
  const failure = definition.error;
  if (failure && !definition.data) {
    return (
      <>
        <PageHeader title={key} back="/rules" />
        <ErrorState error={failure} retry={() => void definition.refetch()} />
      </>
    );
  }
  if (!definition.data || (!rules.data && !rules.error)) return <PageSkeleton />;
  const rule = rules.data?.find((each) => each.key === key) ?? null;
  const begin = { starter: params.get('new'), name: params.get('name') || t({ zh: '新规则', en: 'New rule' }) };
  return <RuleWorkbench definition={definition.data} rule={rule} begin={begin} at={params.get('at')} />;
}

function Read({ rule: key }: { rule: string }) {
  return (
    <Loaded
      query={useRule(key)}
      skeleton={<PageSkeleton />}
      frame={(error) => (
        <>
          <PageHeader title={key} back="/rules" />
          {error}
        </>
      )}
    >
      {(rule) => <RuleReading rule={rule} />}
    </Loaded>
  );
}
