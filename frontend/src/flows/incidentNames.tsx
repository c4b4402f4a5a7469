/** An incident as it is told: at which step, what went wrong, and what can be done. */
import { Box } from '@mui/material';
import type { ReactNode } from 'react';
import { useText } from '@/i18n';
import { incidentMending, incidentText } from './historyText';
import { nodeKind } from './nodeTypes';
import type { Flow, Incident } from './types';

export function useIncidentNames(flow: Flow): (incident: Incident) => ReactNode {
  const t = useText();
  return (incident) => {
    const node = flow.nodes.find(({ id }) => id === incident.node_id);
    const mending = incidentMending(incident);
    return (
      <>
        {node && <strong>{t(node.title) || t(nodeKind(node.type).label)} · </strong>}
        {t(incidentText(incident))}
        {mending && (
          <Box component="span" sx={{ display: 'block', color: 'text.secondary' }}>
            {t(mending)}
          </Box>
        )}
      </>
    );
  };
}
