/** Roles of the company. */
import { PageHeader } from '@/components';
import { useText } from '@/i18n';

export default function RolesPage() {
  const t = useText();
  return <PageHeader title={t({ zh: 'Roles', en: 'Roles' })} />;
}
