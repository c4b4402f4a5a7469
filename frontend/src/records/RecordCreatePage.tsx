/** Create page of an entity's records. */
import { PageHeader } from '@/components';
import { useText } from '@/i18n';
import { useEntity } from '@/metadata';

export default function RecordCreatePage({ entityKey }: { entityKey: string }) {
  const t = useText();
  const entity = useEntity(entityKey);
  return <PageHeader title={t(entity?.plural ?? entity?.label)} />;
}
