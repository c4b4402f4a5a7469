/** A node on the canvas: outline, sign, title, markers, the mark of a live token and of a problem; details on hover and focus. */
import { Box, type SxProps, Tooltip } from '@mui/material';
import { Handle, type NodeProps, Position } from '@xyflow/react';
import { CircleX, TriangleAlert } from 'lucide-react';
import { type CSSProperties, useContext, useEffect, useRef, useState } from 'react';
import { useText } from '@/i18n';
import { useTokens } from '@/theme';
import { CanvasContext } from './canvasContext';
import { useAssigned } from './describe';
import { eventSign, isThrowing } from './eventKinds';
import type { CanvasNode, Caption } from './graph';
import { SIDES, type Side } from './layout';
import { Markers, markersOf } from './Markers';
import { NodeDetails } from './NodeDetails';
import { nodeKind } from './nodeTypes';
import { Shape } from './Shape';
import { type StateColours, stateColours } from './stateColours';
import type { FlowNode } from './types';

const POSITIONS: Record<Side, Position> = {
  left: Position.Left,
  right: Position.Right,
  top: Position.Top,
  bottom: Position.Bottom,
};

const hidden: CSSProperties = {
  ...({ opacity: 0, pointerEvents: 'none', border: 0 } as const),
  ...{ width: 1, height: 1, minWidth: 1, minHeight: 1 },
};

/** Where edges end; while one draws, the ones that lead out can be taken hold of. */
function Handles({ editable }: { editable: boolean }) {
  // As small as what cannot be taken hold of, so that edges end at the outline; the grip is drawn around it.
  const grip: CSSProperties = { ...hidden, opacity: 1, pointerEvents: 'all', background: 'transparent', zIndex: 4 };
  return SIDES.flatMap((side) => [
    <Handle key={`in-${side}`} id={`in-${side}`} type="target" position={POSITIONS[side]} style={hidden} />,
    <Handle
      key={`out-${side}`}
      id={`out-${side}`}
      type="source"
      position={POSITIONS[side]}
      className="weft-grip"
      style={editable ? grip : hidden}
    />,
  ]);
}

