import type { Member } from './event.ts';
import type { AgentState, Fact } from './fact.ts';

/** An agent as the switch's queues know them. Plain data. */
export interface Agent {
  /** the member's interface, `PJSIP/1001` */
  agent: string;
  name: string;
  queues: Map<string, Member>;
  state: AgentState;
  sinceMs: number;
  reason: string | null;
  /** what this agent's phone is doing for the hotline, leg by leg (Uniqueid); a leg that ended is not here */
  legs: Map<string, AgentLeg>;
}

/** One leg of an agent's phone: it rings for an offer, or the agent talks on it. */
export interface AgentLeg {
  callId: string;
  rings: boolean;
  held: boolean;
}

export function newAgent(agent: string, name: string, atMs: number): Agent {
  return {
    agent,
    name,
    queues: new Map(),
    state: 'offline',
    sinceMs: atMs,
    reason: null,
    legs: new Map(),
  };
}

/** The call that the agent talks on, or else the one that rings at their phone. */
export function callIdOf(agent: Agent): string | null {
  let rings: string | null = null;
  for (const leg of agent.legs.values()) {
    if (!leg.rings) return leg.callId;
    rings ??= leg.callId;
  }
  return rings;
}

/** The pause by which the service keeps calls away from an agent who writes up the last one (core/people/presence.ts). */
export const WRAP_UP = 'wrap-up';

/** When this agent's wrap-up ends, as the queues reckon it; null: no wrap-up. */
export function wrapUpEndsAtMs(agent: Agent): number | null {
  let latest: number | null = null;
  for (const member of agent.queues.values()) {
    if (member.wrapUpMs === 0 || member.lastCallMs === 0) continue;
    const ends = member.lastCallMs + member.wrapUpMs;
    if (latest === null || ends > latest) latest = ends;
  }
  return latest;
}

/** Works out the agent's state; tells a fact if it changed. */
export function settle(agent: Agent, atMs: number): Fact | null {
  const { state, reason } = stateAt(agent, atMs);
  if (state === agent.state && reason === agent.reason) return null;
  const previous = agent.state;
  agent.state = state;
  agent.reason = reason;
  agent.sinceMs = atMs;
  return {
    kind: 'agent-state-changed',
    id: `${agent.agent}:state:${state}:${reason ?? ''}:${atMs}`,
    atMs,
    agent: agent.agent,
    state,
    sinceMs: atMs,
    previous,
    reason,
  };
}

function stateAt(agent: Agent, atMs: number): { state: AgentState; reason: string | null } {
  let byLegs: AgentState | null = null;
  for (const leg of agent.legs.values()) {
    if (!leg.rings && !leg.held) return { state: 'talking', reason: null };
    if (!leg.rings) byLegs = 'on-hold';
    byLegs ??= 'ringing';
  }
  if (byLegs !== null) return { state: byLegs, reason: null };
  const members = [...agent.queues.values()];
  if (members.length === 0) return { state: 'offline', reason: null };
  const device = members[0]!.device;
  if (device === 4 || device === 5) return { state: 'unreachable', reason: null };
  if (device === 2 || device === 3) return { state: 'talking', reason: null };
  if (device === 8) return { state: 'on-hold', reason: null };
  if (device === 6 || device === 7) return { state: 'ringing', reason: null };
  if (members.every((member) => member.paused)) {
    // the service pauses who writes up a call; a pause of any other reason is a pause
    if (members.every((member) => member.reason === WRAP_UP)) return { state: 'wrap-up', reason: null };
    return { state: 'paused', reason: members.find((member) => member.reason)?.reason ?? null };
  }
  const wrapUp = wrapUpEndsAtMs(agent);
  if (wrapUp !== null && atMs < wrapUp) return { state: 'wrap-up', reason: null };
  return { state: 'ready', reason: null };
}
