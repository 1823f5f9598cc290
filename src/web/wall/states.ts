import type { AgentState } from '../../core/floor/fact.ts';

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
