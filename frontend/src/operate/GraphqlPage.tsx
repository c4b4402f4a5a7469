/** /graphql is a document of its own (GraphiQL): coming to it inside the application loads that document. */
import { useEffect } from 'react';
import { PageSkeleton } from '@/components';

export default function GraphqlPage() {
  useEffect(() => window.location.reload(), []);
  return <PageSkeleton />;
}
