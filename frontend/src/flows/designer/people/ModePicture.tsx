/** Small pictures of the modes: circles are people, filled ones have agreed. */
import type { Mode } from '../../types';

const R = 6;
const Y = 16;

/** A person: agreed, refused, or still to come. */
function Person({ x, y = Y, is }: { x: number; y?: number; is: 'yes' | 'no' | 'open' | 'faint' }) {
  const filled = is === 'yes';
  const dash = is === 'faint' ? { strokeDasharray: '2 2', opacity: 0.6 } : {};
  return (
    <g {...dash}>
      <circle cx={x} cy={y} r={R} fill={filled ? 'currentColor' : 'none'} stroke="currentColor" strokeWidth={1.5} />
      {filled && <path d={`M${x - 2.6} ${y} l2 2 l3.4 -4`} fill="none" stroke="var(--mode-paper)" strokeWidth={1.6} />}
      {is === 'no' && (
        <path d={`M${x - 2} ${y - 2} l4 4 m0 -4 l-4 4`} fill="none" stroke="currentColor" strokeWidth={1.4} />
      )}
    </g>
  );
}

const arrow = (x: number) => `M${x} ${Y} h6 m-2.4 -2.4 l2.4 2.4 l-2.4 2.4`;

const PICTURES: Record<Mode, React.ReactNode> = {
  any: (
    <>
      <Person x={14} is="faint" />
      <Person x={32} is="yes" />
      <Person x={50} is="faint" />
    </>
  ),
  all: (
    <>
      <Person x={14} is="yes" />
      <Person x={32} is="yes" />
      <Person x={50} is="yes" />
    </>
  ),
  sequence: (
    <>
      <Person x={9} is="yes" />
      <path d={arrow(17.5)} fill="none" stroke="currentColor" strokeWidth={1.3} />
      <Person x={32} is="open" />
      <path d={arrow(40.5)} fill="none" stroke="currentColor" strokeWidth={1.3} />
      <Person x={55} is="faint" />
    </>
  ),
  vote: (
    <>
      <Person x={14} y={12} is="yes" />
      <Person x={32} y={12} is="yes" />
      <Person x={50} y={12} is="no" />
      <path d="M8 25 h48" stroke="currentColor" strokeWidth={3} opacity={0.25} strokeLinecap="round" />
      <path d="M8 25 h32" stroke="currentColor" strokeWidth={3} strokeLinecap="round" />
    </>
  ),
  claim: (
    <>
      <rect
        x={4}
        y={5}
        width={56}
        height={22}
        rx={6}
        fill="none"
        stroke="currentColor"
        strokeDasharray="3 3"
        opacity={0.6}
      />
      <Person x={16} is="faint" />
      <Person x={32} is="open" />
      <Person x={48} is="faint" />
      <path d="M32 12.5 v7 m-3.5 -3.5 h7" stroke="currentColor" strokeWidth={1.5} />
    </>
  ),
  one: (
    <>
      <Person x={14} is="open" />
      <path d="M24 16 h32" stroke="currentColor" strokeWidth={1.3} strokeDasharray="2 4" opacity={0.6} />
    </>
  ),
  random: (
    <>
      <rect x={23} y={7} width={18} height={18} rx={4} fill="none" stroke="currentColor" strokeWidth={1.5} />
      {[
        [28, 12],
        [36, 12],
        [32, 16],
        [28, 20],
        [36, 20],
      ].map(([x, y]) => (
        <circle key={`${x}-${y}`} cx={x} cy={y} r={1.5} fill="currentColor" />
      ))}
    </>
  ),
};

export function ModePicture({ mode }: { mode: Mode }) {
  return (
    <svg viewBox="0 0 64 32" width={56} height={28} aria-hidden focusable="false">
      {PICTURES[mode]}
    </svg>
  );
}
