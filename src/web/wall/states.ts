import type { AgentState } from '../../core/floor/fact.ts';

/** What agents do, as a wall shows it; who has not signed in is not on it. */
export const SHOWN: AgentState[] = [
  'ready',
  'ringing',
  'talking',
  'on-hold',
  'wrap-up',
  'paused',
  'unreachable',
];
/** beside the colour, a shape: red and green are not seen by everybody */
export const SHAPES: Record<AgentState, string> = {
  ready: '●',
  ringing: '◆',
  talking: '■',
  'on-hold': '‖',
  'wrap-up': '✎',
  paused: '▲',
  unreachable: '✕',
  offline: '○',
};
