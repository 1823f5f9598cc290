import type { AgentState } from './fact.ts';
import type { OfferOutcome } from './record.ts';

/** One agent as a wallboard or a desk sees them; browsers count their own seconds from `sinceMs`. */
export interface AgentView {
  /** `PJSIP/1001` */
  agent: string;
  /** the queue member's name */
  name: string;
  state: AgentState;
  sinceMs: number;
  /** pause reason */
  reason: string | null;
  queues: string[];
  /** the call that rings or is talked on */
  callId: string | null;
}

/** A caller in the queue. */
export interface WaitingView {
  callId: string;
  ani: string | null;
  queue: string;
  sinceMs: number;
  ringingSinceMs: number | null;
}

export interface QueueView {
  queue: string;
  waiting: number;
  /** when the longest-waiting caller joined, null if nobody waits */
  longestSinceMs: number | null;
}

/** One offer that rings (or was just answered) at one agent's phone: what a screen pop is made from. */
export interface OfferView {
  callId: string;
  offerId: string;
  agent: string;
  queue: string | null;
  ani: string | null;
  dnis: string | null;
  /** AgentCalled of this offer, the switch's clock */
  offeredAtMs: number;
  /** first ring of the call over all offers: the ring count goes by this one (MEASURES) */
  firstRingAtMs: number;
  /** t0 */
  arrivedAtMs: number;
  outcome: OfferOutcome | null;
  /** when this agent answered it; a page that was reloaded goes on counting from here */
  answeredAtMs: number | null;
  /** the call was answered before and the agent's phone died: it is the same call again */
  returning: boolean;
  /** a place that the caller left: they are rung when the agent takes it */
  kept: boolean;
  /** the caller chose English in the IVR */
  english: boolean;
  /** the name of the agent who had the caller and handed them on; null: they come by themselves */
  handedOnBy: string | null;
}
