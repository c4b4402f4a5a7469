/** From one's account to who acts in one's place. */
import { Button } from '@mui/material';
import { UserRoundCog } from 'lucide-react';
import { Link } from 'react-router-dom';
import { Panel } from '@/components';
import { useText } from '@/i18n';

export function AgentsPanel() {
  const t = useText();
  return (
    <Panel title={t({ zh: '不在的时候', en: 'While away' })}>
      <Button component={Link} to="/agents" variant="outlined" startIcon={<UserRoundCog size={15} />}>
        {t({ zh: '委托同事代为处理', en: 'Appoint an agent' })}
      </Button>
    </Panel>
  );
}
