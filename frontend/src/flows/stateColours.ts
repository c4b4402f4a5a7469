/** Colours of a node by its state; the state is also said in words and by line weight, never by colour alone. */
import type { Text } from '@/i18n';
import type { Tokens, ToneName } from '@/theme';
import type { NodeState } from './progress';

export interface StateColours {
  line: string;
  fill: string;
  sign: string;
  width: number;
}

export const STATE_LABELS: Record<NodeState, Text> = {
  ahead: { zh: '未到达', en: 'Not reached' },
  live: { zh: '进行中', en: 'In progress' },
  done: { zh: '已完成', en: 'Done' },
  withdrawn: { zh: '已撤回', en: 'Withdrawn' },
  incident: { zh: '异常', en: 'Incident' },
};

export const STATE_TONES: Record<NodeState, ToneName> = {
  ahead: 'grey',
  live: 'blue',
  done: 'green',
  withdrawn: 'grey',
  incident: 'red',
};

export function stateColours(tokens: Tokens, state: NodeState): StateColours {
  const tone = tokens.tones[STATE_TONES[state]];
  if (state === 'ahead') return { line: tokens.lineStrong, fill: tokens.surface, sign: tokens.muted, width: 1.25 };
  return { line: tone.solid, fill: tone.background, sign: tone.text, width: state === 'live' ? 2 : 1.5 };
}
