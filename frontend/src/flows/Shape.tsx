/** The outline of a node as BPMN draws it: circles thin, thick and double, rounded boxes, diamonds, frames. */
import type { ShapeName } from './nodeTypes';
import type { StateColours } from './stateColours';
import type { FlowNode } from './types';

interface OutlineProps {
  width: number;
  height: number;
  colours: StateColours;
  node: FlowNode;
}

const DASHES = '4 2.5';

/** End events are thick; what starts an event sub-process without interrupting is dashed. */
function Circle({ width, height, colours, node }: OutlineProps) {
  const stroke = node.type === 'end_event' ? 3.5 : colours.width;
  const dash = node.type === 'start_event' && node.interrupting === false ? DASHES : undefined;
  return (
    <circle
      cx={width / 2}
      cy={height / 2}
      r={width / 2 - stroke / 2}
      fill={colours.fill}
      stroke={colours.line}
      strokeWidth={stroke}
      strokeDasharray={dash}
    />
  );
}

/** Non-interrupting boundary events are dashed. */
function Ring({ width, height, colours, node }: OutlineProps) {
  const dash = node.interrupting === false ? DASHES : undefined;
  const radius = width / 2 - 1;
  return (
    <g fill={colours.fill} stroke={colours.line} strokeWidth={1.25} strokeDasharray={dash}>
      <circle cx={width / 2} cy={height / 2} r={radius} />
      <circle cx={width / 2} cy={height / 2} r={radius - 3.5} />
    </g>
  );
}

/** What calls another flow is thick. */
function RoundedBox({ width, height, colours, node }: OutlineProps) {
  const stroke = node.type === 'call_activity' ? 3.5 : colours.width;
  return (
    <rect
      x={stroke / 2}
      y={stroke / 2}
      width={width - stroke}
      height={height - stroke}
      rx={9}
      fill={colours.fill}
      stroke={colours.line}
      strokeWidth={stroke}
    />
  );
}

function Diamond({ width, height, colours }: OutlineProps) {
  const points = `${width / 2},1.5 ${width - 1.5},${height / 2} ${width / 2},${height - 1.5} 1.5,${height / 2}`;
  return (
    <polygon
      points={points}
      fill={colours.fill}
      stroke={colours.line}
      strokeWidth={colours.width}
      strokeLinejoin="round"
    />
  );
}

/** Event sub-processes are dotted, transactions double. What is inside must be seen: frames are hardly filled. */
function Frame({ width, height, colours, node }: OutlineProps) {
  const inset = colours.width / 2;
  const line = {
    fill: 'none',
    stroke: colours.line,
    strokeWidth: colours.width,
    strokeDasharray: node.type === 'event_sub_process' ? '2 4' : undefined,
  };
  return (
    <>
      <rect x={inset} y={inset} width={width - 2 * inset} height={height - 2 * inset} rx={12} {...line} />
      <rect
        x={inset}
        y={inset}
        width={width - 2 * inset}
        height={height - 2 * inset}
        rx={12}
        fill={colours.fill}
        fillOpacity={0.45}
      />
      {node.type === 'transaction' && (
        <rect x={4.5} y={4.5} width={width - 9} height={height - 9} rx={9} {...line} strokeWidth={1} />
      )}
    </>
  );
}

const OUTLINES: Record<ShapeName, (props: OutlineProps) => React.ReactNode> = {
  circle: Circle,
  ring: Ring,
  box: RoundedBox,
  diamond: Diamond,
  frame: Frame,
};

export function Shape({ shape, ...props }: OutlineProps & { shape: ShapeName }) {
  const Outline = OUTLINES[shape];
  return (
    <svg
      width={props.width}
      height={props.height}
      aria-hidden="true"
      data-shape={shape}
      style={{ position: 'absolute', inset: 0, display: 'block' }}
    >
      <Outline {...props} />
    </svg>
  );
}
