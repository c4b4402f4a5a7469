/** The drawing while it is drawn: nodes are dragged, put into frames and onto borders, connected and removed; all by keyboard too. */
import '@xyflow/react/dist/base.css';
import { Box } from '@mui/material';
import { useTheme } from '@mui/material/styles';
import {
  applyNodeChanges,
  Background,
  type Connection,
  Controls,
  type NodeChange,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
} from '@xyflow/react';
import { type DragEvent, type KeyboardEvent, type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import { useText } from '@/i18n';
import { type Tokens, useTokens } from '@/theme';
import { CanvasContext, type CanvasSurroundings } from '../canvasContext';
import { coloured, controlsLook, edgeTypes, firstView, HIDDEN_CREDIT, nodeTypes, useSpoken } from '../FlowCanvas';
import { type CanvasEdge, type CanvasNode, carried, graphOf } from '../graph';
import type { Point } from '../layout';
import type { NodeType } from '../types';
import { useDesign } from './design';
import { canConnect, connected, moved } from './flowDocument';

export const DRAGGED = 'application/x-weft-node';

interface DesignerCanvasProps {
  surroundings: CanvasSurroundings;
  /** The node that shall be seen. */
  shown: { id: string } | null;
}

export function DesignerCanvas(props: DesignerCanvasProps) {
  return (
    <CanvasContext.Provider value={props.surroundings}>
      <ReactFlowProvider>
        <Board {...props} />
      </ReactFlowProvider>
    </CanvasContext.Provider>
  );
}

const centreOf = ({ position, width = 0, height = 0 }: CanvasNode): Point => ({
  x: position.x + width / 2,
  y: position.y + height / 2,
});

/** While something is dragged the canvas moves its own copy; the flow is changed once, when it is let go. */
function useBoard() {
  const { flow, chosen, choose, change, readOnly } = useDesign();
  const drawn = useMemo(() => graphOf(flow), [flow]);
  const [nodes, setNodes] = useState<CanvasNode[]>(drawn.nodes);
  useEffect(() => setNodes(drawn.nodes), [drawn]);
  const selected = chosen?.kind === 'node' ? chosen.id : null;
  const onNodesChange = (changes: NodeChange<CanvasNode>[]) => {
    const after = carryAlong(nodes, applyNodeChanges(changes, nodes), changes, (id) => carried(flow, id));
    setNodes(after);
    for (const each of changes) if (each.type === 'select' && each.selected) choose({ kind: 'node', id: each.id });
    const let_go = changes.some((each) => each.type === 'position' && each.dragging === false);
    if (!let_go || readOnly) return;
    const before = new Map(drawn.nodes.map((node) => [node.id, centreOf(node)]));
    const centres = new Map(
      after.flatMap((node) => {
        const [from, to] = [before.get(node.id), centreOf(node)];
        return from && Math.hypot(from.x - to.x, from.y - to.y) > 1 ? [[node.id, to] as const] : [];
      }),
    );
    if (centres.size > 0) change({ zh: '移动', en: 'Move' }, moved(flow, centres), 'move');
  };
  const shown = nodes.map((node) =>
    node.id === selected ? { ...node, selected: true } : { ...node, selected: false },
  );
  return { nodes: shown, edges: drawn.edges, onNodesChange };
}

/** What is inside a frame and on a border goes where that goes. */
function carryAlong(
  before: CanvasNode[],
  after: CanvasNode[],
  changes: NodeChange<CanvasNode>[],
  along: (id: string) => Set<string>,
): CanvasNode[] {
  const was = new Map(before.map((node) => [node.id, node.position]));
  const moves = new Set(changes.flatMap((each) => (each.type === 'position' && each.position ? [each.id] : [])));
  const shift = new Map<string, Point>();
  for (const node of after) {
    const from = was.get(node.id);
    if (!moves.has(node.id) || !from) continue;
    const by = { x: node.position.x - from.x, y: node.position.y - from.y };
    if (by.x || by.y) for (const id of along(node.id)) if (!moves.has(id)) shift.set(id, by);
  }
  if (shift.size === 0) return after;
  return after.map((node) => {
    const by = shift.get(node.id);
    return by ? { ...node, position: { x: node.position.x + by.x, y: node.position.y + by.y } } : node;
  });
}

const styled = (tokens: Tokens) => ({
  height: '100%',
  outline: 'none',
  ...controlsLook(tokens),
  '& .react-flow__node': { pointerEvents: 'all !important', borderRadius: '9px', cursor: 'grab' },
  '& .react-flow__node:focus-visible': { outline: `2px solid ${tokens.accent}`, outlineOffset: '5px' },
  '& .react-flow__edge': { cursor: 'pointer' },
  '& .weft-grip::after': {
    ...{ content: '""', position: 'absolute', left: -5, top: -5, width: 11, height: 11, borderRadius: '50%' },
    ...{ background: tokens.accent, border: `2px solid ${tokens.surface}`, boxSizing: 'border-box' },
    ...{ opacity: 0, transition: 'opacity .12s' },
  },
  '& .react-flow__node:hover .weft-grip::after, & .react-flow__node.selected .weft-grip::after': { opacity: 1 },
  '& .react-flow__connection-path': { stroke: tokens.accent, strokeWidth: 2 },
});

function Board({ shown }: DesignerCanvasProps) {
  const t = useText();
  const tokens = useTokens();
  const mode = useTheme().palette.mode;
  const spoken = useSpoken();
  const { flow, chosen, choose, change, add, remove, readOnly } = useDesign();
  const board = useBoard();
  const box = useRef<HTMLElement>(null);
  const { screenToFlowPosition } = useReactFlow();
  useShown(shown, board.nodes, box);
  const edges = useMemo(
    () =>
      coloured(board.edges, tokens).map(
        (edge): CanvasEdge => ({
          ...edge,
          selected: chosen?.kind === 'edge' && chosen.id === edge.id,
          selectable: edge.data?.kind === 'sequence',
          focusable: edge.data?.kind === 'sequence',
          ariaLabel: t(
            { zh: '连线：从 {from} 到 {to}', en: 'Connection from {from} to {to}' },
            { from: edge.source, to: edge.target },
          ),
        }),
      ),
    [board.edges, tokens, chosen, t],
  );
  const connect = ({ source, target }: Connection) =>
    change({ zh: '连线', en: 'Connect' }, connected(flow, source, target));
  const drop = (event: DragEvent) => {
    const type = event.dataTransfer.getData(DRAGGED);
    if (!type || readOnly) return;
    event.preventDefault();
    add(type as NodeType, { point: screenToFlowPosition({ x: event.clientX, y: event.clientY }) });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') choose(null);
    if (readOnly || !chosen || (event.key !== 'Delete' && event.key !== 'Backspace')) return;
    event.preventDefault();
    remove(chosen);
    // What had the focus is gone; the next key still belongs to the drawing.
    box.current?.focus();
  };
  return (
    <Box
      ref={box}
      tabIndex={-1}
      component="section"
      aria-label={t({ zh: '流程图：{name}', en: 'Drawing of the flow: {name}' }, { name: t(flow.label) })}
      onKeyDown={onKeyDown}
      onDragOver={(event: DragEvent) => event.dataTransfer.types.includes(DRAGGED) && event.preventDefault()}
      onDrop={drop}
      sx={styled(tokens)}
    >
      <ReactFlow
        nodes={board.nodes.map((node) => ({ ...node, ariaLabel: spoken.node(node) }))}
        edges={edges}
        onNodesChange={board.onNodesChange}
        onNodeClick={(_, node) => choose({ kind: 'node', id: node.id })}
        onEdgeClick={(_, edge) => edge.data?.kind === 'sequence' && choose({ kind: 'edge', id: edge.id })}
        onEdgesChange={(changes) => {
          for (const each of changes)
            if (each.type === 'select' && each.selected) choose({ kind: 'edge', id: each.id });
        }}
        onPaneClick={() => choose(null)}
        onConnect={connect}
        isValidConnection={({ source, target }) => canConnect(flow, source, target)}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        ariaLabelConfig={spoken.canvas}
        proOptions={HIDDEN_CREDIT}
        colorMode={mode}
        nodesDraggable={!readOnly}
        nodesConnectable={!readOnly}
        elevateNodesOnSelect={false}
        zIndexMode="manual"
        connectionRadius={34}
        deleteKeyCode={null}
        multiSelectionKeyCode={null}
        selectionKeyCode={null}
        snapToGrid
        snapGrid={GRID}
        minZoom={0.2}
        maxZoom={2}
        onInit={(canvas) => {
          const { clientWidth: width = 0, clientHeight: height = 0 } = box.current ?? {};
          void canvas.setViewport(firstView(board.nodes, { width, height }));
        }}
        zoomOnScroll={false}
        panOnScroll
        style={{ background: 'transparent' }}
      >
        <Background gap={20} size={1} color={tokens.line} bgColor="transparent" />
        <Controls showInteractive={false} />
      </ReactFlow>
    </Box>
  );
}

/** Brings a node into sight that is not. */
function useShown(shown: { id: string } | null, nodes: CanvasNode[], box: RefObject<HTMLElement | null>) {
  const { getViewport, setCenter } = useReactFlow();
  const done = useRef<unknown>(null);
  useEffect(() => {
    const node = nodes.find(({ id }) => id === shown?.id);
    if (!shown || !node || done.current === shown) return;
    done.current = shown;
    const { x, y, zoom } = getViewport();
    const { clientWidth = 0, clientHeight = 0 } = box.current ?? {};
    const [left, top] = [node.position.x * zoom + x, node.position.y * zoom + y];
    const [right, bottom] = [left + (node.width ?? 0) * zoom, top + (node.height ?? 0) * zoom];
    if (left > 20 && top > 50 && right < clientWidth - 20 && bottom < clientHeight - 40) return;
    const centre = centreOf(node);
    void setCenter(centre.x, centre.y, { zoom: Math.max(zoom, 0.6) });
  }, [shown, nodes, getViewport, setCenter, box]);
}

const GRID: [number, number] = [5, 5];
