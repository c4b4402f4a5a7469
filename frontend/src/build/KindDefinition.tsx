/** The page of one definition whose kind has an editor of its own: what is served, while it is asked and when it is refused. */
import type { ReactNode } from 'react';
import { useParams, useSearchParams } from 'react-router-dom';
import { ErrorState, PageHeader, PageSkeleton } from '@/components';
import { type Definition, useDefinition } from './api';
import { type Kind, kindOf } from './kinds';

interface KindDefinitionProps {
  kind: Kind;
  /** `at`: the place that the address names. */
  children: (definition: Definition, at: string | null) => ReactNode;
}

export function KindDefinition(props: KindDefinitionProps) {
  const { key = '' } = useParams();
  return <Asked key={key} {...props} definition={key} />;
}

function Asked({ kind, definition: key, children }: KindDefinitionProps & { definition: string }) {
  const [params] = useSearchParams();
  const { data, error, refetch } = useDefinition({ kind, key }, params.has('new'));
  if (data) return children(data, params.get('at'));
  if (!error) return <PageSkeleton />;
  return (
    <>
      <PageHeader title={key} back={kindOf(kind).pages?.list ?? '/build/definitions'} />
      <ErrorState error={error} retry={() => void refetch()} />
    </>
  );
}
