/** /decision-tables/:key — one decision table. */
import { KindDefinition } from '@/build/KindDefinition';
import { DecisionTableEditor } from './DecisionTableEditor';

export default function DecisionTablePage() {
  return (
    <KindDefinition kind="decision_table">
      {(definition, at) => <DecisionTableEditor definition={definition} at={at} />}
    </KindDefinition>
  );
}
