/** /build/definitions/:kind/:key — one definition: its text, what is wrong with it, what publishing it would do. */
import { Blocks } from 'lucide-react';
import { useParams, useSearchParams } from 'react-router-dom';
import { EmptyState, ErrorState, PageHeader, PageSkeleton } from '@/components';
import { useText } from '@/i18n';
import { type Address, useDefinition } from './api';
import { DefinitionEditor } from './DefinitionEditor';
import { isKind } from './kinds';

export default function DefinitionPage() {
  const { kind = '', key = '' } = useParams();
  if (!isKind(kind)) return <NoSuchKind kind={kind} />;
  return <Loaded key={`${kind}/${key}`} address={{ kind, key }} />;
}

function Loaded({ address }: { address: Address }) {
  const [params] = useSearchParams();
  const { data, error, refetch } = useDefinition(address, params.has('new'));
  if (error && !data) {
    return (
      <>
        <PageHeader title={address.key} back="/build/definitions" />
        <ErrorState error={error} retry={() => void refetch()} />
      </>
    );
  }
  if (!data) return <PageSkeleton />;
  return <DefinitionEditor definition={data} at={params.get('at')} />;
}

function NoSuchKind({ kind }: { kind: string }) {
  const t = useText();
  return (
    <>
      <PageHeader title={t({ zh: '定义', en: 'Definitions' })} back="/build/definitions" />
      <EmptyState
        icon={Blocks}
        title={t({ zh: '没有“{kind}”这种定义', en: 'There is no kind of definition called “{kind}”' }, { kind })}
      />
    </>
  );
}
