/** The run that called this one, and those that it called. */
import { Box } from '@mui/material';
import { Link } from 'react-router-dom';
import { Panel, StatusChip } from '@/components';
import { useText } from '@/i18n';
import { INSTANCE_STATUS } from './labels';
import type { Instance, Relative } from './types';

export function Relatives({ instance }: { instance: Instance }) {
  const t = useText();
  const { parent, children = [] } = instance;
  if (!parent && children.length === 0) return null;
  return (
    <Panel flush title={t({ zh: '调用关系', en: 'Calls' })}>
      <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0, borderTop: 1, borderColor: 'divider' }}>
        {parent && <Line relative={parent} said={t({ zh: '由它调用', en: 'Called by' })} />}
        {children.map((child) => (
          <Line key={child.id} relative={child} said={t({ zh: '调用了', en: 'Called' })} />
        ))}
      </Box>
    </Panel>
  );
}

function Line({ relative, said }: { relative: Relative; said: string }) {
  const t = useText();
  const status = INSTANCE_STATUS[relative.status];
  return (
    <Box
      component="li"
      sx={{
        ...{ display: 'flex', gap: 1, alignItems: 'center', px: 2, py: 1.1 },
        ...{ borderBottom: 1, borderColor: 'divider', '&:last-child': { borderBottom: 0 } },
      }}
    >
      <Box sx={{ flex: 1, minWidth: 0 }}>
        <Box component="span" sx={{ color: 'text.secondary', mr: 1 }}>
          {said}
        </Box>
        <Link to={`/instances/${relative.id}`}>{t(relative.flow_label) || relative.flow}</Link>
      </Box>
      {status && <StatusChip color={status.color} label={t(status.label)} />}
    </Box>
  );
}
