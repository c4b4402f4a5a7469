/** Departments of the company. */
import { PageHeader } from '@/components';
import { useText } from '@/i18n';

export default function DepartmentsPage() {
  const t = useText();
  return <PageHeader title={t({ zh: 'Departments', en: 'Departments' })} />;
}