export function CanvasNodeView({ id, data, width, height, selected }: NodeProps<CanvasNode>) {
  const { node, caption, state, tokens: waiting, history } = data;
  const tokens = useTokens();
  const { flow, editable, wrong, trace } = useContext(CanvasContext);
  const kind = nodeKind(node.type);
  const colours = stateColours(tokens, state);
  const size = { width: width ?? 0, height: height ?? 0 };
  const [open, setOpen] = useState(false);
  const frame = useFocusOfFrame(setOpen);
  const problem = wrong.get(id);
  const line = trace.has(id) ? { ...colours, line: tokens.tones.orange.solid, width: 2.5 } : colours;
  const shown = problem === 'error' ? { ...line, line: tokens.tones.red.solid, width: 2 } : line;
  return (
    <Tooltip
      open={open && !editable}
      onOpen={() => setOpen(true)}
      onClose={() => setOpen(false)}
      enterDelay={200}
      title={flow ? <NodeDetails flow={flow} node={node} state={state} tokens={waiting} history={history} /> : ''}
    >
      <Box
        ref={frame}
        data-node-type={node.type}
        data-node-id={id}
        data-state={state}
        data-trace={trace.has(id) || undefined}
        sx={{ position: 'relative', ...size }}
      >
        {(state === 'live' || state === 'incident') && <Pulse colour={colours.line} shape={kind.shape} />}
        {selected && <Chosen colour={tokens.accent} round={kind.shape !== 'box' && kind.shape !== 'frame'} />}
        <Shape shape={kind.shape} colours={shown} node={node} {...size} />
        <Content node={node} colours={colours} caption={caption} narrow={size.width < NARROW} />
        <Markers node={node} colour={colours.sign} />
        {waiting.length > 0 && <Count count={waiting.length} colour={colours.line} />}
        {problem && <Wrong severity={problem} />}
        <Handles editable={editable} />
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

/** Boxes of imported drawings are smaller than ours; their titles are then set smaller, too. */
const NARROW = 130;

interface ContentProps {
  node: FlowNode;
  colours: StateColours;
  caption: Caption;
  narrow: boolean;
}

function Content(props: ContentProps) {
  const { shape } = nodeKind(props.node.type);
  if (shape === 'box') return <Inside {...props} />;
  return shape === 'frame' ? <Head {...props} /> : <Around {...props} />;
}

/** Sending is filled, receiving is not. */
const filled = (node: FlowNode, colour: string) => (isThrowing(node) ? { fill: colour } : {});

/** A task's sign, title and who it is for. */
function Inside({ node, colours, narrow }: ContentProps) {
  const t = useText();
  const { flow } = useContext(CanvasContext);
  const { muted, text } = useTokens();
  const assigned = useAssigned(flow ?? undefined)(node);
  const kind = nodeKind(node.type);
  const Sign = kind.sign;
  const room = markersOf(node).length > 0 ? 1.5 : 0;
  return (
    <Box
      sx={{
        position: 'absolute',
        inset: 0,
        px: narrow ? 0.75 : 1.25,
        pb: room,
        display: 'grid',
        alignContent: 'center',
        gap: '1px',
      }}
    >
      <Box sx={{ display: 'flex', gap: 0.75, alignItems: 'center', minWidth: 0 }} aria-hidden>
        {Sign && (
          <Sign
            size={14}
            color={colours.sign}
            strokeWidth={2}
            style={{ flex: 'none', ...(node.type === 'send_task' ? filled(node, colours.sign) : {}) }}
          />
        )}
        <Box
          sx={{
            ...{ fontSize: narrow ? 12 : 14, fontWeight: 600, lineHeight: 1.25, color: text },
            ...clamp(narrow ? 3 : room ? 1 : 2),
          }}
        >
          {t(node.title) || t(kind.label)}
        </Box>
      </Box>
      {assigned && !narrow && (
        <Box sx={{ fontSize: 12, color: muted, pl: '20px', ...clamp(1) }} aria-hidden>
          {assigned}
        </Box>
      )}
    </Box>
  );
}

/** The title of a frame, above what is in it. */
function Head({ node, colours }: ContentProps) {
  const t = useText();
  const { text } = useTokens();
  const { icon: Icon, label } = nodeKind(node.type);
  return (
    <Box
      aria-hidden
      sx={{ position: 'absolute', left: 12, right: 12, top: 8, display: 'flex', gap: 0.75, alignItems: 'center' }}
    >
      <Icon size={13} color={colours.sign} style={{ flex: 'none' }} />
      <Box sx={{ fontSize: 13, fontWeight: 600, lineHeight: 1.25, color: text, ...clamp(1) }}>
        {t(node.title) || t(label)}
      </Box>
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

const CAPTIONS: Record<Caption, SxProps> = {
  below: { top: '100%', left: '50%', transform: 'translateX(-50%)', mt: '3px', width: 112, textAlign: 'center' },
  over: { bottom: '100%', left: '50%', transform: 'translateX(-50%)', mb: '3px', width: 112, textAlign: 'center' },
  corner: { left: '100%', ml: '3px', width: 130, bottom: '56%' },
  above: { ...aside, bottom: '56%' },
  beside: { ...aside, top: '56%' },
};

/** An event's or gateway's sign inside, its title outside. */
function Around({ node, colours, caption }: ContentProps) {
  const t = useText();
  const { muted } = useTokens();
  const { sign, shape } = nodeKind(node.type);
  const Sign = sign ?? eventSign(node);
  const size = node.type === 'boundary_event' ? 14 : shape === 'ring' ? 16 : 18;
  return (
    <>
      {node.type === 'event_based_gateway' && <Rings colour={colours.line} />}
      <Box sx={{ position: 'absolute', inset: 0, display: 'grid', placeItems: 'center' }} aria-hidden>
        {Sign && (
          <Sign
            size={node.type === 'event_based_gateway' ? 13 : size}
            color={colours.sign}
            strokeWidth={2.25}
            style={filled(node, colours.sign)}
          />
        )}
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

function Rings({ colour }: { colour: string }) {
  return (
    <svg
      width="50"
      height="50"
      aria-hidden="true"
      fill="none"
      stroke={colour}
      style={{ position: 'absolute', inset: 0 }}
    >
      <circle cx="25" cy="25" r="13" />
      <circle cx="25" cy="25" r="10.5" />
    </svg>
  );
}

function Pulse({ colour, shape }: { colour: string; shape: string }) {
  const round = shape !== 'box' && shape !== 'frame';
  return (
    <Box
      aria-hidden
      sx={{
        position: 'absolute',
        inset: -5,
        borderRadius: round ? '50%' : '13px',
        border: `2px solid ${colour}`,
        pointerEvents: 'none',
        animation: 'weft-live 1.8s ease-out infinite',
        '@media (prefers-reduced-motion: reduce)': { animation: 'none', opacity: 0.5 },
        '@keyframes weft-live': {
          '0%': { opacity: 0.7, transform: shape === 'frame' ? 'none' : 'scale(0.97)' },
          '100%': { opacity: 0, transform: shape === 'frame' ? 'none' : 'scale(1.06)' },
        },
      }}
    />
  );
}

function Chosen({ colour, round }: { colour: string; round: boolean }) {
  return (
    <Box
      aria-hidden
      sx={{
        ...{ position: 'absolute', inset: -4, pointerEvents: 'none' },
        ...{ borderRadius: round ? '50%' : '13px', outline: `2px solid ${colour}` },
      }}
    />
  );
}

const badge = {
  ...{ position: 'absolute', zIndex: 5, display: 'grid', placeItems: 'center', pointerEvents: 'none' },
  ...{ minWidth: 18, height: 18, borderRadius: '9px', fontSize: 11.5, fontWeight: 700 },
} as const;

/** How many tokens are here; one is told by the colour and the pulse already. */
function Count({ count, colour }: { count: number; colour: string }) {
  const { surface } = useTokens();
  if (count < 2) return null;
  return (
    <Box aria-hidden sx={{ ...badge, left: -8, top: -8, px: '4px', bgcolor: colour, color: surface }}>
      {count}
    </Box>
  );
}

function Wrong({ severity }: { severity: 'error' | 'warning' }) {
  const { tones, surface } = useTokens();
  const colour = severity === 'error' ? tones.red.solid : tones.orange.solid;
  const Icon = severity === 'error' ? CircleX : TriangleAlert;
  return (
    <Box data-problem={severity} aria-hidden sx={{ ...badge, right: -9, top: -9, bgcolor: surface, color: colour }}>
      <Icon size={18} strokeWidth={2.4} />
    </Box>
  );
}
