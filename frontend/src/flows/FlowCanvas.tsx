/** A flow drawn as a BPMN-like graph; with an instance, its live tokens and the way it went. */
import '@xyflow/react/dist/base.css';
import { Box } from '@mui/material';
import { useTheme } from '@mui/material/styles';
import {
  Background,
  Controls,
  getNodesBounds,
  MarkerType,
  ReactFlow,
  ReactFlowProvider,
  type Viewport,
} from '@xyflow/react';
import { useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useText } from '@/i18n';
import { type Tokens, useTokens } from '@/theme';
import { CanvasEdgeView } from './CanvasEdge';
import { CanvasNodeView } from './CanvasNode';
import { CanvasContext, PLAIN } from './canvasContext';
import { type CanvasEdge, type CanvasNode, graphOf } from './graph';
import { nodeKind } from './nodeTypes';
import type { Progress } from './progress';
import { STATE_LABELS } from './stateColours';
import type { Flow } from './types';

export const nodeTypes = { flow: CanvasNodeView };
export const edgeTypes = { flow: CanvasEdgeView };
/** The library's licence travels with the sources; its link would be a stray tab stop in every drawing. */
export const HIDDEN_CREDIT = { hideAttribution: true };
const PADDING = 28;
const CAPTION = 30;
/** Smaller than this the words cannot be read: a long flow is then shown around its live steps, and dragged. */
const READABLE = 0.68;
const LARGEST = 1.1;

/** The view a flow opens with: all of it where it stays readable, else the live part of it. */
export function firstView(nodes: CanvasNode[], box: { width: number; height: number }): Viewport {
  const bounds = getNodesBounds(nodes);
  const room = { width: box.width - 2 * PADDING, height: box.height - 2 * PADDING - CAPTION };
  const whole = Math.min(room.width / bounds.width, room.height / bounds.height, LARGEST);
  const zoom = Math.max(whole, READABLE);
  const live = nodes.filter(({ data }) => data.state === 'live' || data.state === 'incident');
  const focus = getNodesBounds(live.length ? live : nodes.slice(0, 1));
  const along = (start: number, size: number, at: number, space: number) =>
    size * zoom <= space
      ? (space - size * zoom) / 2 - start * zoom
      : Math.max(space - (start + size) * zoom, Math.min(-start * zoom, space / 2 - at * zoom));
  return {
    zoom,
    x: PADDING + along(bounds.x, bounds.width, focus.x + focus.width / 2, room.width),
    y: PADDING + along(bounds.y, bounds.height, focus.y + focus.height / 2, room.height),
  };
}

export interface FlowCanvasProps {
  flow: Flow;
  progress?: Progress;
  /** Pixels; without it as high as the drawing needs. */
  height?: number | string;
}

/** Arrow heads have the colour of their line. */
export function coloured(edges: CanvasEdge[], tokens: Tokens): CanvasEdge[] {
  return edges.map((edge) => ({
    ...edge,
    markerEnd: {
      type: MarkerType.ArrowClosed,
      width: 16,
      height: 16,
      color: edge.data?.taken ? tokens.tones.green.solid : tokens.lineStrong,
    },
  }));
}

function naturalHeight(nodes: CanvasNode[], width: number): number {
  const bounds = getNodesBounds(nodes);
  const zoom = Math.min(Math.max((width - 2 * PADDING) / bounds.width, READABLE), LARGEST);
  return Math.min(Math.max(bounds.height * zoom + 2 * PADDING + CAPTION, 220), 560);
}

/** What screen readers are told: each node by name, kind and state; the buttons in the reader's language. */
export function useSpoken() {
  const t = useText();
  return useMemo(
    () => ({
      node: ({ data: { node, state } }: CanvasNode) => {
        const kind = t(nodeKind(node.type).label);
        return [t(node.title) || kind, kind, t(STATE_LABELS[state])].join(', ');
      },
      canvas: {
        'node.a11yDescription.default': '',
        'node.a11yDescription.keyboardDisabled': '',
        'edge.a11yDescription.default': '',
        'controls.ariaLabel': t({ zh: '缩放', en: 'Zoom' }),
        'controls.zoomIn.ariaLabel': t({ zh: '放大', en: 'Zoom in' }),
        'controls.zoomOut.ariaLabel': t({ zh: '缩小', en: 'Zoom out' }),
        'controls.fitView.ariaLabel': t({ zh: '看全图', en: 'Show all of it' }),
      },
    }),
    [t],
  );
}

/** The buttons for the size of the drawing, in the product's own look. */
export const controlsLook = (tokens: Tokens) => ({
  '& .react-flow__controls': { border: `1px solid ${tokens.line}`, borderRadius: '7px', overflow: 'hidden' },
  '& .react-flow__controls-button': {
    width: 28,
    height: 28,
    background: tokens.surface,
    borderColor: tokens.line,
    borderWidth: '0 0 1px',
    color: tokens.muted,
    cursor: 'pointer',
    display: 'grid',
    placeItems: 'center',
    '& svg': { width: 12, height: 12, fill: 'currentColor' },
  },
});

export function FlowCanvas({ flow, progress, height }: FlowCanvasProps) {
  const { nodes, edges } = useMemo(() => graphOf(flow, progress), [flow, progress]);
  const spoken = useSpoken();
  const named = useMemo(() => nodes.map((node) => ({ ...node, ariaLabel: spoken.node(node) })), [nodes, spoken]);
  const mode = useTheme().palette.mode;
  const t = useText();
  const tokens = useTokens();
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState<{ viewport: Viewport; height: number } | null>(null);
  useLayoutEffect(() => {
    const width = box.current?.clientWidth ?? 0;
    const tall = height === undefined ? naturalHeight(nodes, width) : (box.current?.clientHeight ?? 0);
    setView((before) => before ?? { viewport: firstView(nodes, { width, height: tall }), height: tall });
  }, [nodes, height]);
  return (
    <Box
      ref={box}
      role="region"
      aria-label={t({ zh: '流程图：{name}', en: 'Drawing of the flow: {name}' }, { name: t(flow.label) })}
      sx={{
        height: height ?? view?.height ?? 320,
        '& .react-flow__node': { cursor: 'default', pointerEvents: 'all !important', borderRadius: '9px' },
        ...controlsLook(tokens),
      }}
    >
      <CanvasContext.Provider value={useMemo(() => ({ ...PLAIN, flow }), [flow])}>
        <ReactFlowProvider>
          {view && (
            <ReactFlow
              nodes={named}
              ariaLabelConfig={spoken.canvas}
              proOptions={HIDDEN_CREDIT}
              edges={coloured(edges, tokens)}
              nodeTypes={nodeTypes}
              edgeTypes={edgeTypes}
              colorMode={mode}
              defaultViewport={view.viewport}
              minZoom={0.2}
              maxZoom={2}
              nodesDraggable={false}
              nodesConnectable={false}
              edgesFocusable={false}
              elementsSelectable={false}
              elevateNodesOnSelect={false}
              zIndexMode="manual"
              zoomOnScroll={false}
              preventScrolling={false}
              style={{ background: 'transparent' }}
            >
              <Background gap={20} size={1} color={tokens.line} bgColor="transparent" />
              <Controls showInteractive={false} />
            </ReactFlow>
          )}
        </ReactFlowProvider>
      </CanvasContext.Provider>
    </Box>
  );
}
