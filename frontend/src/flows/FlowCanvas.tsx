/** A flow drawn as a BPMN-like graph; with an instance, its live tokens and the way it went. */
import '@xyflow/react/dist/base.css';
import { Box } from '@mui/material';
import { useTheme } from '@mui/material/styles';
import { Background, Controls, type FitViewOptions, ReactFlow, ReactFlowProvider } from '@xyflow/react';
import { useMemo } from 'react';
import { useText } from '@/i18n';
import { useTokens } from '@/theme';
import { CanvasEdgeView } from './CanvasEdge';
import { CanvasNodeView, FlowContext } from './CanvasNode';
import { graphOf } from './graph';
import type { Progress } from './progress';
import type { Flow } from './types';

const nodeTypes = { flow: CanvasNodeView };
const edgeTypes = { flow: CanvasEdgeView };
const FIT: FitViewOptions = { padding: 0.08, maxZoom: 1.1, minZoom: 0.2 };

export interface FlowCanvasProps {
  flow: Flow;
  progress?: Progress;
  height?: number | string;
}

export function FlowCanvas({ flow, progress, height = 420 }: FlowCanvasProps) {
  const { nodes, edges } = useMemo(() => graphOf(flow, progress), [flow, progress]);
  const mode = useTheme().palette.mode;
  const t = useText();
  const tokens = useTokens();
  return (
    <Box
      role="region"
      aria-label={t({ zh: '流程图：{name}', en: 'Drawing of the flow: {name}' }, { name: t(flow.label) })}
      sx={{
        height,
        '& .react-flow__node': { cursor: 'default' },
        '& .react-flow__attribution': { display: 'none' },
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
      }}
    >
      <FlowContext.Provider value={flow}>
        <ReactFlowProvider>
          <ReactFlow
            nodes={nodes}
            edges={edges}
            nodeTypes={nodeTypes}
            edgeTypes={edgeTypes}
            colorMode={mode}
            fitView
            fitViewOptions={FIT}
            minZoom={0.2}
            maxZoom={2}
            nodesDraggable={false}
            nodesConnectable={false}
            edgesFocusable={false}
            elementsSelectable={false}
            zoomOnScroll={false}
            preventScrolling={false}
            style={{ background: 'transparent' }}
          >
            <Background gap={20} size={1} color={tokens.line} />
            <Controls showInteractive={false} />
          </ReactFlow>
        </ReactFlowProvider>
      </FlowContext.Provider>
    </Box>
  );
}
