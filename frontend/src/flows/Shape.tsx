/** The outline of a node as BPMN draws it: circle, double ring, rounded box, diamond. */
import type { ShapeName } from './nodeTypes';
import type { StateColours } from './stateColours';
import type { FlowNode } from './types';

interface OutlineProps {
  width: number;
  height: number;
  colours: StateColours;
  node: FlowNode;
}

function Circle({ width, height, colours, node }: OutlineProps) {
  const stroke = node.type === 'end_event' ? 3.5 : colours.width;
  return (
    <circle
      cx={width / 2}
      cy={height / 2}
      r={width / 2 - stroke / 2}
      fill={colours.fill}
      stroke={colours.line}
      strokeWidth={stroke}
    />
  );
}

/** Non-interrupting boundary events are dashed. */
function Ring({ width, height, colours, node }: OutlineProps) {
  const dash = node.interrupting === false ? '4 2.5' : undefined;
  const radius = width / 2 - 1;
  return (
    <g fill={colours.fill} stroke={colours.line} strokeWidth={1.25} strokeDasharray={dash}>
      <circle cx={width / 2} cy={height / 2} r={radius} />
      <circle cx={width / 2} cy={height / 2} r={radius - 3.5} />
    </g>
  );
}

function RoundedBox({ width, height, colours }: OutlineProps) {
  const inset = colours.width / 2;
  return (
    <rect
      x={inset}
      y={inset}
      width={width - colours.width}
      height={height - colours.width}
      rx={9}
      fill={colours.fill}
      stroke={colours.line}
      strokeWidth={colours.width}
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

const OUTLINES: Record<ShapeName, (props: OutlineProps) => React.ReactNode> = {
  circle: Circle,
  ring: Ring,
  box: RoundedBox,
  diamond: Diamond,
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
