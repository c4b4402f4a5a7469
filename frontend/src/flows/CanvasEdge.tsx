/** An edge: right-angled, stronger where the run went, dashed where an outcome sends back. */
import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getSmoothStepPath } from '@xyflow/react';
import { useText } from '@/i18n';
import { useTokens } from '@/theme';
import type { CanvasEdge } from './graph';

export function CanvasEdgeView(props: EdgeProps<CanvasEdge>) {
  const { id, data, markerEnd } = props;
  const tokens = useTokens();
  const t = useText();
  const [path, x, y] = getSmoothStepPath({ ...props, borderRadius: 8, offset: data?.sendBack ? 34 : 22 });
  const label = t(data?.label) || (data?.isDefault ? t({ zh: '否则', en: 'otherwise' }) : '');
  const stroke = data?.taken ? tokens.tones.green.solid : tokens.lineStrong;
  return (
    <>
      <BaseEdge
        id={id}
        path={path}
        markerEnd={markerEnd}
        interactionWidth={0}
        style={{
          stroke,
          strokeWidth: data?.taken ? 2 : 1.25,
          strokeDasharray: data?.sendBack ? '5 4' : undefined,
        }}
      />
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
              pointerEvents: 'all',
              maxWidth: 150,
              overflow: 'hidden',
              textOverflow: 'ellipsis',
              whiteSpace: 'nowrap',
            }}
          >
            {label}
          </span>
        </EdgeLabelRenderer>
      )}
    </>
  );
}
