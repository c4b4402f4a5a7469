/** An edge: right-angled, stronger where the run went; dashed where an outcome sends back, dotted to what undoes. */
import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getSmoothStepPath, Position } from '@xyflow/react';
import { useContext } from 'react';
import { useText } from '@/i18n';
import { useTokens } from '@/theme';
import { CanvasContext } from './canvasContext';
import type { CanvasEdge, EdgeKind } from './graph';
import { alongLane, type End, RADIUS, rounded } from './lanes';
import type { Side } from './layout';

const DASHES: Record<EdgeKind, string | undefined> = {
  sequence: undefined,
  send_back: '5 4',
  jump: '5 4',
  compensation: '1.5 4',
};

const OUTWARD: Record<Position, [number, number]> = {
  [Position.Left]: [-1, 0],
  [Position.Right]: [1, 0],
  [Position.Top]: [0, -1],
  [Position.Bottom]: [0, 1],
};

export function CanvasEdgeView(props: EdgeProps<CanvasEdge>) {
  const { id, source, target, data, markerEnd, selected } = props;
  const tokens = useTokens();
  const t = useText();
  const { editable, trace } = useContext(CanvasContext);
  const around = data?.kind === 'send_back' || data?.kind === 'jump';
  const [path, x, y] =
    data?.lane == null
      ? getSmoothStepPath({ ...props, borderRadius: RADIUS, offset: around ? 34 : 22 })
      : rounded(alongLane(...ends(props), data.lane));
  const label = t(data?.label) || (data?.isDefault ? t({ zh: '否则', en: 'otherwise' }) : '');
  const traced = trace.has(source) && trace.has(target) && data?.kind === 'sequence';
  const plain = data?.taken ? tokens.tones.green.solid : tokens.lineStrong;
  const stroke = selected ? tokens.accent : traced ? tokens.tones.orange.solid : plain;
  const width = selected || traced ? 2.5 : data?.taken ? 2 : 1.25;
  return (
    <>
      <BaseEdge
        id={id}
        path={path}
        markerEnd={data?.kind === 'compensation' ? undefined : markerEnd}
        interactionWidth={editable && data?.kind === 'sequence' ? 16 : 0}
        style={{ stroke, strokeWidth: width, strokeDasharray: DASHES[data?.kind ?? 'sequence'] }}
      />
      {data?.ofActivity && (data.when || data.isDefault) && (
        <Begin {...props} stroke={stroke} fill={tokens.surface} slash={data.isDefault} />
      )}
      {label && (
        <EdgeLabelRenderer>
          <span
            title={data?.when ?? undefined}
            style={{
              position: 'absolute',
              transform: `translate(-50%, -50%) translate(${x}px, ${y}px)`,
              background: tokens.surface,
              color: tokens.muted,
              padding: '0 5px',
              fontSize: 12,
              lineHeight: '18px',
              borderRadius: 4,
              pointerEvents: editable ? 'none' : 'all',
              maxWidth: 150,
              overflow: 'hidden',
              textOverflow: 'ellipsis',
              whiteSpace: 'nowrap',
              zIndex: props.style?.zIndex ?? 2,
            }}
          >
            {label}
          </span>
        </EdgeLabelRenderer>
      )}
    </>
  );
}

function ends(props: EdgeProps<CanvasEdge>): [End, End] {
  const side = (position: Position) => position as string as Side;
  return [
    { x: props.sourceX, y: props.sourceY, side: side(props.sourcePosition) },
    { x: props.targetX, y: props.targetY, side: side(props.targetPosition) },
  ];
}

interface BeginProps extends EdgeProps<CanvasEdge> {
  stroke: string;
  fill: string;
  slash: boolean;
}

/** Where an activity is left under a condition stands a small diamond; where by default, a stroke across. */
function Begin({ sourceX, sourceY, sourcePosition, stroke, fill, slash }: BeginProps) {
  const [dx, dy] = OUTWARD[sourcePosition];
  const [x, y] = [sourceX + dx * 8, sourceY + dy * 8];
  if (slash) return <line x1={x - 4} y1={y - 5} x2={x + 4} y2={y + 5} stroke={stroke} strokeWidth={1.5} />;
  const points = `${x - 8 * Math.abs(dx) - 5 * Math.abs(dy)},${y} ${x},${y - 5 - 3 * Math.abs(dy)} ${x + 8 * Math.abs(dx) + 5 * Math.abs(dy)},${y} ${x},${y + 5 + 3 * Math.abs(dy)}`;
  return <polygon points={points} fill={fill} stroke={stroke} strokeWidth={1.25} />;
}
