/** /flows/:key — one flow. */
import { KindDefinition } from '@/build/KindDefinition';
import { FlowEditor } from './FlowEditor';

export default function FlowPage() {
  return (
    <KindDefinition kind="flow">{(definition, at) => <FlowEditor definition={definition} at={at} />}</KindDefinition>
  );
}
