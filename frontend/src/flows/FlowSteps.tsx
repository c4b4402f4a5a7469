/** The same flow as a list: for the keyboard, for screen readers and for phones. */
import { Box, Stack, Typography } from '@mui/material';
import { StatusChip, Time } from '@/components';
import { useText } from '@/i18n';
import { useTokens } from '@/theme';
import { useAssigned } from './describe';
import { eventSign } from './eventKinds';
import { depths, inOrder } from './layout';
import { nodeKind } from './nodeTypes';
import { NO_PROGRESS, type Progress } from './progress';
import { STATE_LABELS, STATE_TONES, stateColours } from './stateColours';
import type { Flow, FlowNode } from './types';

export function FlowSteps({ flow, progress = NO_PROGRESS }: { flow: Flow; progress?: Progress }) {
  const t = useText();
  const depth = depths(flow);
  return (
    <Stack
      component="ol"
      aria-label={t({ zh: '流程步骤', en: 'Steps of the flow' })}
      sx={{ listStyle: 'none', m: 0, p: 0 }}
    >
      {inOrder(flow)
        .filter(isTold)
        .map((node) => (
          <Step key={node.id} node={node} depth={depth.get(node.id) ?? 0} flow={flow} progress={progress} />
        ))}
    </Stack>
  );
}

/** Gateways without a name only join and part lines; in a list they say nothing. */
const isTold = (node: FlowNode) => !node.type.endsWith('gateway') || !!(node.title.zh || node.title.en);

interface StepProps {
  node: FlowNode;
  /** How deep in sub-processes. */
  depth: number;
  flow: Flow;
  progress: Progress;
}

function Step({ node, depth, flow, progress }: StepProps) {
  const t = useText();
  const tokens = useTokens();
  const state = progress.node(node.id);
  const colours = stateColours(tokens, state);
  const kind = nodeKind(node.type);
  const assigned = useAssigned(flow)(node);
  const last = progress.history(node.id).at(-1);
  const Icon = eventSign(node) ?? kind.icon;
  return (
    <Box
      component="li"
      sx={{
        display: 'grid',
        gridTemplateColumns: '28px 1fr auto',
        gap: 1,
        alignItems: 'center',
        ...{ pl: 2 + 2.5 * depth, pr: 2, py: 1 },
        borderBottom: 1,
        borderColor: 'divider',
        '&:last-child': { borderBottom: 0 },
      }}
    >
      <Box
        aria-hidden
        sx={{
          width: 26,
          height: 26,
          borderRadius: kind.shape === 'box' || kind.shape === 'frame' ? '7px' : '50%',
          border: `${colours.width}px solid ${colours.line}`,
          bgcolor: colours.fill,
          color: colours.sign,
          display: 'grid',
          placeItems: 'center',
        }}
      >
        <Icon size={14} />
      </Box>
      <Box sx={{ minWidth: 0 }}>
        <Typography
          sx={{ fontWeight: state === 'ahead' ? 450 : 600, color: state === 'ahead' ? 'text.secondary' : undefined }}
        >
          {t(node.title) || t(kind.label)}
        </Typography>
        <Typography variant="caption" component="div" sx={{ color: 'text.secondary' }}>
          {t(kind.label)}
          {assigned ? ` · ${assigned}` : ''}
          {last && (
            <>
              {' · '}
              <Time value={last.at} />
            </>
          )}
        </Typography>
      </Box>
      {state !== 'ahead' && (
        <StatusChip label={t(STATE_LABELS[state])} color={STATE_TONES[state]} dot={state === 'live'} />
      )}
    </Box>
  );
}
