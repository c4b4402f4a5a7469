/** The small signs at the foot of an activity: how often it runs, that it undoes another, that its steps have no order. */
import { Rewind, RotateCw } from 'lucide-react';
import type { FlowNode, Loop } from './types';

interface Bars {
  across: boolean;
}

/** Three lines: upright for all at once, lying for one after the other. */
function Bars({ across }: Bars) {
  const at = [2.5, 6, 9.5];
  return (
    <svg width="12" height="12" aria-hidden="true" stroke="currentColor" strokeWidth="1.8">
      {at.map((one) =>
        across ? (
          <line key={one} x1="1" x2="11" y1={one} y2={one} />
        ) : (
          <line key={one} y1="1" y2="11" x1={one} x2={one} />
        ),
      )}
    </svg>
  );
}

function Tilde() {
  return (
    <svg width="14" height="12" aria-hidden="true" fill="none" stroke="currentColor" strokeWidth="1.9">
      <path d="M1.5 7.5 C3.5 3.5 5.5 3.5 7 6 S10.5 8.5 12.5 4.5" />
    </svg>
  );
}

const LOOPS: Record<Loop['kind'], React.ReactNode> = {
  standard: <RotateCw size={12} strokeWidth={2.4} />,
  parallel: <Bars across={false} />,
  sequential: <Bars across />,
};

/** None: null, so that nothing keeps room for them. */
export function markersOf(node: FlowNode): { key: string; sign: React.ReactNode }[] {
  return [
    ...(node.loop ? [{ key: node.loop.kind, sign: LOOPS[node.loop.kind] }] : []),
    ...(node.for_compensation ? [{ key: 'compensation', sign: <Rewind size={12} strokeWidth={2.4} /> }] : []),
    ...(node.type === 'ad_hoc_sub_process' ? [{ key: 'ad_hoc', sign: <Tilde /> }] : []),
  ];
}

export function Markers({ node, colour }: { node: FlowNode; colour: string }) {
  const markers = markersOf(node);
  if (markers.length === 0) return null;
  return (
    <span
      aria-hidden
      style={{
        ...{ position: 'absolute', left: '50%', bottom: 4, transform: 'translateX(-50%)', color: colour },
        ...{ display: 'flex', gap: 5, lineHeight: 0, pointerEvents: 'none' },
      }}
    >
      {markers.map(({ key, sign }) => (
        <span key={key} data-marker={key}>
          {sign}
        </span>
      ))}
    </span>
  );
}
