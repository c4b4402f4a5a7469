/** A node on the canvas: outline, sign, title, and the mark of a live token; details on hover and focus. */
import { Box, type SxProps, Tooltip } from '@mui/material';
import { Handle, type NodeProps, Position } from '@xyflow/react';
import { createContext, useContext, useEffect, useRef, useState } from 'react';
import { useText } from '@/i18n';
import { useTokens } from '@/theme';
import { useAssigned } from './describe';
import { type CanvasNode, type CanvasNodeData, SIDES, type Side } from './graph';
import { SIZES } from './layout';
import { NodeDetails } from './NodeDetails';
import { nodeKind } from './nodeTypes';
import { Shape } from './Shape';
import { type StateColours, stateColours } from './stateColours';
import type { Flow, FlowNode } from './types';

export const FlowContext = createContext<Flow | null>(null);

const POSITIONS: Record<Side, Position> = {
  left: Position.Left,
  right: Position.Right,
  top: Position.Top,
  bottom: Position.Bottom,
};

const hidden = {
  opacity: 0,
  pointerEvents: 'none',
  width: 1,
  height: 1,
  minWidth: 1,
  minHeight: 1,
  border: 0,
} as const;

function Handles() {
  return SIDES.flatMap((side) => [
    <Handle key={`in-${side}`} id={`in-${side}`} type="target" position={POSITIONS[side]} style={hidden} />,
    <Handle key={`out-${side}`} id={`out-${side}`} type="source" position={POSITIONS[side]} style={hidden} />,
  ]);
}

export function CanvasNodeView({ data }: NodeProps<CanvasNode>) {
  const { node, caption, state, since, history } = data;
  const tokens = useTokens();
  const flow = useContext(FlowContext);
  const kind = nodeKind(node.type);
  const colours = stateColours(tokens, state);
  const size = SIZES[node.type] ?? SIZES.service_task;
  const [open, setOpen] = useState(false);
  const frame = useFocusOfFrame(setOpen);
  return (
    <Tooltip
      open={open}
      onOpen={() => setOpen(true)}
      onClose={() => setOpen(false)}
      enterDelay={200}
      title={flow ? <NodeDetails flow={flow} node={node} state={state} since={since} history={history} /> : ''}
    >
      <Box ref={frame} data-node-type={node.type} data-state={state} sx={{ position: 'relative', ...size }}>
        {state === 'live' && <Pulse colour={colours.line} round={kind.shape !== 'box'} />}
        <Shape shape={kind.shape} colours={colours} node={node} {...size} />
        {kind.shape === 'box' ? (
          <Inside node={node} colours={colours} />
        ) : (
          <Around node={node} colours={colours} caption={caption} />
        )}
        <Handles />
      </Box>
    </Tooltip>
  );
}

/** The canvas gives the keyboard's focus to the frame it puts around a node: the details open with it. */
function useFocusOfFrame(onFocus: (focused: boolean) => void) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const frame = box.current?.closest('.react-flow__node');
    if (!frame) return;
    const enter = () => onFocus(frame.matches(':focus-visible'));
    const leave = () => onFocus(false);
    frame.addEventListener('focus', enter);
    frame.addEventListener('blur', leave);
    return () => {
      frame.removeEventListener('focus', enter);
      frame.removeEventListener('blur', leave);
    };
  }, [onFocus]);
  return box;
}

/** A task's sign, title and who it is for. */
function Inside({ node, colours }: { node: FlowNode; colours: StateColours }) {
  const t = useText();
  const flow = useContext(FlowContext);
  const { muted, text } = useTokens();
  const assigned = useAssigned(flow ?? undefined)(node);
  const Sign = nodeKind(node.type).sign;
  return (
    <Box sx={{ position: 'absolute', inset: 0, px: 1.25, display: 'grid', alignContent: 'center', gap: '1px' }}>
      <Box sx={{ display: 'flex', gap: 0.75, alignItems: 'center', minWidth: 0 }} aria-hidden>
        {Sign && <Sign size={14} color={colours.sign} strokeWidth={2} style={{ flex: 'none' }} />}
        <Box sx={{ fontSize: 14, fontWeight: 600, lineHeight: 1.25, color: text, ...clamp(2) }}>{t(node.title)}</Box>
      </Box>
      {assigned && (
        <Box sx={{ fontSize: 12, color: muted, pl: '20px', ...clamp(1) }} aria-hidden>
          {assigned}
        </Box>
      )}
    </Box>
  );
}

const clamp = (lines: number) => ({
  display: '-webkit-box',
  WebkitLineClamp: lines,
  WebkitBoxOrient: 'vertical',
  overflow: 'hidden',
});

const aside = { right: '100%', mr: '5px', width: 130, textAlign: 'right' } as const;

const CAPTIONS: Record<CanvasNodeData['caption'], SxProps> = {
  below: { top: '100%', left: '50%', transform: 'translateX(-50%)', mt: '3px', width: 112, textAlign: 'center' },
  over: { bottom: '100%', left: '50%', transform: 'translateX(-50%)', mb: '3px', width: 112, textAlign: 'center' },
  corner: { left: '100%', ml: '3px', width: 130, bottom: '56%' },
  above: { ...aside, bottom: '56%' },
  beside: { ...aside, top: '56%' },
};

interface AroundProps {
  node: FlowNode;
  colours: StateColours;
  caption: CanvasNodeData['caption'];
}

/** An event's or gateway's sign inside, its title outside. */
function Around({ node, colours, caption }: AroundProps) {
  const t = useText();
  const { muted } = useTokens();
  const Sign = nodeKind(node.type).sign;
  return (
    <>
      <Box sx={{ position: 'absolute', inset: 0, display: 'grid', placeItems: 'center' }} aria-hidden>
        {Sign && <Sign size={node.type === 'boundary_timer' ? 14 : 18} color={colours.sign} strokeWidth={2.25} />}
      </Box>
      <Box
        aria-hidden
        sx={{
          position: 'absolute',
          ...CAPTIONS[caption],
          fontSize: 12,
          lineHeight: 1.3,
          color: muted,
          pointerEvents: 'none',
        }}
      >
        {t(node.title)}
      </Box>
    </>
  );
}

function Pulse({ colour, round }: { colour: string; round: boolean }) {
  return (
    <Box
      aria-hidden
      sx={{
        position: 'absolute',
        inset: -5,
        borderRadius: round ? '50%' : '13px',
        border: `2px solid ${colour}`,
        animation: 'weft-live 1.8s ease-out infinite',
        '@keyframes weft-live': {
          '0%': { opacity: 0.7, transform: 'scale(0.97)' },
          '100%': { opacity: 0, transform: 'scale(1.06)' },
        },
      }}
    />
  );
}
