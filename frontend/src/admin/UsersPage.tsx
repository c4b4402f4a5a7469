/** Users of the company. */
import { PageHeader } from '@/components';
import { useText } from '@/i18n';

export default function UsersPage() {
  const t = useText();
  return <PageHeader title={t({ zh: 'Users', en: 'Users' })} />;
}
