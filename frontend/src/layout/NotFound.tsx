/** An address that leads nowhere. */
import { Button } from '@mui/material';
import { Compass } from 'lucide-react';
import { Link } from 'react-router-dom';
import { EmptyState, PageHeader } from '@/components';
import { useText } from '@/i18n';

export function NotFound() {
  const t = useText();
  return (
    <>
      <PageHeader title={t({ zh: '没有找到', en: 'Not found' })} />
      <EmptyState
        icon={Compass}
        title={t({ zh: '没有这个页面', en: 'There is no such page' })}
        hint={t({
          zh: '地址可能有误，内容可能已删除，或者你没有查看它的权限。',
          en: 'The address may be wrong, the content deleted, or you may not be allowed to see it.',
        })}
        action={
          <Button component={Link} to="/" variant="contained">
            {t({ zh: '回到首页', en: 'Go to the start' })}
          </Button>
        }
      />
    </>
  );
}
