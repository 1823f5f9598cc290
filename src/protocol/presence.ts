import type { PresenceView } from '../core/people/presence.ts';
import type { AgentState } from '../core/floor/fact.ts';

/** The agent's own state and the rules that hold for it. */
export interface MyPresence {
  view: PresenceView | null;
  pauseReasons: string[];
  wrapUpMs: number;
  extendMs: number;
  mostExtensions: number;
}
/** How the queue stands, for the desk's strip. */
export interface QueueState {
  waiting: number;
  longestSinceMs: number | null;
  agentsByState: Record<AgentState, number>;
}
export interface PresenceToClient {
  /** an agent's state changed: to their own tabs, and to who watches the agents */
  presence: (view: PresenceView) => void;
  queueState: (state: QueueState) => void;
}
