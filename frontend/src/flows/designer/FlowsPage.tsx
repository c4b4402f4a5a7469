/** /flows — what happens one step after the other, drawn. */
import { KindPage } from '@/build/KindPage';
import { BpmnImport } from '../BpmnImport';

export default function FlowsPage() {
  return (
    <KindPage
      kind="flow"
      about={{
        zh: '谁在什么时候做什么：画成图，边画边查。',
        en: 'Who does what and when: drawn, and checked while it is drawn.',
      }}
      none={{
        zh: '审批、派单、回访这类分步办的事，画成流程。',
        en: 'Approvals, dispatching, follow-ups: whatever takes several steps is drawn as a flow.',
      }}
      action={{ zh: '新建流程', en: 'New flow' }}
      more={<BpmnImport />}
    />
  );
}
